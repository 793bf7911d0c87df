import type { Judgement } from './kinks.js';
import { reasonFor } from './refusals.js';
import { type Device, isRight, isRightOfFile, isRounding, type Measured, type Outcome, type Row } from './results.js';

/** What came out of the cases of one family. */
export interface Group {
  readonly family: string;
  readonly files: number;
  /** Files that were measured on a device. */
  readonly load: number;
  /** Files that were ended by the limit, and measured nowhere. */
  readonly slow: number;
  /** Files that are right wherever they were run. */
  readonly good: number;
  /** Files that are refused with good reason (refusals.ts), and run nowhere. Absent in results from before this was told apart. */
  readonly refused?: number;
  /** Measured files that have a gradient to compare with. */
  readonly gradients: number;
  readonly judged: Readonly<Record<Judgement, number>>;
  /** Files that are above the bound on a device, but right for the network that the file is. Absent in results from before this was told apart. */
  readonly ofFile?: number;
  /** Files that are above the bound in float32, and no further off than PyTorch's own float32. Absent in results from before this was told apart. */
  readonly rounding?: number;
  /** On each device the files that were measured, and how many of them are right. */
  readonly devices: Partial<Record<Device, { readonly compared: number; readonly right: number }>>;
  /** What is to be said of files that do not load or are not right, and of how many it is to be said. */
  readonly lines: readonly { readonly line: string; readonly files: number }[];
}

const DEVICES: readonly Device[] = ['cpu', 'software'];

/** Counts rows, family by family, in the order of the alphabet. */
export function groupsOf(rows: readonly Row[]): Group[] {
  const families = new Map<string, Row[]>();
  for (const row of rows) families.set(row.family, [...(families.get(row.family) ?? []), row]);
  return [...families].sort(([a], [b]) => (a < b ? -1 : 1)).map(([family, members]) => groupOf(family, members));
}

function groupOf(family: string, rows: readonly Row[]): Group {
  const outcomesOf = ({ outcomes }: Row) => Object.values(outcomes);
  const count = (holds: (row: Row) => boolean) => rows.filter(holds).length;
  const isLoaded = (row: Row) => outcomesOf(row).some(isMeasured);
  const anyMeasured = (holds: (outcome: Measured, device: Device) => boolean) => (row: Row) =>
    DEVICES.some((device) => {
      const outcome = row.outcomes[device];
      return outcome !== undefined && isMeasured(outcome) && holds(outcome, device);
    });
  const isJudged = (kind: Judgement) =>
    anyMeasured((outcome, device) => outcome.judgement === kind && !isRightOfFile(outcome, device) && !isRounding(outcome, device));
  const measuredOn = (device: Device) => rows.flatMap(({ outcomes }) => outcomes[device] ?? []).filter(isMeasured);
  const devices = DEVICES.map((device) => [device, measuredOn(device)] as const).filter(([, measured]) => measured.length > 0);
  return {
    family,
    files: rows.length,
    load: count(isLoaded),
    slow: count((row) => !isLoaded(row) && outcomesOf(row).some((outcome) => !isMeasured(outcome) && outcome.stopped === 'slow')),
    good: count(isGood),
    refused: count(isRefusedRightly),
    gradients: count((row) => outcomesOf(row).some((outcome) => isMeasured(outcome) && outcome.gradient !== undefined)),
    ofFile: count(anyMeasured(isRightOfFile)),
    rounding: count(anyMeasured(isRounding)),
    judged: { kink: count(isJudged('kink')), file: count(isJudged('file')) },
    devices: Object.fromEntries(
      devices.map(([device, measured]) => [
        device,
        { compared: measured.length, right: measured.filter((each) => isRight(each, device)).length },
      ]),
    ),
    lines: linesOf(rows),
  };
}

const isMeasured = (outcome: Outcome): outcome is Measured => !('stopped' in outcome);

/** Whether a file is right wherever it was run. */
function isGood({ outcomes }: Row): boolean {
  return DEVICES.every((device) => {
    const outcome = outcomes[device];
    return outcome === undefined || isRight(outcome, device);
  });
}

/** Whether a file was refused, and with good reason. */
export function isRefusedRightly({ outcomes }: Row): boolean {
  const all = Object.values(outcomes);
  return (
    all.length > 0 && all.every((outcome) => 'stopped' in outcome && outcome.stopped === 'refused' && reasonFor(plainLine(outcome.line)))
  );
}

/** A refusal without the name of the file. */
export const plainLine = (line: string): string => line.replace(/^model\.onnx: /, '');

function linesOf(rows: readonly Row[]): Group['lines'] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const lines = new Set(DEVICES.flatMap((device) => lineOf(row, device) ?? []));
    for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, files]) => ({ line, files }));
}

function lineOf({ name, outcomes }: Row, device: Device): string | undefined {
  const outcome = outcomes[device];
  if (outcome === undefined || isRight(outcome, device)) return undefined;
  if (!isMeasured(outcome))
    return outcome.stopped === 'refused' ? plainLine(outcome.line) : `**${outcome.stopped}**: ${name}: ${outcome.line}`;
  const { forward, gradient, judgement } = outcome;
  const errors = `outputs ${formatError(forward)}${gradient === undefined ? '' : `, gradient ${formatError(gradient)}`}`;
  return `**above** on the ${device === 'cpu' ? 'CPU' : 'GPU'}: ${name}: ${errors}${judgement === 'file' ? ' of the file' : ''}`;
}

export const formatError = (error: number): string => (error === 0 ? '0' : error.toExponential(1));
