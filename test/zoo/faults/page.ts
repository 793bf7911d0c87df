import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatError } from '../groups.js';
import { STEPS } from '../kinks.js';
import type { Device } from '../results.js';
import { table } from '../table.js';
import type { FaultMeasured, FaultOutcome } from './measure.js';
import type { PhotographReading, PhotographRow } from './photographs.js';

/** A case with what came of it on each device. */
export interface FaultRow {
  readonly name: string;
  readonly what: string;
  readonly outcomes: Partial<Record<Device, FaultOutcome>>;
}

const PAGE = fileURLToPath(new URL('../../../docs/reach.md', import.meta.url));

const HEAD = [
  'case',
  'what it is',
  'loads',
  'reads',
  'its output',
  'right',
  'outputs, CPU',
  'gradient, CPU',
  'outputs, GPU',
  'gradient, GPU',
];

/** Writes docs/reach.md. */
export function writeReachPage(faults: readonly FaultRow[], photographs: readonly PhotographRow[]): void {
  writeFileSync(PAGE, `${pageOf(faults, photographs)}\n`);
}

function pageOf(rows: readonly FaultRow[], photographs: readonly PhotographRow[]): string {
  const ofFiles = rows.filter(({ name }) => name.startsWith('reach/'));
  const ofFolders = rows.filter(({ name }) => name.startsWith('zoo/'));
  const loaded = rows.filter(({ outcomes }) => Object.values(outcomes).every((outcome) => !('line' in outcome)));
  return [
    '<!-- Written by `npm run reach` from test/zoo/faults/results.json; do not edit. -->',
    '# What was refused once',
    `Small files of every kind that an early version refused, or answered wrongly without a word, and what they get now: ${rows.length} cases, of which ${loaded.length} load.
They lie outside the project (\`npm run reach -- FOLDER\`). [zoo.md](zoo.md) has whole networks of these kinds, and [models.md](models.md) says what to do with a file.

*Reads*: the class, and its probability. *Its output*: the model's own number for that class. *Right* is that number as another tool computes it. The last columns are the
relative distances of all outputs, and of the gradient where it is known, in the Euclidean norm, on the float64 executor (CPU) and in float32 on lavapipe (GPU).
The image is k/17 for k = 0 to 16 in turns (multiples of 7 for whole numbers), unless a picture is named. A case that does not load has its line.`,
    '## Files',
    'The right outputs are those of onnxruntime, in float32 with seven digits. Of the two quantised files they are compared with what the file gives in its own arithmetic, and on the GPU the outputs of the float network with those in float64.',
    table(HEAD, ofFiles.map(cellsOf)),
    '## Networks of exporters',
    'With random weights. The right outputs and gradients are those of PyTorch and TensorFlow in float64.',
    table(HEAD, ofFolders.map(cellsOf)),
    '## Folders of Hugging Face, with a photograph',
    `Tiny networks with random weights, as Optimum and PyTorch's dynamo exporter write them, the latter with their weights in a second file. Each folder was given to
\`pathlight inspect\` and \`pathlight attribute FOLDER cat.jpg --steps ${STEPS} --output raw\`, on the processor and on SwiftShader or lavapipe.
Then the folder and the photograph were dropped on the page, in Chrome on SwiftShader, and its map was saved. What PyTorch has in float64 behind transformers' own
processor of the folder stands beside it, and how far the maps are from its map. Delta is the sum of the map less the difference of the output (8 steps make a large one).`,
    table(PHOTOGRAPH_HEAD, photographs.map(cellsOfPhotograph)),
  ].join('\n\n');
}

function cellsOf({ name, what, outcomes }: FaultRow): string[] {
  const { cpu, software } = outcomes;
  const short = name.replace(/^\w+\//, '');
  if (cpu === undefined) return [short, what, 'not run', '', '', '', '', '', '', ''];
  if ('line' in cpu) return [short, what, 'no', cpu.line, '', '', '', '', '', ''];
  const reads = `class ${cpu.class}, ${(100 * cpu.probability).toFixed(2)}%`;
  return [short, what, 'yes', reads, digits(cpu.value), digits(cpu.right), ...errorsOf(cpu), ...gpuErrors(software)];
}

const PHOTOGRAPH_HEAD = [
  'folder',
  'exporter',
  'input',
  'size from',
  'PyTorch reads',
  'CPU reads',
  'GPU reads',
  'page reads',
  'sum',
  'delta',
  'map, CPU',
  'map, GPU',
  'map, page',
  'GPU from CPU',
];

function cellsOfPhotograph({ name, exporter, shape, from, expected, devices, between, page }: PhotographRow): string[] {
  const { cpu, software } = devices;
  const number = (value: number | undefined) => (value === undefined ? 'not run' : value.toPrecision(4));
  const error = (value: number | undefined) => (value === undefined ? 'not run' : formatError(value));
  const size = from === '' ? 'the file' : from;
  const adapter = software?.adapter.includes('llvmpipe') ? 'lavapipe' : 'SwiftShader';
  const cells = [
    name,
    exporter,
    shape,
    size,
    readingOf(expected),
    readingOf(cpu),
    software ? `${readingOf(software)}, ${adapter}` : 'not run',
    readingOf(page),
    number(cpu?.sum),
    number(cpu?.delta),
  ];
  return [...cells, error(cpu?.map), error(software?.map), error(page?.map), error(between)];
}

function readingOf(reading: Pick<PhotographReading, 'class' | 'probability'> | undefined): string {
  return reading === undefined ? 'not run' : `class ${reading.class}, ${(100 * reading.probability).toFixed(2)}%`;
}

function gpuErrors(outcome: FaultOutcome | undefined): [string, string] {
  if (outcome === undefined) return ['not run', ''];
  return 'line' in outcome ? [outcome.line, ''] : errorsOf(outcome);
}

function errorsOf({ outputs, gradient }: FaultMeasured): [string, string] {
  return [formatError(outputs), gradient === undefined ? '' : formatError(gradient)];
}

const digits = (value: number): string => String(Number(value.toPrecision(7)));
