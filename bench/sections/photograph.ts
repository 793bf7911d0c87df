import { grid } from '../../src/cli/console.js';
import { requestDevice } from '../../src/gpu/device.js';
import { integratedGradients } from '../../src/index.js';
import { openTorch } from '../contenders/pytorch.js';
import { CannotRun } from '../harness/contender.js';
import { formatBytes } from '../harness/report.js';
import { Launcher } from '../kernels/launch.js';
import { measureLoops } from '../kernels/loops.js';
import { seededImages, targetOf } from '../networks/network.js';
import { presentModels, type Setting, toNetworkFile, withSession } from './section.js';

const MODEL = 'squeezenet1.1';
const REPEATS = 3;

export interface PhotographRow {
  readonly name: string;
  /** The least of all runs; kernels compiled. Absent where `reason` is there. */
  readonly seconds?: number;
  readonly gflops?: number;
  readonly peakBytes?: number;
  /** Of the map from Pathlight's, Euclidean norm: gates within rounding of 0 make it larger than rounding (bench/README.md). */
  readonly distance?: number;
  readonly reason?: string;
}

/** One attribution of a photograph's size by SqueezeNet 1.1: seconds, and the rate of counted multiply-adds beside that of a plain loop of them. */
export async function runPhotograph(setting: Setting): Promise<PhotographRow[]> {
  const { dawn, quick, log, print, save } = setting;
  const [model] = presentModels([MODEL], log);
  if (model === undefined) return [];
  const steps = quick ? 4 : 32;
  const { device } = await requestDevice(dawn.gpu, { limits: 'adapter' });
  const loop = (await measureLoops(new Launcher(device), REPEATS)).at(-1)!.gflops;
  device.destroy();
  const rows: PhotographRow[] = [];
  let map = new Float32Array();
  await withSession(setting, model.bytes, async (session) => {
    const { elements, classes } = await session.executor();
    const image = seededImages(session.graph.input.shape, 1).subarray(0, elements);
    const run = () => integratedGradients(session, image, { target: targetOf(0, classes), baseline: 'zero', steps });
    log('photograph: compiling');
    let [best] = await run();
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const [result] = await run();
      log(`photograph: ${(result!.cost.milliseconds / 1000).toFixed(1)} s`);
      if (repeat === 0 || result!.cost.milliseconds < best!.cost.milliseconds) best = result;
    }
    const { milliseconds, multiplyAdds, peakBytes } = best!.cost;
    map = Float32Array.from(best!.values);
    rows.push({ name: 'Pathlight in Node', seconds: milliseconds / 1000, gflops: (2 * multiplyAdds!) / milliseconds / 1e6, peakBytes });
  });
  const file = await toNetworkFile(MODEL, model.bytes);
  const torch = await openTorch(() => file, log);
  if (torch) {
    try {
      await torch.load(MODEL);
      let seconds = Number.POSITIVE_INFINITY;
      let distance = 0;
      for (let repeat = 0; repeat <= REPEATS; repeat++) {
        const run = await torch.attribute({ images: 1, steps });
        seconds = Math.min(seconds, run.milliseconds / 1000);
        distance = norm(run.map, map) / norm(map);
      }
      rows.push({ name: `PyTorch ${torch.version}`, seconds, distance });
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      rows.push({ name: `PyTorch ${torch.version}`, reason: error.message });
    } finally {
      await torch.close();
    }
  }
  save('photograph', { steps, loop, rows });
  print(tableOf(rows, steps, loop));
  return rows;
}

/** The Euclidean norm of a, or of a - b. */
function norm(a: Float32Array, b?: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b?.[i] ?? 0)) ** 2, 0));
}

function tableOf(rows: readonly PhotographRow[], steps: number, loop: number): string {
  return [
    `\nSqueezeNet 1.1, 224 x 224, ${steps} steps; a plain multiply-add loop: ${loop.toFixed(1)} GFLOP/s`,
    grid(
      ['', 'seconds>', 'GFLOP/s>', 'of the loop>', 'peak memory>', 'map, from the first>'],
      rows.map(({ name, seconds, gflops, peakBytes, distance, reason }) => [
        name,
        reason ?? seconds!.toFixed(2),
        gflops?.toFixed(1) ?? '',
        gflops === undefined ? '' : `${((100 * gflops) / loop).toFixed(0)}%`,
        peakBytes === undefined ? '' : formatBytes(peakBytes),
        distance?.toExponential(1) ?? '',
      ]),
    ),
  ].join('\n');
}
