import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };

/** The machine of a run: what a reader needs for comparisons, and nothing that identifies the machine. */
export interface Machine {
  readonly date: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly pathlight: string;
  /** The adapter of WebGPU in Node. */
  readonly adapter: string;
  /** Versions of Chrome, peers and PyTorch by name, as far as the run used them. */
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(adapter: string, versions: Readonly<Record<string, string>>): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    pathlight: packageJson.version,
    adapter,
    versions,
  };
}

const FOLDER = fileURLToPath(new URL('../results/', import.meta.url));

/** Writes bench/results/<section>.json. Called after every part of a section, so that no measurement is lost. */
export function writeResults(section: string, machine: Machine, options: object, data: object): void {
  const path = `${FOLDER}${section}.json`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ machine, options, ...data }, null, 1)}\n`);
}

/** `12.3`, `1,234`: milliseconds with three digits. */
export function formatMilliseconds(value: number): string {
  if (value < 10) return value.toPrecision(2);
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

/** `0.12%`, `3.4e-5%` */
export function formatShare(value: number): string {
  const percent = 100 * value;
  return `${percent !== 0 && percent < 0.001 ? percent.toExponential(1) : Number(percent.toPrecision(2))}%`;
}

/** Bytes in binary units, as for limits of memory: `61.3 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 2 ** 10) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
