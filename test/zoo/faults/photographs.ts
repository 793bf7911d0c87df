import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { readNpy } from '../../../src/tensor/npy.js';
import { readExpected } from '../cases.js';
import { STEPS } from '../kinks.js';
import type { Device } from '../results.js';
import type { PageReading } from './on_page.js';

/** The program as it is built: `npm run build`. */
const CLI = 'dist/cli.js';

/** What the command line makes of a photograph, with a folder of Hugging Face as the model. */
export interface PhotographRow {
  readonly name: string;
  readonly exporter: string;
  /** What `inspect` says of the input: its shape, and where the open axes come from. */
  readonly shape: string;
  readonly from: string;
  /** What PyTorch reads in float64 behind the folder's own processor. */
  readonly expected: { readonly class: number; readonly probability: number };
  readonly devices: Partial<Record<Device, PhotographReading>>;
  /** The relative distance of the map on the GPU from that on the CPU. */
  readonly between?: number;
  /** What the page makes of the two, dropped on it. */
  readonly page?: PageReading;
}

export interface PhotographReading {
  readonly class: number;
  readonly label: string;
  readonly probability: number;
  /** Sum of the map, and its distance from the difference of the output, in the unit of the output. */
  readonly sum: number;
  readonly delta: number;
  /** The relative distance of the map from that of PyTorch in float64. */
  readonly map: number;
  /** As `float64 reference`, or what the adapter calls itself. */
  readonly adapter: string;
}

/** `inspect`, and `attribute` on the processor and on the software adapter, of each folder that photograph_references.py was given. */
export function* measurePhotographs(folder: string, picture: string): Generator<PhotographRow> {
  for (const name of photographNames(folder)) {
    const out = mkdtempSync(join(tmpdir(), 'photograph-'));
    try {
      yield rowOf(join(folder, name), name, picture, out);
    } finally {
      rmSync(out, { recursive: true });
    }
  }
}

/** The folders in it that photograph_references.py was given. */
export function photographNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'photograph.json')))
    .sort();
}

function rowOf(folder: string, name: string, picture: string, out: string): PhotographRow {
  const { input } = JSON.parse(run('inspect', folder, '--json'));
  const { scores, target } = JSON.parse(readFileSync(join(folder, 'photograph.json'), 'utf8'));
  const right = readNpy(readFileSync(join(folder, 'photograph_integrals.npy'))).data;
  const attributed = (device: Device) => {
    const to = join(out, device);
    run('attribute', folder, picture, '--steps', String(STEPS), '--output', 'raw', '--device', device, '--out', to, '--quiet');
    const { prediction, sum, delta, device: ran } = JSON.parse(readFileSync(join(to, 'result.json'), 'utf8'));
    const map = readNpy(readFileSync(join(to, 'attribution.npy'))).data;
    return { map, reading: { ...prediction, sum, delta, map: relativeDistance(map, right), adapter: ran.adapter } };
  };
  const [cpu, software] = [attributed('cpu'), attributed('software')];
  return {
    name,
    exporter: readExpected(folder).exporter ?? '',
    shape: input.shape.join('x'),
    from: [...new Set<string>(input.open.map(({ from }: { from: string }) => from))].join(', '),
    expected: { class: target, probability: softmaxAt(scores, target) },
    devices: { cpu: cpu.reading, software: software.reading },
    between: relativeDistance(software.map, cpu.map),
  };
}

function run(...args: string[]): string {
  return execFileSync(process.execPath, [CLI, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function softmaxAt(scores: readonly number[], target: number): number {
  const most = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
  return Math.exp((scores[target] ?? Number.NaN) - most) / sum;
}
