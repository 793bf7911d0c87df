import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { resultSchemas } from '../../src/api/schema/index.js';
import { commands } from '../../src/cli/commands/index.js';
import { run } from '../../src/cli/program.js';
import { writeNpy } from '../../src/tensor/npy.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CLI = join(ROOT, 'dist/cli.js');
export const DIGITS = join(ROOT, 'models/digits.onnx');
export const NAIVE = join(ROOT, 'models/digits-naive.onnx');
export const SEVEN = join(ROOT, 'models/study/7-read-as-1.png');
export const FIVE = join(ROOT, 'models/study/5-read-as-1.png');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line in a folder, as a user does. */
export function pathlight(folder: string, args: readonly string[], onStart?: (child: ChildProcess) => void): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
    onStart?.(child);
  });
}

/**
 * Runs a command in this process, for tests that ask what is said and with which code, not how a process ends. Modules are loaded once, so a
 * refusal takes milliseconds. One at a time: what is written here meanwhile is taken for the command's.
 */
export async function pathlightHere(folder: string, args: readonly string[]): Promise<Finished> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += text.toString();
      return true;
    }),
  );
  const home = process.cwd();
  process.chdir(folder);
  try {
    return { code: await run(commands, args, new AbortController().signal), ...written };
  } finally {
    process.chdir(home);
    for (const spy of spies) spy.mockRestore();
  }
}

/** A folder for the tests of this file, with the files that commands refuse. At the end, every `result.json` in it must follow its schema. */
export function useFolder(): { readonly path: string } {
  let path = '';
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'pathlight-cli-'));
    writeFileSync(join(path, 'text.onnx'), 'this is no model');
    writeFileSync(join(path, 'corrupt.png'), readFileSync(SEVEN).subarray(0, 60));
    writeFileSync(join(path, 'small.npy'), writeNpy(new Float32Array(9), [1, 1, 3, 3]));
    writeFileSync(join(path, 'white.npy'), writeNpy(new Float32Array(784).fill(1), [1, 1, 28, 28]));
    writeFileSync(join(path, 'overflow.npy'), writeNpy(new Float32Array(784).fill(3e38), [1, 1, 28, 28]));
    writeFileSync(join(path, 'nine.txt'), 'a\nb\nc\nd\ne\nf\ng\nh\ni\n');
    writeFileSync(join(path, 'ten.txt'), 'zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n');
  });
  afterAll(() => {
    const complaints = complaintsAboutResults(path);
    rmSync(path, { recursive: true, force: true });
    expect(complaints).toEqual([]);
  });
  return {
    get path() {
      return path;
    },
  };
}

/** `unit` is for readers and constrains nothing. */
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).addVocabulary(['unit']);
const validators = { attribute: ajv.compile(resultSchemas.attribute), repair: ajv.compile(resultSchemas.repair) };

/** Violations of the schema, such as undocumented fields, in the files `result.json` below a folder, with their paths. */
function complaintsAboutResults(folder: string): string[] {
  return filesBelow(folder)
    .filter((file) => basename(file) === 'result.json')
    .flatMap((file) => {
      const result: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const validate = validators[result instanceof Object && 'repaired' in result ? 'repair' : 'attribute'];
      return validate(result) ? [] : [`${file}: ${ajv.errorsText(validate.errors)}`];
    });
}

/** All files below a folder, including hidden ones. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
