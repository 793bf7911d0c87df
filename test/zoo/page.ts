import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NotExported } from './cases.js';
import { formatError, type Group, groupsOf, isRefusedRightly, plainLine } from './groups.js';
import type { Judgement } from './kinks.js';
import { reasonFor } from './refusals.js';
import {
  BOUNDS,
  type Device,
  type Errors,
  type Grouped,
  isRight,
  isRightOfFile,
  isRounding,
  type Listed,
  type Measured,
  type Outcome,
  type Range,
  type Results,
  type Row,
} from './results.js';
import { table } from './table.js';

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
SwiftShader, or on lavapipe where the table says so (GPU). *Near a kink*: the exporter rounds the weights that it folds, so a ReLU or a maximum at its kink is on the other side, and
the stored gradient is not that of the file. The slopes of the file's own outputs, in float64, then differ on the two sides of the image, one being
that of Pathlight's gradient. It counts as right. *For the file itself*: exporters round constants and folded weights to float32, so the file's network
is not quite the framework's. PyTorch then computes the file, operator by operator in float64 (\`onnx_in_torch.py\`), and the errors against that stand behind
these words. It counts as right where they are within the bound. *In float32* (GPU): PyTorch's own float32 of the file at the same image is as far from float64 as
Pathlight's, or further: the worst of 16 runs that round in different ways (\`file_references.py --float32\`). Behind these words stand the best and the worst of their
gradients. It counts as right.
*A near-tie in float32*: the same where some of the 16 are a hundred times as far off as others, since they fall over a kink next to the image. *Above*: an error above
the bound that is none of these. *Of the file*: no kink is near, and differences of the file's outputs agree with Pathlight's gradient; it does not count as right.
"TorchScript, not folded" is the same network with its batch normalisations as they are.

A file *loads* if it was measured on a device. What was ended by the limit is counted beside it, neither as loaded nor as right. *Rightly refused*: no map can be
given of the file, for a reason that stands below its table (\`test/zoo/refusals.ts\` has them all); it counts neither as loaded nor as right. What the exporter itself
could not write, what was left out and why stands below each table; families of which nothing was tried are in neither.

The line below the sum is of the node tests of the ONNX standard: small graphs of every operator, with the standard's own outputs. Their families are the operators.`,
    countsOf(all),
    goalOf(all),
    ...all.map(sectionOf),
  ].join('\n\n');
}

function countsOf(all: readonly Results[]): string {
  const head = [
    'source',
    'families',
    'all files right',
    'all right, or rightly refused',
    'one file right',
    'files',
    'load',
    'rightly refused',
    'ended by the limit',
    'right on the CPU',
    'right on the GPU',
    'near a kink',
    'right for the file itself',
    "as far off as PyTorch's float32",
    'above, of the file',
    'not exported',
  ];
  const listed = all.filter((results) => 'rows' in results);
  const grouped = all.filter((results) => 'groups' in results);
  const lines = [
    ...listed.map(({ source, rows, notExported }) => lineOf(source, groupsOf(rows), notExported)),
    lineOf(
      '**all**',
      listed.flatMap(({ rows }) => groupsOf(rows)),
      listed.flatMap(({ notExported }) => notExported),
    ),
    ...grouped.map(({ source, groups, notExported }) => lineOf(source, groups, notExported)),
  ];
  return table(head, lines);
}

/** Whether each file of a family is right or rightly refused. */
const isWhole = ({ good, refused = 0, files }: Group): boolean => good + refused === files;

/** The counts against the goal, in words, and what is missing, family by family. */
function goalOf(all: readonly Results[]): string {
  const families = all.flatMap((results) =>
    'rows' in results ? groupsOf(results.rows).map((group) => ({ source: results.source, group })) : [],
  );
  const shareOfAll = (holds: (group: Group) => boolean) => {
    const count = families.filter(({ group }) => holds(group)).length;
    return `${count} of ${families.length} (${((100 * count) / families.length).toFixed(1)}%)`;
  };
  const missing = families
    .filter(({ group }) => !isWhole(group))
    .map(
      ({ source, group }) =>
        `${group.family} of ${source} (${group.lines
          .filter(({ line }) => reasonFor(line) === undefined)
          .map(({ line }) => line)
          .join('; ')})`,
    );
  return `The goal is that 97% of families load and are right. Every file is right in ${shareOfAll(({ good, files }) => good === files)} of them; right or rightly
refused in ${shareOfAll(isWhole)}; one file at least is right in ${shareOfAll(({ good }) => good > 0)}.${
    missing.length === 0 ? '' : ` What is missing:\n\n${missing.map((line) => `- ${line}`).join('\n')}`
  }`;
}

/** Families of one name in two sources are two. */
function lineOf(source: string, groups: readonly Group[], notExported: readonly NotExported[]): (string | number)[] {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return [
    source,
    groups.length,
    groups.filter(({ good, files }) => good === files).length,
    groups.filter(isWhole).length,
    groups.filter(({ good }) => good > 0).length,
    sum(groups.map(({ files }) => files)),
    sum(groups.map(({ load }) => load)),
    sum(groups.map(({ refused = 0 }) => refused)),
    sum(groups.map(({ slow }) => slow)),
    ...(['cpu', 'software'] as const).map((device) => shareOf(groups, device)),
    sum(groups.map(({ judged }) => judged.kink)),
    sum(groups.map(({ ofFile = 0 }) => ofFile)),
    sum(groups.map(({ rounding = 0 }) => rounding)),
    sum(groups.map(({ judged }) => judged.file)),
    sum(notExported.map(({ cases = 1 }) => cases)),
  ];
}

/** `73 of 75`: right, of those that were run and compared. */
function shareOf(groups: readonly Group[], device: Device): string {
  const counts = groups.flatMap(({ devices }) => devices[device] ?? []);
  const compared = counts.reduce((sum, each) => sum + each.compared, 0);
  return compared === 0 ? 'not run' : `${counts.reduce((sum, each) => sum + each.right, 0)} of ${compared}`;
}

function sectionOf(results: Results): string {
  return 'rows' in results ? listedSection(results) : groupedSection(results);
}

/** A row an operator. */
function groupedSection({ source, made, groups, notExported }: Grouped): string {
  const head = ['operator', 'cases', 'with a gradient', 'load', 'right on the CPU', 'right on the GPU', 'the lines of the others'];
  const lines = groups.map((group) => [
    group.family,
    group.files,
    group.gradients,
    group.load,
    ...(['cpu', 'software'] as const).map((device) => shareOf([group], device)),
    group.lines.map(({ line, files }) => (files === 1 ? line : `${line} (${files})`)).join('<br>'),
  ]);
  const reasons = [...new Set(notExported.map(({ why }) => why))].map((why) => {
    const left = notExported.filter((each) => each.why === why);
    const count = left.reduce((sum, { cases = 1 }) => sum + cases, 0);
    return [why, count, left.map(({ family, cases = 1 }) => (cases === 1 ? family : `${family} (${cases})`)).join(', ')];
  });
  return [`## ${source}`, made, table(head, lines), 'Left out:', table(['why', 'tests', 'operators'], reasons)].join('\n\n');
}

function listedSection({ source, made, rows, notExported }: Listed): string {
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
  const refused = rows.filter(isRefusedRightly).flatMap((row) => linesOfRefused(row));
  if (refused.length > 0) {
    const reasons = [...new Set(refused.map(({ why }) => why))];
    const found = reasons.map((why) => [
      refused
        .filter((each) => each.why === why)
        .map(({ name }) => name)
        .join(', '),
      why.replaceAll('\n', ' '),
    ]);
    parts.push('Rightly refused:', table(['files', 'why'], found));
  }
  if (notExported.length > 0) {
    const left = notExported.map(({ family, architecture, exporter, why }) => [family, architecture, exporter, why]);
    parts.push('Not exported, or left out:', table(['family', 'architecture', 'exporter', 'why'], left));
  }
  return parts.join('\n\n');
}

function linesOfRefused({ name, outcomes }: Row): { readonly name: string; readonly why: string }[] {
  const [outcome] = Object.values(outcomes);
  const why = outcome && 'line' in outcome ? reasonFor(plainLine(outcome.line)) : undefined;
  return why === undefined ? [] : [{ name, why }];
}

const MARKS: Readonly<Record<Judgement, string>> = { kink: ' near a kink', file: ' of the file' };

/** Errors of outputs and of the gradient, or the line in the place of the first. */
function cellsOf(outcome: Outcome | undefined, device: Device): [string, string] {
  if (outcome === undefined) return ['not run', ''];
  if ('stopped' in outcome) return [outcome.stopped === 'refused' ? outcome.line : `**${outcome.stopped}**: ${outcome.line}`, ''];
  const { forward, gradient, integrals, judgement, file, adapter } = outcome;
  const slope = gradient === undefined ? 'none' : formatError(gradient);
  const path = integrals === undefined ? '' : ` + ${formatError(integrals)}`;
  const mark =
    file && isRightOfFile(outcome, device)
      ? ` for the file itself ${formatErrors(file)}`
      : isRounding(outcome, device)
        ? wordsOfRounding(outcome)
        : judgement === undefined
          ? ''
          : MARKS[judgement];
  const judged = isRight(outcome, device) ? '' : ' **above**';
  return [formatError(forward), `${slope}${path}${mark}${judged}${adapter === undefined ? '' : `, ${adapter}`}`];
}

/** More than this many times apart, errors of draws are not of rounding alone. */
const NEAR_TIE = 100;

/** With how far the gradients of the draws are off. */
function wordsOfRounding({ float32 }: Measured): string {
  const ranges = [float32?.gradient, float32?.integrals].flatMap((range) => (range === undefined ? [] : [range]));
  const isTie = ranges.some(({ least, most }) => most > NEAR_TIE * least);
  const told = (range: Range | undefined) => (range === undefined ? '' : `, ${formatError(range.least)} to ${formatError(range.most)}`);
  return `${isTie ? ' a near-tie in float32' : ' in float32'}${told(float32?.gradient)}`;
}

function formatErrors({ forward, gradient, integrals }: Errors): string {
  return [forward, gradient, integrals].flatMap((error) => (error === undefined ? [] : formatError(error))).join(', ');
}
