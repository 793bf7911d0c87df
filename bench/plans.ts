import { readFileSync } from 'node:fs';
import { quadrature } from '../src/attribution/integral/quadrature.js';
import type { Cost } from '../src/executor.js';
import { DeviceSource } from '../src/gpu/device/device.js';
import { GpuExecutor } from '../src/gpu/gpu_executor.js';
import type { Graph } from '../src/graph/graph.js';
import { canonicalise } from '../src/graph/passes/canonicalise.js';
import { openDawn } from '../src/node/dawn.js';
import { importModel } from '../src/onnx/import.js';
import { smallNetworks } from '../test/support/small_networks.js';

const NETWORKS: Readonly<Record<string, () => Graph>> = {
  M2: smallNetworks.M2,
  M1: smallNetworks.M1,
  digits: () => canonicalise(importModel(readFileSync('models/digits.onnx')).graph),
};
const PLANS = ['layered', 'fused'] as const;
const IMAGES = [1, 8, 64];
const STEPS = [16, 64, 1024];

interface Timed {
  readonly milliseconds: number;
  /** Milliseconds of all cores. It is the clock for a software adapter, which works in this process: other programs of the machine disturb it little. */
  readonly processor: number;
  readonly cost: Cost;
}

/**
 * Measures both plans on an adapter, interleaved: of each job the minimum of `rounds` runs after one that compiles, in time and in processor time, and what is counted. A job whose runs would
 * take more than `longest` seconds, judged by the one before, is left out. `node bench/run.mjs plans.ts 5 30 M2`
 */
export async function main([rounds = '5', longest = '30', only]: string[]): Promise<void> {
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  console.log(`${dawn.adapter}\n`);
  console.log(
    '| network | images x steps | layered ms | fused ms | processor ms | fused / layered | dispatches | multiply-adds, millions | peak MiB |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  for (const [name, build] of Object.entries(NETWORKS)) {
    if (only !== undefined && only !== name) continue;
    const source = new DeviceSource(dawn.gpu);
    const graph = build();
    const executors = await Promise.all(PLANS.map((plan) => GpuExecutor.create(source, graph, { plan })));
    const compiled = await Promise.all(executors.map((executor) => run(executor, 1, 16)));
    for (const count of IMAGES) {
      let last = { samples: 1, seconds: 0 };
      for (const steps of STEPS) {
        const samples = count * steps;
        if (last.seconds * (samples / last.samples) > Number(longest)) {
          console.log(`| ${name} | ${count} x ${steps} | longer than ${longest} s | | | | | | |`);
          continue;
        }
        const best = await fastest(executors, count, steps, Number(rounds), Number(longest));
        last = { samples, seconds: best.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000 };
        console.log(row(name, count, steps, best));
      }
    }
    console.log(
      `| ${name} | first run, with compiling | ${compiled.map(({ milliseconds }) => milliseconds.toFixed(0)).join(' | ')} | ${compiled.map(({ processor }) => processor.toFixed(0)).join(' / ')} | | | | |`,
    );
    for (const executor of executors) executor.destroy();
    await source.destroy();
  }
  dawn.release();
}

/** The fastest run of each plan, interleaved, after one of each that may compile. */
async function fastest(executors: readonly GpuExecutor[], count: number, steps: number, rounds: number, longest: number): Promise<Timed[]> {
  for (const executor of executors) await run(executor, count, steps);
  const start = performance.now();
  let best: Timed[] = [];
  for (let round = 0; round < rounds && performance.now() - start < 1000 * longest; round++) {
    const runs: Timed[] = [];
    for (const executor of executors) runs.push(await run(executor, count, steps));
    best = runs.map((one, i) => least(one, best[i] ?? one));
  }
  return best;
}

async function run(executor: GpuExecutor, count: number, steps: number): Promise<Timed> {
  const { nodes, weights } = quadrature('midpoint', steps);
  const { elements, classes } = executor;
  const fill = (size: number) => Float32Array.from({ length: count * size }, (_, i) => Math.sin(i * 1.7));
  const request = {
    count,
    inputs: fill(elements),
    baselines: new Float32Array(count * elements),
    seeds: fill(classes),
    alphas: nodes,
    weights,
  };
  const start = performance.now();
  const busy = process.cpuUsage();
  const { cost } = await executor.pathGradient(request);
  const { user, system } = process.cpuUsage(busy);
  return { milliseconds: performance.now() - start, processor: (user + system) / 1000, cost };
}

function row(name: string, count: number, steps: number, best: readonly Timed[]): string {
  const both = (of: (timed: Timed) => string) => best.map(of).join(' / ');
  const [layered, fused] = best.map(({ processor }) => processor);
  const cells = [
    name,
    `${count} x ${steps}`,
    ...best.map(({ milliseconds }) => round(milliseconds)),
    both(({ processor }) => round(processor)),
    ((fused ?? 0) / (layered ?? 1)).toFixed(2),
    both(({ cost }) => `${cost.dispatches}`),
    both(({ cost }) => round((cost.multiplyAdds ?? 0) / 1e6)),
    both(({ cost }) => (cost.peakBytes / 2 ** 20).toFixed(1)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function least(a: Timed, b: Timed): Timed {
  return { ...a, milliseconds: Math.min(a.milliseconds, b.milliseconds), processor: Math.min(a.processor, b.processor) };
}

/** Three digits, without an exponent. */
function round(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
