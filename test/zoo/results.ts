import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Maker } from './cases.js';
import type { Group } from './groups.js';
import type { Judgement } from './kinks.js';

/** Where a case is run. */
export type Device = 'cpu' | 'software';

/** Relative errors, in the Euclidean norm. */
export interface Errors {
  readonly forward: number;
  /** Absent where the case has none. */
  readonly gradient?: number;
  /** Of the 8-step integrals; absent where the case has none. */
  readonly integrals?: number;
}

/** The least and the most of some errors. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** How far PyTorch's own float32 is from float64 for a file, rounded in different ways (file_references.py). */
export type Ranges = { readonly [kind in keyof Errors]: Range };

/** Errors of a case on a device, against what the framework computes. */
export interface Measured extends Errors {
  /** Where one is above the bound: those against the file itself, computed in float64 by another tool (file_references.py). */
  readonly file?: Errors;
  /** Where one of those is above the bound, too, in float32: what PyTorch's own float32 has. */
  readonly float32?: Ranges;
  /** Where an error of the gradient is above the bound: what it is all the same. */
  readonly judgement?: Judgement;
  /** The software adapter, where it is not SwiftShader. */
  readonly adapter?: 'lavapipe';
  readonly seconds: number;
}

/** Why there are no errors: the line that a reader of the file gets, or that the case took too long. */
export interface Stopped {
  /** `refused`: the file does not load, or not on this device. `slow`: the limit of time or memory. `crashed`: the process ended, or a defect was met. */
  readonly stopped: 'refused' | 'slow' | 'crashed';
  readonly line: string;
}

export type Outcome = Measured | Stopped;

export interface Row {
  /** The folder's name. */
  readonly name: string;
  readonly family: string;
  readonly architecture: string;
  readonly exporter: string;
  readonly opset: number | null;
  readonly outcomes: Partial<Record<Device, Outcome>>;
}

/** Results with a row a case. */
export interface Listed extends Maker {
  readonly rows: readonly Row[];
}

/** Results with counts a family. The outcome of every case is in the folder of the cases (ledger.ts). */
export interface Grouped extends Maker {
  readonly groups: readonly Group[];
}

export type Results = Listed | Grouped;

export const KINDS = ['forward', 'gradient', 'integrals'] as const satisfies readonly (keyof Errors)[];

const FOLDER = fileURLToPath(new URL('results/', import.meta.url));

/** Most that a relative error may be: float64, and float32. */
export const BOUNDS: Readonly<Record<Device, number>> = { cpu: 1e-6, software: 1e-5 };

export function isRight(outcome: Outcome, device: Device): boolean {
  if ('stopped' in outcome) return false;
  const { forward, judgement } = outcome;
  const bound = BOUNDS[device];
  return (
    isWithin(outcome, bound) || (forward <= bound && judgement === 'kink') || isRightOfFile(outcome, device) || isRounding(outcome, device)
  );
}

/** Whether a case is above the bound, but right for the network that its file is. */
export function isRightOfFile({ file, ...errors }: Measured, device: Device): boolean {
  const bound = BOUNDS[device];
  const compared = (['gradient', 'integrals'] as const).every((kind) => errors[kind] === undefined || file?.[kind] !== undefined);
  return !isWithin(errors, bound) && file !== undefined && compared && isWithin(file, bound);
}

/** A draw that falls over the same kink is as far off, but for the last digits. */
const AS_FAR = 1.1;

/** Whether a case is above the bound in float32, but no further from the file's float64 than PyTorch's own float32 is. */
export function isRounding({ file, float32, ...errors }: Measured, device: Device): boolean {
  const bound = BOUNDS[device];
  if (file === undefined || float32 === undefined || isWithin(errors, bound) || isWithin(file, bound)) return false;
  return KINDS.every(
    (kind) => errors[kind] === undefined || (file[kind] ?? Infinity) <= Math.max(bound, AS_FAR * (float32[kind]?.most ?? 0)),
  );
}

export function isWithin({ forward, gradient = 0, integrals = 0 }: Errors, bound: number): boolean {
  return Math.max(forward, gradient, integrals) <= bound;
}

export function readResults(): Results[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));
}

export function writeResults(results: Results): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${results.source}.json`), `${JSON.stringify(results, null, 2)}\n`);
}
