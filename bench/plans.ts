import { quadrature } from '../src/attribution/integral/quadrature.js';
import { DeviceSource } from '../src/gpu/device/device.js';
import { GpuExecutor } from '../src/gpu/gpu_executor.js';
import { openDawn } from '../src/node/dawn.js';
import { smallNetworks } from '../test/support/small_networks.js';

/** Measures both plans, interleaved: the minimum of `rounds` runs of each, and the first run, which includes compilation. */
export async function main([rounds = '5', only]: string[]): Promise<void> {
  const dawn = await openDawn({ adapter: 'software' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  for (const name of ['M1', 'M2'] as const) {
    if (only !== undefined && only !== name) continue;
    const source = new DeviceSource(dawn.gpu);
    const graph = smallNetworks[name]();
    const plans = ['layered', 'fused'] as const;
    const executors = await Promise.all(plans.map((plan) => GpuExecutor.create(source, graph, { plan })));
    for (const [count, steps] of [
      [1, 64],
      [1, 256],
      [1, 1024],
      [64, 64],
    ] as const) {
      const { nodes, weights } = quadrature('midpoint', steps);
      const fill = (size: number) => Float32Array.from({ length: count * size }, (_, i) => Math.sin(i * 1.7));
      const { elements, classes } = executors[0]!;
      const request = {
        count,
        inputs: fill(elements),
        baselines: new Float32Array(count * elements),
        seeds: fill(classes),
        alphas: nodes,
        weights,
      };
      const first: number[] = [];
      const best = plans.map(() => Number.POSITIVE_INFINITY);
      const peaks = plans.map(() => 0);
      for (let round = 0; round <= Number(rounds); round++) {
        for (const [index, executor] of executors.entries()) {
          const start = performance.now();
          const { cost } = await executor.pathGradient(request);
          const milliseconds = performance.now() - start;
          peaks[index] = cost.peakBytes;
          if (round === 0) first[index] = milliseconds;
          else best[index] = Math.min(best[index]!, milliseconds);
        }
      }
      for (const [index, plan] of plans.entries()) {
        const numbers = [first[index]!, best[index]!].map((value) => value.toFixed(1));
        console.log(
          `${name} ${count} x ${steps} ${plan}: first ${numbers[0]} ms, best ${numbers[1]} ms, ${(peaks[index]! / 2 ** 20).toFixed(1)} MiB`,
        );
      }
    }
    for (const executor of executors) executor.destroy();
    await source.destroy();
  }
  dawn.release();
}
