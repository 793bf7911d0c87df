import { formatBytes, formatMilliseconds, formatShare, type Machine } from '../harness/report.js';
import type { Row } from '../kernels/ladder.js';
import type { GrowthSeries } from '../sections/growth.js';
import type { StepTable } from '../sections/steps.js';

/** The ladder of kernels, in the form of bench/results/kernels.json. */
export interface Ladder {
  readonly adapter: string;
  readonly samples: number;
  readonly repeats: number;
  readonly loops: readonly { readonly name: string; readonly gflops: number }[];
  readonly rows: readonly Row[];
}

interface Measured {
  readonly machine: Machine;
}

/** Step counts as a page of Markdown: for each model, a table of errors and deltas by rule, and what a step count costs. */
export function pageOfSteps({ machine, tables }: Measured & { readonly tables: readonly StepTable[] }): string {
  return [
    '# How many steps?',
    '',
    'Largest error of a pixel against the exact integral, relative to the largest attribution; below it, smaller, the relative completeness delta.',
    'One image a model, baseline black, the predicted class.',
    'Times are medians of three rounds of the midpoint rule: other rules evaluate as many points.',
    '',
    machineOf(machine),
    '',
    'Written by `npm run bench -- --only steps`; your own model on your own device: `npx pathlight bench`.',
    ...tables.flatMap(stepsOfModel),
    '',
  ].join('\n');
}

function stepsOfModel({ model, rows }: StepTable): string[] {
  const numbered = rows.filter(({ steps }) => typeof steps === 'number');
  const rules = [...new Set(numbered.map(({ rule }) => rule!))];
  const sizes = [...new Set(numbered.map(({ steps }) => steps as number))];
  const lines = sizes.map((steps) => {
    const cells = rules.map((rule) => {
      const { error, relativeDelta } = numbered.find((row) => row.steps === steps && row.rule === rule)!;
      return `${formatShare(error!)}<br><sub>${formatShare(relativeDelta)}</sub>`;
    });
    const { milliseconds, pointsPerSecond } = numbered.find((row) => row.steps === steps && row.rule === rules[0])!;
    return [steps.toLocaleString('en'), ...cells, formatMilliseconds(milliseconds), rate(pointsPerSecond)];
  });
  const [auto, exact] = (['auto', 'exact'] as const).map((steps) => rows.find((row) => row.steps === steps));
  return [
    '',
    `## ${model}`,
    '',
    ...table(['steps', ...rules, 'ms', 'points a second'], lines),
    ...(auto?.auto
      ? [
          '',
          `\`--steps auto\` (tolerance ${auto.auto.tolerance}): ${auto.points.toLocaleString('en')} points, error ${formatShare(auto.error!)} (estimated ${formatShare(auto.auto.estimate)}), ${formatMilliseconds(auto.milliseconds)} ms.`,
        ]
      : []),
    ...(exact?.exact
      ? [
          `\`--steps exact\`: ${exact.exact.regions.toLocaleString('en')} linear regions, ${exact.exact.evaluations.toLocaleString('en')} evaluations, error bound ${exact.exact.errorBound.toExponential(1)}, delta ${formatShare(exact.relativeDelta)}, ${formatMilliseconds(exact.milliseconds)} ms.`,
        ]
      : []),
    '',
    `![Error over steps, ${model}](steps-${model}.svg)`,
  ];
}

const FIXED = { steps: 'one image', images: '16 steps an image', size: 'one image, 32 steps' } as const;

/** Growth as a page of Markdown, a table for each network and axis. */
export function pageOfGrowth({ machine, series }: Measured & { readonly series: readonly GrowthSeries[] }): string {
  return [
    '# How time and memory grow',
    '',
    `${machineOf(machine)} Medians of three runs of Pathlight in Node; peak memory is that of all GPU buffers.`,
    'Where the curves bend and why is said in [docs/bench.md](../bench.md).',
    '',
    'Written by `npm run bench -- --only growth`.',
    ...series.flatMap(({ axis, network, points }) => [
      '',
      `## ${network} over ${axis === 'size' ? 'the input size' : axis} (${FIXED[axis]})`,
      '',
      ...table(
        [axis === 'size' ? 'pixels of a side' : axis, 'ms', 'µs a sample', 'peak memory', 'bytes a sample', 'dispatches', 'submits'],
        points.map(({ x, samples, milliseconds, peakBytes, dispatches, submits }) => [
          x.toLocaleString('en'),
          formatMilliseconds(milliseconds),
          formatMilliseconds((1000 * milliseconds) / samples),
          formatBytes(peakBytes),
          Math.round(peakBytes / samples).toLocaleString('en'),
          String(dispatches),
          String(submits),
        ]),
      ),
    ]),
    '',
    ...['steps', 'images', 'size'].flatMap((axis) =>
      ['time', 'memory'].map((what) => `![${what} over ${axis}](growth-${axis}-${what}.svg)`),
    ),
    '',
  ].join('\n');
}

/** The ladder of kernels as a page of Markdown. */
export function pageOfLadder({ adapter, samples, repeats, loops, rows }: Ladder): string {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const problems = [...new Set(rows.map(({ problem, direction }) => `${problem}, ${direction}`))];
  return [
    '# The ladder of kernels',
    '',
    `${adapter}, ${samples} samples, the least of ${repeats} interleaved runs. "Must move" is every input, weight and output once; "loads" is what the invocations load from`,
    'buffers, counted by instrumented kernels. A plain multiply-add loop on the same adapter, which is what the percentages are of:',
    `${loops.map(({ name, gflops }) => `${gflops.toFixed(1)} GFLOP/s (${name})`).join(', ')}.`,
    '',
    'Written by `npm run bench` after `node bench/run.mjs kernels/ladder.ts`.',
    ...problems.flatMap((problem) => [
      '',
      `## ${problem}`,
      '',
      ...table(
        ['', 'ms', 'GFLOP/s', 'of the loop', 'must move, MiB', 'loads, MiB'],
        rows
          .filter((row) => `${row.problem}, ${row.direction}` === problem)
          .map((row) => [
            row.variant,
            row.milliseconds < 10 ? row.milliseconds.toFixed(2) : formatMilliseconds(row.milliseconds),
            row.gflops.toFixed(2),
            `${(100 * row.fraction).toFixed(1)}%`,
            mebibytes(row.compulsoryBytes),
            mebibytes(row.loadedBytes),
          ]),
      ),
    ]),
    '',
  ].join('\n');
}

function machineOf({ date, processor, cores, adapter, node }: Machine): string {
  return `${processor}, ${cores} cores, ${adapter}, Node ${node}, ${date}.`;
}

function rate(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A table with its first column aligned left and its numbers aligned right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    `|---|${head
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...rows.map(line),
  ];
}
