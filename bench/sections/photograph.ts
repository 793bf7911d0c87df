import { grid } from '../../src/cli/console.js';
import { requestDevice } from '../../src/gpu/device/device.js';
import { type Cost, integratedGradients } from '../../src/index.js';
import { openBenchPage } from '../contenders/chrome.js';
import { createNodeContender } from '../contenders/node.js';
import { openTorch } from '../contenders/pytorch.js';
import { CannotRun, type Contender } from '../harness/contender.js';
import { formatBytes } from '../harness/report.js';
import { PEERS } from '../install.js';
import { BenchLauncher } from '../kernels/launch.js';
import { measureLoops } from '../kernels/loops.js';
import { seededImages, targetOf } from '../networks/network.js';
import { IN_CHROME, PATHLIGHT } from './peers.js';
import { presentModels, type Setting, toNetworkFile, withSession } from './section.js';

const MODEL = 'squeezenet1.1';
const REPEATS = 3;
/** Maps further apart than this are maps of different networks. Gates within rounding of 0 alone make 1e-2 (bench/README.md). */
export const SAME = 0.05;

export interface PhotographRow {
  readonly name: string;
  /** The least time of all runs, with compiled kernels. Absent if there is a `reason`. */
  readonly seconds?: number;
  /** Relative distance of the map from that of Pathlight in Node, in the Euclidean norm. */
  readonly distance?: number;
  readonly reason?: string;
}

/** Attributes a photograph with SqueezeNet 1.1: seconds, and the rate of counted multiply-adds compared with that of a plain loop. */
export async function runPhotograph(setting: Setting): Promise<PhotographRow[]> {
  const { dawn, quick, log, print, save } = setting;
  const [model] = presentModels([MODEL], log);
  if (model === undefined) return [];
  const steps = quick ? 4 : 32;
  const loop = await loopRate(setting);
  const { cost, map } = await countedCost(setting, model.bytes, steps);
  const network = await toNetworkFile(MODEL, model.bytes);
  const file = () => network;
  const page = await openBenchPage('bench/page/index.html');
  const rows: PhotographRow[] = [];
  const versions: Record<string, string> = { Chrome: page.version, ...PEERS };
  const enter = async (contender: Contender, name = contender.name) => {
    try {
      rows.push({ name, ...(await timeOf(contender, steps, map, setting)) });
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      rows.push({ name, reason: error.message });
    } finally {
      // Contenders are closed one at a time: the memory that a framework holds for a network of this size would be missing for the next.
      await contender.close();
    }
    const { seconds, reason } = rows.at(-1)!;
    log(`photograph: ${name} ${reason ?? `${seconds!.toFixed(1)} s`}`);
    save('photograph', { steps, loop, cost, rows }, versions);
  };
  try {
    await enter(createNodeContender(dawn, () => model.bytes));
    for (const entry of IN_CHROME) await enter(page.contender(entry, entry === 'pathlight' ? PATHLIGHT : entry, file));
    const torch = await openTorch(file, log);
    if (torch) versions.PyTorch = torch.version;
    if (torch) await enter(torch);
  } finally {
    await page.close();
  }
  print(tableOf(rows, steps, loop, cost));
  return rows;
}

/** GFLOP/s of a loop of multiply-adds. */
async function loopRate({ dawn }: Setting): Promise<number> {
  const { device } = await requestDevice(dawn.gpu, { limits: 'adapter' });
  try {
    return (await measureLoops(new BenchLauncher(device), REPEATS)).at(-1)!.gflops;
  } finally {
    device.destroy();
  }
}

/** The counted cost of an attribution, and its map. */
function countedCost(setting: Setting, bytes: Uint8Array, steps: number): Promise<{ cost: Cost; map: Float32Array }> {
  return withSession(setting, bytes, async (session) => {
    const { elements, classes } = await session.executor();
    const image = seededImages(session.graph.input.shape, 1).subarray(0, elements);
    const [result] = await integratedGradients(session, image, { target: targetOf(0, classes), baseline: 'zero', steps });
    return { cost: result!.cost, map: Float32Array.from(result!.values) };
  });
}

/**
 * Seconds of an attribution, unless it would take too long. The estimate comes from a run with fewer points, the second of its kind, since
 * the first one compiles.
 */
async function timeOf(
  contender: Contender,
  steps: number,
  map: Float32Array,
  { longest, log }: Setting,
): Promise<Pick<PhotographRow, 'seconds' | 'distance' | 'reason'>> {
  await contender.load(MODEL);
  const probe = { images: 1, steps: 4 };
  const first = await contender.attribute(probe);
  const second = first.milliseconds > longest ? first : await contender.attribute(probe);
  const expected = (second.milliseconds * steps) / probe.steps;
  log(`photograph: ${contender.name}: ${probe.steps} points take ${(second.milliseconds / 1000).toFixed(1)} s`);
  if (expected > longest) return { reason: `not run: about ${(expected / 1000).toFixed(0)} s` };
  let seconds = Number.POSITIVE_INFINITY;
  let distance = 0;
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const run = await contender.attribute({ images: 1, steps });
    if (repeat > 0) seconds = Math.min(seconds, run.milliseconds / 1000);
    distance = distanceOf(run.map, map);
    if (distance > SAME) return { reason: `another map: ${distance.toExponential(1)} apart` };
  }
  return { seconds, distance };
}

/** The relative distance of two maps in the Euclidean norm. */
export function distanceOf(map: Float32Array, reference: Float32Array): number {
  return norm(map, reference) / norm(reference);
}

/** The Euclidean norm of a, or of a - b. */
function norm(a: Float32Array, b?: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b?.[i] ?? 0)) ** 2, 0));
}

function tableOf(rows: readonly PhotographRow[], steps: number, loop: number, { multiplyAdds, peakBytes }: Cost): string {
  const own = rows.find(({ name }) => name === PATHLIGHT)?.seconds;
  return [
    `\nSqueezeNet 1.1, 224 x 224, ${steps} steps: ${((2 * multiplyAdds!) / 1e9).toFixed(1)} GFLOP, ${formatBytes(peakBytes)} at most`,
    grid(
      ['', 'seconds>', `of ${PATHLIGHT}>`, 'GFLOP/s>', 'of a plain loop>', 'map, from the first>'],
      rows.map(({ name, seconds, distance, reason }) => {
        if (seconds === undefined) return [name, '–', '', '', '', reason!];
        const rate = name.startsWith('Pathlight') ? (2 * multiplyAdds!) / seconds / 1e9 : undefined;
        return [
          name,
          seconds.toFixed(2),
          own === undefined ? '' : `x${(seconds / own).toFixed(2)}`,
          rate?.toFixed(1) ?? '',
          rate === undefined ? '' : `${((100 * rate) / loop).toFixed(0)}%`,
          distance!.toExponential(1),
        ];
      }),
    ),
    `a plain loop of multiply-adds: ${loop.toFixed(1)} GFLOP/s`,
  ].join('\n');
}
