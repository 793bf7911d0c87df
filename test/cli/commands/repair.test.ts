import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { gridPatches } from '../../../src/image/patches.js';
import { decodePicture } from '../../../src/node/codec.js';
import { importModel } from '../../../src/onnx/import.js';
import { readNpy, writeNpy } from '../../../src/tensor/npy.js';
import { usageOf } from '../../support/worker_process.js';
import { DIGITS, filesBelow, NAIVE, pathlight, pathlightHere, SEVEN, useFolder } from '../run.js';

// The output of `repair` and `study`, and how they end.

const folder = useFolder();
const FILES = ['attribution.npy', 'comparison.png', 'edited.npy', 'edited.png', 'input.png', 'result.json'];
const repair = (...args: string[]) => ['repair', NAIVE, SEVEN, '--device', 'cpu', '--target', '7', '--steps', '16', ...args];
const result = (below: string) => JSON.parse(readFileSync(join(folder.path, below, 'result.json'), 'utf8'));

test('a digit that contrast repairs: six files, and the edited picture is read as the target', async () => {
  const { code, stdout, stderr } = await pathlight(
    folder.path,
    repair('--strategy', 'contrast', '--percent', '2', '--json', '--out', 'contrast'),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(join(folder.path, 'contrast')).sort()).toEqual(FILES);
  const record = result('contrast');
  expect(JSON.parse(stdout)).toEqual(record);
  expect(Object.keys(record)).toEqual([
    'model',
    'input',
    'device',
    'target',
    'repaired',
    'strategy',
    'percent',
    'changedPixels',
    'changedFraction',
    'changedPatches',
    'patches',
    'paint',
    'multiLabel',
    'binary',
    'before',
    'after',
    'minimal',
    'provenMinimum',
    'seed',
    'limits',
    'preprocessing',
    'warnings',
    'quantised',
    'attempts',
    'verified',
  ]);
  expect(record).toMatchObject({
    target: 7,
    repaired: true,
    strategy: 'contrast',
    before: { class: 1, label: '1' },
    after: { class: 7, label: '7' },
    verified: { cpu: true, png: true },
  });
  expect(record.changedFraction).toBe(record.changedPixels / 784);
  // Reads the saved picture and checks its class here.
  const { picture } = await decodePicture(readFileSync(join(folder.path, 'contrast', 'edited.png')));
  const { outputs } = await new CpuExecutor(importModel(readFileSync(NAIVE)).graph).forward(
    Float32Array.from(picture.data, (p) => p / 255),
    1,
  );
  expect(outputs.indexOf(Math.max(...outputs))).toBe(7);
  // It differs from the original in as many pixels as the record says.
  const original = (await decodePicture(readFileSync(SEVEN))).picture.data;
  expect(picture.data.filter((value, i) => value !== original[i]).length).toBe(record.changedPixels);
  expect(readNpy(readFileSync(join(folder.path, 'contrast', 'edited.npy'))).shape).toEqual([1, 1, 28, 28]);
});

test('where no edit is found the exit code is 1, and the files tell why', async () => {
  const { code, stdout } = await pathlight(folder.path, repair('--strategy', 'contrast', '--percent', '0.1', '--out', 'none'));
  expect(code).toBe(1);
  expect(stdout).toContain('no edit was found after which it is read as 7');
  expect(readdirSync(join(folder.path, 'none')).sort()).toEqual(FILES);
  expect(result('none')).toMatchObject({ repaired: false, strategy: null, changedPixels: 0, verified: { cpu: false, png: false } });
  expect(result('none').attempts[0].reason).not.toBe('');
});

test('a digit that is read right already needs no edit', async () => {
  const { code, stdout } = await pathlightHere(folder.path, ['repair', NAIVE, SEVEN, '--device', 'cpu', '--target', '1', '--out', 'right']);
  expect(code).toBe(0);
  expect(stdout).toContain('nothing has to be changed');
  expect(result('right')).toMatchObject({ repaired: true, strategy: null, changedPixels: 0, provenMinimum: 0, attempts: [] });
});

describe('a signal while a search runs', () => {
  const args = ['repair', NAIVE, SEVEN, '--device', 'cpu', '--target', '5', '--strategy', 'greedy', '--out', 'interrupted'];

  /**
   * Sends the signal when the temporary folder exists. Returns all files before and afterwards, and the seconds of processor time between the signal and
   * the end: other work of the machine does not lengthen them.
   */
  async function interrupt(signal: NodeJS.Signals, command: readonly string[] = args) {
    const before = filesBelow(folder.path);
    let [sent, now] = [Number.NaN, 0];
    let poll: NodeJS.Timeout | undefined;
    const finished = await pathlight(folder.path, command, (child) => {
      poll = setInterval(() => {
        now = usageOf(child.pid).seconds || now;
        if (!Number.isNaN(sent) || !filesBelow(folder.path).some((file) => file.startsWith('.pathlight-'))) return;
        sent = now;
        child.kill(signal);
      }, 20);
    });
    clearInterval(poll);
    return { ...finished, before, after: filesBelow(folder.path), seconds: now - sent };
  }

  test('Ctrl-C ends it while kernels compile, for which the driver needs many seconds', async () => {
    const compiling = ['attribute', DIGITS, SEVEN, '--device', 'software', '--plan', 'fused', '--out', 'interrupted'];
    const { stderr, before, after, seconds } = await interrupt('SIGINT', compiling);
    expect(stderr).toBe('pathlight: interrupted\n');
    expect(after).toEqual(before);
    // Half a second of patience, on several cores.
    expect(seconds).toBeLessThan(4);
  });

  test('Ctrl-C ends it, says so in one line, and leaves nothing', async () => {
    const { code, stderr, before, after } = await interrupt('SIGINT');
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'pathlight: interrupted\n' });
    expect(after).toEqual(before);
  });

  test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGHUP'] as const)(
    '%s ends it at once, and leaves nothing',
    async (signal) => {
      const { code, stderr, before, after } = await interrupt(signal);
      // The process ended by the signal, not by an exit of its own.
      expect({ code, stderr }).toEqual({ code: null, stderr: '' });
      expect(after).toEqual(before);
    },
  );
});

test('study repairs all five digits and writes the report', async () => {
  const { code, stdout } = await pathlight(folder.path, ['study', '--out', 'study', '--device', 'software', '--json']);
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as {
    repaired: boolean;
    strategy: string;
    true: number;
    readAs: number;
    auto: { changedPixels: number };
  }[];
  expect(rows.map((row) => row.strategy)).toEqual(['contrast', 'contrast', 'target', 'target', 'random']);
  expect(rows.map((row) => [row.true, row.readAs]).slice(0, 2)).toEqual([
    [7, 1],
    [2, 1],
  ]);
  expect(rows[4]!.true).toBe(5);
  expect(rows.every((row) => row.repaired)).toBe(true);
  const html = readFileSync(join(folder.path, 'study', 'report.html'), 'utf8');
  // The digits; what may be concluded, the curves, the table; the digits again, with their maps.
  expect(html.match(/<article/g)).toHaveLength(5 + 3 + 5);
  expect(html.includes('Which of these maps is right?')).toBe(true);
  expect(/undefined|NaN/.exec(html.replaceAll(/base64,[^"]+/g, ''))).toBeNull();
  expect(html).not.toMatch(/(?:src|href)="(?!data:|#)/);
  for (const entry of readdirSync(join(folder.path, 'study'), { withFileTypes: true })) {
    if (entry.isDirectory()) expect(readdirSync(join(folder.path, 'study', entry.name)).sort()).toEqual(FILES);
  }
});

test('of several inputs, one for which the model gives no number is named, and the others are repaired', async () => {
  const args = ['overflow.npy', '--strategy', 'contrast', '--percent', '2', '--prove', '0', '--quiet', '--out', 'some'];
  const { code, stderr } = await pathlightHere(folder.path, repair(...args));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^pathlight: overflow\.npy: the model gave no number for the image: [^\n]+\n$/);
  expect(readdirSync(join(folder.path, 'some'))).toEqual(['7-read-as-1']);
  expect(result('some/7-read-as-1')).toMatchObject({ repaired: true });
});

test('an edit by the patches of a mask is that of the same blocks', async () => {
  writeFileSync(join(folder.path, 'blocks.npy'), writeNpy(Float32Array.from(gridPatches(28, 28, 7).labels), [28, 28]));
  const of = async (patch: string, out: string) => {
    const flags = ['--strategy', 'greedy', '--patch', patch, '--paint', 'background', '--max-candidates', '200', '--out', out];
    const { stderr } = await pathlightHere(folder.path, repair(...flags));
    expect(stderr).toBe('');
    return result(out);
  };
  const [blocks, mask] = [await of('7', 'blocks'), await of('blocks.npy', 'mask')];
  expect(mask.patches).toEqual({ kind: 'mask', count: 16 });
  for (const field of ['repaired', 'changedPatches', 'changedPixels', 'after']) expect(mask[field], field).toEqual(blocks[field]);
});

test('an edit by patch: blocks covered with the mean colour, counted in pixels and in patches, with its limits', async () => {
  const { code, stdout } = await pathlightHere(
    folder.path,
    repair('--strategy', 'greedy', '--patch', '4', '--paint', 'background', '--max-candidates', '3000', '--prove', '2', '--out', 'patch'),
  );
  expect(code).toBe(0);
  const record = result('patch');
  expect(record).toMatchObject({
    repaired: true,
    patches: { kind: '4', count: 49 },
    paint: 'background',
    limits: { candidates: 3000, milliseconds: 60_000, beam: 8, prove: 2 },
    verified: { cpu: true, png: true },
  });
  expect(stdout).toContain(`${record.changedPatches} of 49 patches`);
  const { picture } = await decodePicture(readFileSync(join(folder.path, 'patch', 'edited.png')));
  const original = (await decodePicture(readFileSync(SEVEN))).picture.data;
  const changed = [...picture.data.keys()].filter((i) => picture.data[i] !== original[i]);
  expect(changed.length).toBe(record.changedPixels);
  // The background of MNIST is black.
  expect(changed.every((i) => picture.data[i] === 0)).toBe(true);
  const blocks = new Set(changed.map((i) => 7 * Math.floor(i / 112) + Math.floor((i % 28) / 4)));
  expect(blocks.size).toBe(record.changedPatches);
});
