import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Measured } from '../support/networks/measure.js';
import { generatedNetworks } from '../support/networks/network.js';

export interface Row extends Measured {
  readonly name: string;
  readonly parameters: number;
  /** Those of the device. */
  readonly limits: 'adapter' | 'default';
  readonly steps: number;
}

const RESULTS = fileURLToPath(new URL('../../bench/results/networks.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/networks.md', import.meta.url));
const BEGIN = '<!-- test/large/table.ts writes what follows -->\n';

/** Networks that were not run, or on other limits, keep the row of an earlier run. */
export function keepRow(row: Row): void {
  const others = readRows().filter(({ name, limits }) => name !== row.name || limits !== row.limits);
  const order = generatedNetworks.map(({ name }) => name);
  const rows = [...others, row].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  writeFileSync(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
}

/** Puts the table at the end of docs/networks.md. */
export function writeTable(): void {
  const [before] = readFileSync(PAGE, 'utf8').split(BEGIN);
  writeFileSync(PAGE, `${before}${BEGIN}\n${tableOf(readRows())}\n`);
}

function readRows(): Row[] {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : [];
}

function tableOf(rows: readonly Row[]): string {
  const head =
    '| network | parameters | limits | outputs, from onnxruntime | from float64 | onnxruntime from float64 | gradient, from float64 | completeness | peak memory | seconds | chunks |';
  const lines = rows.map((row) => {
    const { name, parameters, limits, fromOnnxRuntime, fromFloat64, onnxRuntimeFromFloat64, gradient, completeness, cost } = row;
    const errors = [fromOnnxRuntime, fromFloat64, onnxRuntimeFromFloat64, gradient, completeness].map((error) => error.toExponential(1));
    const spent = [`${(cost.peakBytes / 2 ** 20).toFixed(0)} MiB`, (cost.milliseconds / 1000).toFixed(1), cost.submits];
    return `| ${[name, parameters.toLocaleString('en'), limits, ...errors, ...spent].join(' | ')} |`;
  });
  return [
    `${cpus().length} cores, ${cpus()[0]!.model.trim()}.\n`,
    head,
    '|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n');
}
