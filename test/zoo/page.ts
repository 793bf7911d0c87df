import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Judgement } from './kinks.js';
import { BOUNDS, type Device, isRight, type Outcome, type Results, type Row } from './results.js';

const PAGE = fileURLToPath(new URL('../../docs/zoo.md', import.meta.url));

/** Writes docs/zoo.md from all results. */
export function writePage(all: readonly Results[]): void {
  writeFileSync(PAGE, `${pageOf(all)}\n`);
}

function pageOf(all: readonly Results[]): string {
  return [
    '<!-- Written by `npm run zoo` from test/zoo/results; do not edit. -->',
    '# The zoo',
    `Networks as people's exporters write them, with seeded random weights, compared with the frameworks' own numbers in float64: outputs, the
gradient of one output (saliency), and where the table says so integrated gradients with 8 steps. \`test/zoo/README.md\` says how to make the files and run them.

Errors are relative, in the Euclidean norm. Right is at most ${BOUNDS.cpu.toExponential()} on the float64 executor (CPU) and at most ${BOUNDS.software.toExponential()} in float32 on
SwiftShader (GPU). *Near a kink*: the exporter rounds the weights that it folds, so a ReLU or a maximum at its kink is on the other side, and
the stored gradient is not that of the file. The slopes of the file's own outputs, in float64, then differ on the two sides of the image, one being
that of Pathlight's gradient. It counts as right. *Above*: an error above the bound. *Of the file*: no kink is near, and differences of the file's
outputs agree with Pathlight's gradient, so the file's network is not quite that of the framework. It does not count as right. Exporters round
constants and folded weights to float32: "TorchScript, not folded" is the same network with its batch normalisations as they are, to tell that apart.

A file *loads* if it was measured on a device. What was ended by the limit is counted beside it, neither as loaded nor as right. What the exporter itself
could not write, what was left out and why stands below each table; families of which nothing was tried are in neither.`,
    countsOf(all),
    ...all.map(sectionOf),
  ].join('\n\n');
}

function countsOf(all: readonly Results[]): string {
  const head = [
    'source',
    'families',
    'all files right',
    'one file right',
    'files',
    'load',
    'ended by the limit',
    'right on the CPU',
    'right on the GPU',
    'near a kink',
    'above, of the file',
    'not exported',
  ];
  const lines = [...all, totalOf(all)].map(({ source, rows, notExported }) => {
    const families = [...new Set(rows.map(({ family }) => `${family}`))];
    const good = families.filter((family) => rows.every((row) => row.family !== family || isGood(row)));
    const some = families.filter((family) => rows.some((row) => row.family === family && isGood(row)));
    const loaded = rows.filter(({ outcomes }) => Object.values(outcomes).some((outcome) => !('stopped' in outcome)));
    const ended = rows.filter((row) => !loaded.includes(row) && Object.values(row.outcomes).some(isSlow));
    return [
      source,
      families.length,
      good.length,
      some.length,
      rows.length,
      loaded.length,
      ended.length,
      ...(['cpu', 'software'] as const).map((device) => shareOf(rows, device)),
      ...(['kink', 'file'] as const).map((kind) => rows.filter((row) => isJudged(row, kind)).length),
      notExported.length,
    ];
  });
  return table(head, lines);
}

/** All sources as one. Families of one name in two sources are two. */
function totalOf(all: readonly Results[]): Results {
  const rows = all.flatMap(({ source, rows }) => rows.map((row) => ({ ...row, family: `${source} ${row.family}` })));
  return { source: '**all**', made: '', rows, notExported: all.flatMap(({ notExported }) => notExported) };
}

const isJudged = ({ outcomes }: Row, kind: Judgement) =>
  Object.values(outcomes).some((outcome) => 'judgement' in outcome && outcome.judgement === kind);
const isSlow = (outcome: Outcome) => 'stopped' in outcome && outcome.stopped === 'slow';

/** Whether a file is right wherever it was run. */
function isGood({ outcomes }: Row): boolean {
  const { cpu, software } = outcomes;
  return (cpu === undefined || isRight(cpu, 'cpu')) && (software === undefined || isRight(software, 'software'));
}

/** `73 of 75`: right, of those that were run and compared. */
function shareOf(rows: readonly Row[], device: Device): string {
  const compared = rows.flatMap(({ outcomes }) => outcomes[device] ?? []).filter((outcome) => !('stopped' in outcome));
  return compared.length === 0 ? 'not run' : `${compared.filter((outcome) => isRight(outcome, device)).length} of ${compared.length}`;
}

function sectionOf({ source, made, rows, notExported }: Results): string {
  const head = ['family', 'architecture', 'exporter', 'opset', 'outputs, CPU', 'gradient, CPU', 'outputs, GPU', 'gradient, GPU'];
  const anyIntegrals = rows.some(({ outcomes }) => Object.values(outcomes).some((outcome) => 'integrals' in outcome));
  const lines = rows.map((row) => [
    row.family,
    row.architecture,
    row.exporter,
    row.opset ?? '',
    ...(['cpu', 'software'] as const).flatMap((device) => cellsOf(row.outcomes[device], device)),
  ]);
  const parts = [`## ${source}`, `${made}${anyIntegrals ? ' Behind the plus: the 8-step integrals.' : ''}`, table(head, lines)];
  if (notExported.length > 0) {
    const left = notExported.map(({ family, architecture, exporter, why }) => [family, architecture, exporter, why]);
    parts.push('Not exported, or left out:', table(['family', 'architecture', 'exporter', 'why'], left));
  }
  return parts.join('\n\n');
}

const MARKS: Readonly<Record<Judgement, string>> = { kink: ' near a kink', file: ' of the file' };

/** Errors of outputs and of the gradient, or the line in the place of the first. */
function cellsOf(outcome: Outcome | undefined, device: Device): [string, string] {
  if (outcome === undefined) return ['not run', ''];
  if ('stopped' in outcome) return [outcome.stopped === 'refused' ? outcome.line : `**${outcome.stopped}**: ${outcome.line}`, ''];
  const { forward, gradient, integrals, judgement } = outcome;
  const number = (error: number) => (error === 0 ? '0' : error.toExponential(1));
  const path = integrals === undefined ? '' : ` + ${number(integrals)}`;
  const mark = judgement === undefined ? '' : MARKS[judgement];
  const judged = isRight(outcome, device) ? '' : ' **above**';
  return [number(forward), `${number(gradient)}${path}${mark}${judged}`];
}

function table(head: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
