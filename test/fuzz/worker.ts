import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { resultSchemas } from '../../src/api/schema/index.js';
import { commands } from '../../src/cli/commands/index.js';
import { run } from '../../src/cli/program.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { PathlightError } from '../../src/errors.js';
import { forwardSchedule } from '../../src/gpu/requests/evaluate.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import { absorbAffine } from '../../src/graph/passes/absorb.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { withOutput } from '../../src/graph/passes/head.js';
import { importModel } from '../../src/onnx/import.js';
import { readNpy } from '../../src/tensor/npy.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { mulberry32, uniformArray } from '../support/random.js';
import type { FuzzCase } from './cases.js';

/** What a case came to: nothing wrong, or what is wrong. */
export interface Verdict {
  readonly problem: string | null;
  readonly exitCode: number;
  /** Processor time, milliseconds. */
  readonly milliseconds: number;
  readonly stderr: string;
}

/** After so much processor time a command is told to stop, as by Ctrl-C. It must hear that before the limit. */
const PATIENCE = 3000;
/** A command that takes more processor time than this hangs. */
export const LIMIT = 5000;

const ajv = new Ajv2020({ strict: false });
const validators = { attribute: ajv.compile(resultSchemas.attribute), repair: ajv.compile(resultSchemas.repair) };

/** Runs the cases that the parent process sends, one after the other, until it disconnects. */
export function main(): Promise<void> {
  process.env.PATHLIGHT_DEBUG = '1';
  const home = mkdtempSync(join(tmpdir(), 'pathlight-fuzz-'));
  return new Promise((resolve) => {
    process.on('message', async (fuzzCase: FuzzCase) => {
      const folder = join(home, 'case');
      mkdirSync(folder, { recursive: true });
      const verdict = await judge(folder, fuzzCase);
      process.chdir(home);
      rmSync(folder, { recursive: true, force: true });
      process.send?.(verdict);
    });
    process.on('disconnect', () => {
      rmSync(home, { recursive: true, force: true });
      resolve();
    });
    process.send?.('ready');
  });
}

async function judge(folder: string, { files, args }: FuzzCase): Promise<Verdict> {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  process.chdir(folder);
  const controller = new AbortController();
  const start = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const watch = setInterval(() => spent() > PATIENCE && controller.abort(new Error('enough')), 50);
  const output = capture();
  let exitCode: number;
  try {
    exitCode = await run(commands, args, controller.signal);
  } finally {
    clearInterval(watch);
    output.end();
  }
  const milliseconds = spent();
  // Rejections that nobody handles come a turn later, and end the process.
  await sleep(0);
  const problem =
    milliseconds > LIMIT
      ? `${Math.round(milliseconds)} ms of processor time`
      : (problemOf(folder, exitCode, output) ?? (exitCode === 0 ? await problemOnGpu(files['model.onnx']) : null));
  return { problem, exitCode, milliseconds, stderr: output.stderr };
}

/**
 * What a GPU would run is made, without a device. The graph for it must compute what the graph of the file does,
 * to 1e-6, although sums have another order.
 */
async function problemOnGpu(model: Uint8Array | undefined): Promise<string | null> {
  if (model === undefined) return null;
  try {
    const graph = withOutput(importModel(model).graph, 'logit');
    const canonical = canonicalise(graph);
    pathSchedule(absorbAffine(canonical));
    forwardSchedule(absorbAffine(canonical));
    const image = Float32Array.from(uniformArray(mulberry32(1), sizeOf(graph.input.shape), 0, 1));
    const [own, other] = await Promise.all([graph, canonical].map((each) => new CpuExecutor(each).forward(image, 1)));
    const at = Array.from(own?.outputs ?? []).findIndex(
      (value, i) => Number.isFinite(value) && !(Math.abs(value - (other?.outputs[i] ?? Number.NaN)) <= 1e-6 * Math.max(1, Math.abs(value))),
    );
    return at < 0 ? null : `the graph for a GPU computes another output\n${own?.outputs[at]} and ${other?.outputs[at]}`;
  } catch (error) {
    return error instanceof PathlightError ? null : `internal error: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Keeps what is written to stdout and stderr. */
function capture(): { stdout: string; stderr: string; end(): void } {
  const kept = { stdout: '', stderr: '', end: () => {} };
  const ends = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = (text: string | Uint8Array) => {
      kept[name] += typeof text === 'string' ? text : new TextDecoder().decode(text);
      return true;
    };
    return () => {
      stream.write = write;
    };
  });
  kept.end = () => {
    for (const end of ends) end();
  };
  return kept;
}

function problemOf(folder: string, exitCode: number, { stdout, stderr }: { stdout: string; stderr: string }): string | null {
  const internal = /internal error: .*/s.exec(stderr);
  if (internal) return internal[0].slice(0, 2000);
  if (![0, 1, 2, 130].includes(exitCode)) return `exit code ${exitCode}`;
  const control = /(?![\n\t])\p{Cc}/u.exec(stdout + stderr);
  if (control) return `control character ${JSON.stringify(control[0])} on the terminal\n${JSON.stringify((stdout + stderr).slice(0, 500))}`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const left = files.find((file) => basename(file).startsWith('.pathlight-'));
  if (left !== undefined) return `${left} is left behind`;
  if (exitCode === 2) {
    if (!/^(note: [^\n]*\n)*pathlight: [^\n]+\n$/.test(stderr)) return `not one line on stderr\n${stderr.slice(0, 500)}`;
    return existsSync(join(folder, 'out')) ? 'refused, but wrote files' : null;
  }
  if (/\bNaN\b/.test(stdout)) return `NaN on stdout\n${stdout.slice(0, 500)}`;
  for (const file of files.filter((each) => dirname(each).startsWith('out'))) {
    const path = join(folder, file);
    if (file.endsWith('.npy') && !readNpy(readFileSync(path)).data.every(Number.isFinite))
      return `${file} holds a number that is not finite`;
    if (basename(file) === 'result.json') {
      const result: unknown = JSON.parse(readFileSync(path, 'utf8'));
      const validate = validators[result instanceof Object && 'repaired' in result ? 'repair' : 'attribute'];
      if (!validate(result)) return `result.json: ${ajv.errorsText(validate.errors)}`;
    }
  }
  return null;
}
