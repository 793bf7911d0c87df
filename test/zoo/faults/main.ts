import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Device } from '../results.js';
import { type FaultOutcome, measureFaults } from './measure.js';
import { readOnPage } from './on_page.js';
import { type FaultRow, writeReachPage } from './page.js';
import { measurePhotographs, type PhotographRow } from './photographs.js';

const OPTIONS = { device: { type: 'string', default: 'cpu' }, photograph: { type: 'string' }, page: { type: 'boolean' } } as const;

/**
 * `npm run reach -- FOLDER [--device software]` measures the folder of faults, and with `--photograph PICTURE` folders of Hugging Face on both devices,
 * or with `--page`, too, on the page in Chrome. Then it writes docs/reach.md, and without a folder it writes that alone.
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { device, photograph, page } = values;
  if (device !== 'cpu' && device !== 'software') throw new Error('--device takes cpu or software');
  const [folder] = positionals;
  if (folder !== undefined && photograph !== undefined && page) await dropPhotographs(folder, photograph);
  else if (folder !== undefined && photograph !== undefined) runPhotographs(folder, photograph);
  else if (folder !== undefined) await runFaults(folder, device);
  writeReachPage(read<FaultRow>('results.json'), read<PhotographRow>('photographs.json'));
}

async function runFaults(folder: string, device: Device): Promise<void> {
  const known = read<FaultRow>('results.json');
  const rows: FaultRow[] = [];
  for await (const { name, what, outcome } of measureFaults(folder, device)) {
    const before = known.find((row) => row.name === name && row.what === what);
    rows.push({ name, what, outcomes: { ...before?.outcomes, [device]: outcome } });
    console.log(`${name}: ${lineOf(outcome)}`);
  }
  write('results.json', rows);
}

function runPhotographs(folder: string, picture: string): void {
  for (const row of measurePhotographs(folder, picture)) {
    const before = read<PhotographRow>('photographs.json').find(({ name }) => name === row.name);
    keepPhotograph({ ...before, ...row });
    console.log(`${row.name}: class ${row.expected.class}, the maps ${row.between} apart`);
  }
}

async function dropPhotographs(folder: string, picture: string): Promise<void> {
  for await (const { name, reading } of readOnPage(folder, picture)) {
    const row = read<PhotographRow>('photographs.json').find((one) => one.name === name);
    if (row === undefined) throw new Error(`${name} has no row: run it without --page first`);
    keepPhotograph({ ...row, page: reading });
    console.log(`${name} on the page: class ${reading.class}, the map ${reading.map} from PyTorch's`);
  }
}

function keepPhotograph(row: PhotographRow): void {
  const rows = [...read<PhotographRow>('photographs.json').filter(({ name }) => name !== row.name), row];
  write(
    'photographs.json',
    rows.sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function read<Row>(name: string): Row[] {
  return existsSync(pathOf(name)) ? JSON.parse(readFileSync(pathOf(name), 'utf8')) : [];
}

function write(name: string, rows: readonly unknown[]): void {
  writeFileSync(pathOf(name), `${JSON.stringify(rows, null, 2)}\n`);
}

function lineOf(outcome: FaultOutcome): string {
  if ('line' in outcome) return outcome.line;
  const { value, right, outputs, gradient } = outcome;
  return `${value} (${right}), outputs ${outputs}${gradient === undefined ? '' : `, gradient ${gradient}`}`;
}

/** Usage errors in a line. */
export function explain(error: unknown): string {
  return `reach: ${error instanceof Error ? error.message : String(error)}`;
}
