import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { layoutOf, quadsOf } from '../../src/gpu/compile/layout.js';
import { requestDevice } from '../../src/gpu/device/device.js';
import type { CandidateDevice } from '../../src/gpu/tuning/candidates.js';
import { openDawn } from '../../src/node/dawn.js';
import { BenchLauncher } from './launch.js';
import { distance, fromLayout, toLayout } from './layouts.js';
import { measureLoops } from './loops.js';
import { type ConvolutionSize, convolutionProblem, type Problem, pattern, productProblem, type Rung } from './rungs.js';

const RESULTS = fileURLToPath(new URL('../results/kernels.json', import.meta.url));
const PRODUCTS = [
  [784, 128],
  [1568, 64],
  [64, 10],
] as const;
const CONVOLUTIONS: readonly ConvolutionSize[] = [
  { name: 'conv 3x3, 16 -> 32, 14x14', channels: 16, outputs: 32, size: 14, kernel: 3 },
  { name: 'conv 1x1, 64 -> 64, 14x14', channels: 64, outputs: 64, size: 14, kernel: 1 },
  { name: 'conv 3x3, 16 -> 32, 28x28, stride 2', channels: 16, outputs: 32, size: 28, kernel: 3, stride: 2 },
  { name: 'conv 3x3, 32 -> 32, 14x14, 4 groups', channels: 32, outputs: 32, size: 14, kernel: 3, groups: 4 },
  { name: 'conv 3x3, 32 channels, 14x14, depthwise', channels: 32, outputs: 32, size: 14, kernel: 3, groups: 32 },
];

/** A variant whose run takes more than this many milliseconds runs only once, out of the race. */
const PATIENCE = 1000;

/** For sums of up to 1,568 float32 products in any order. Rounding errors of 6e-8 each grow with the square root: 2e-6 in the norm. */
const TOLERANCE = 5e-6;

/** One rung of one problem. */
export interface Row {
  readonly problem: string;
  readonly direction: string;
  readonly variant: string;
  readonly milliseconds: number;
  readonly gflops: number;
  /** The rate as a fraction of that of the plain multiply-add loop with independent chains. */
  readonly fraction: number;
  /** Bytes of inputs, weights and outputs, each counted once. */
  readonly compulsoryBytes: number;
  readonly loadedBytes: number;
}

/**
 * The ladder of kernels: a plain multiply-add loop, then matrix products and convolutions from the naive kernel to the shipped one. It
 * shows the rate of each, and the bytes that it loads beside those that it must move.
 *
 *   node bench/run.mjs kernels/ladder.ts [--samples 256] [--repeats 7] [--adapter auto|software|hardware] [--json FILE]
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      samples: { type: 'string', default: '256' },
      repeats: { type: 'string', default: '7' },
      adapter: { type: 'string', default: 'auto' },
      json: { type: 'string', default: RESULTS },
    },
  });
  const samples = Number(values.samples);
  const repeats = Number(values.repeats);
  const dawn = await openDawn({ adapter: values.adapter as 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const gpu = await requestDevice(dawn.gpu, { limits: 'adapter' });
  const launcher = new BenchLauncher(gpu.device);
  const loops = await measureLoops(launcher, repeats);
  console.log(`${dawn.adapter}, ${samples} samples, minimum of ${repeats} runs`);
  for (const { name, gflops } of loops) console.log(`plain multiply-add loop, ${name}: ${gflops.toFixed(1)} GFLOP/s`);
  const peak = loops.at(-1)!.gflops;
  const problems = (['forward', 'backward'] as const).flatMap((direction) => [
    ...PRODUCTS.map(([depth, outputs]) => productProblem(depth, outputs, direction)),
    ...CONVOLUTIONS.map((size) => convolutionProblem(size, direction)),
  ]);
  const rows: Row[] = [];
  for (const problem of problems) {
    console.log(`${problem.name}, ${problem.direction}`);
    rows.push(...(await measure(launcher, gpu, problem, samples, repeats, peak)));
  }
  print(rows);
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify({ adapter: dawn.adapter, samples, repeats, loops, rows }, null, 1)}\n`);
  gpu.device.destroy();
  dawn.release();
}

/** Measures all variants in alternating runs. Before that each runs once, and its result is compared with the naive one's. */
async function measure(
  launcher: BenchLauncher,
  device: CandidateDevice,
  problem: Problem,
  samples: number,
  repeats: number,
  peak: number,
): Promise<Row[]> {
  const expected: Float32Array[] = [];
  const variants = [];
  for (const rung of problem.rungs) {
    const prepared = await prepare(launcher, device, problem, rung, samples);
    await prepared.run();
    const result = fromLayout(await prepared.read(), rung.layout, samples, problem.outputs);
    expected.push(result);
    const error = distance(result, expected[0]!);
    if (!(error < TOLERANCE)) throw new Error(`${problem.name}, ${problem.direction}: ${rung.name} is off by ${error.toExponential(1)}`);
    const loadedBytes = await prepared.countLoadedBytes();
    variants.push({ rung, prepared, loadedBytes, milliseconds: Number.POSITIVE_INFINITY });
  }
  for (let run = 0; run < repeats; run++) {
    for (const variant of variants) {
      if (run > 0 && variant.milliseconds > PATIENCE) continue;
      variant.milliseconds = Math.min(variant.milliseconds, await variant.prepared.run());
    }
  }
  for (const { prepared } of variants) prepared.destroy();
  return variants.map(({ rung, loadedBytes, milliseconds }) => {
    const gflops = (2 * problem.multiplyAdds * samples) / milliseconds / 1e6;
    return {
      problem: problem.name,
      direction: problem.direction,
      variant: rung.name,
      milliseconds,
      gflops,
      fraction: gflops / peak,
      compulsoryBytes: 4 * (samples * (problem.inputs + problem.outputs) + problem.weights),
      loadedBytes,
    };
  });
}

function prepare(launcher: BenchLauncher, device: CandidateDevice, problem: Problem, { layout, launches }: Rung, samples: number) {
  const x = toLayout(pattern(samples * problem.inputs), layout, samples, problem.inputs);
  const held = layout === 'rows' ? samples : 4 * quadsOf(layoutOf(samples));
  return launcher.prepare(launches(samples, x, device), held * problem.outputs);
}

function print(rows: readonly Row[]): void {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const table = new Table({
    head: ['', 'variant', 'ms', 'GFLOP/s', 'of the loop', 'must move, MiB', 'loads, MiB'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([
      `${row.problem}, ${row.direction}`,
      row.variant,
      row.milliseconds.toFixed(2),
      row.gflops.toFixed(2),
      `${(100 * row.fraction).toFixed(1)}%`,
      mebibytes(row.compulsoryBytes),
      mebibytes(row.loadedBytes),
    ]);
  }
  console.log(table.toString());
}
