import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
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
export function pathlight(
  folder: string,
  args: readonly string[],
  onStart?: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Finished> {
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
    onStart?.((signal) => child.kill(signal));
  });
}

/** A folder for the tests of this file, with what commands are refused for. */
export function useFolder(): { readonly path: string } {
  let path = '';
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'pathlight-cli-'));
    writeFileSync(join(path, 'text.onnx'), 'this is no model');
    writeFileSync(join(path, 'corrupt.png'), readFileSync(SEVEN).subarray(0, 60));
    writeFileSync(join(path, 'small.npy'), writeNpy(new Float32Array(9), [1, 1, 3, 3]));
    writeFileSync(join(path, 'white.npy'), writeNpy(new Float32Array(784).fill(1), [1, 1, 28, 28]));
    writeFileSync(join(path, 'nine.txt'), 'a\nb\nc\nd\ne\nf\ng\nh\ni\n');
    writeFileSync(join(path, 'ten.txt'), 'zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n');
  });
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
  };
}

/** All files below a folder, hidden ones too. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
