import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Errors } from './results.js';

/** What the exporter says of a case: CASE/expected.json. */
export interface Expected {
  /** The outputs in float64, by class. */
  readonly scores: readonly number[];
  /** The class that is explained. */
  readonly target: number;
  readonly family?: string;
  readonly architecture?: string;
  readonly exporter?: string;
  readonly opset?: number;
}

/** An architecture that the exporter could not write, or that was left out. */
export interface NotExported {
  readonly family: string;
  readonly architecture: string;
  readonly exporter: string;
  readonly why: string;
  /** How many cases the entry stands for; 1 without it. */
  readonly cases?: number;
}

/** What is said of a whole folder: FOLDER/zoo.json. */
export interface Maker {
  readonly source: string;
  /** Tools with their versions, for readers. */
  readonly made: string;
  readonly notExported: readonly NotExported[];
  /** Whether the cases are so many that the results and the table have a row a family alone. */
  readonly grouped?: boolean;
}

export function readMaker(folder: string): Maker {
  const path = join(folder, 'zoo.json');
  if (!existsSync(path)) throw new Error(`${path} is missing (test/zoo/README.md says what it holds)`);
  const { source, made, notExported = [], grouped = false } = JSON.parse(readFileSync(path, 'utf8'));
  return { source, made, notExported, ...(grouped && { grouped }) };
}

export function readExpected(folder: string): Expected {
  return JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
}

/** The scores of the file itself, where file_references.py computed them. */
export function readScoresOfFile(folder: string): readonly number[] | undefined {
  const path = join(folder, 'file.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).scores : undefined;
}

/** The errors of PyTorch's own float32 for the file, draw by draw, where file_references.py computed them. */
export function readFloat32(folder: string): readonly Partial<Errors>[] | undefined {
  const path = join(folder, 'float32.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** The names of the cases of a folder: the folders below it that are whole. */
export function casesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'expected.json')))
    .sort();
}
