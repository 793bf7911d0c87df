import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { batchesOf, foldersOf, type ListedInput, type NamedInput } from '../../src/cli/task.js';
import { PathlightError } from '../../src/index.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';
import { DIGITS, FIVE, pathlightHere, SEVEN, useFolder } from './run.js';

// Where the files of several inputs go, and how many inputs are in memory.

/** What is read of pictures, and which folders are made for results, in order. */
const events: string[] = [];
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  return {
    ...fs,
    readFile: (path: string, ...rest: []) => {
      if (/many.*\.png$/.test(path)) events.push('read');
      return fs.readFile(path, ...rest);
    },
    mkdir: (path: string, options: { recursive: true }) => {
      if (/streamed.\d+$/.test(path)) events.push('write');
      return fs.mkdir(path, options);
    },
  };
});

const folder = useFolder();

describe('the folder of an input', () => {
  test.each<[string, string[], string[]]>([
    ['one has none', ['a/cat.jpg'], ['']],
    ['several have their names', ['a/cat.jpg', 'b/dog.png'], ['cat', 'dog']],
    ['names that clash keep their endings, others do not', ['cat.jpg', 'cat.bmp', 'dog.png'], ['cat.jpg', 'cat.bmp', 'dog']],
    ['three of one name', ['x.png', 'x.npy', 'x.webp'], ['x.png', 'x.npy', 'x.webp']],
    ['dots in a name', ['v1.2.png', 'v1.3.png'], ['v1.2', 'v1.3']],
  ])('%s', (_, paths, folders) => expect(foldersOf(paths)).toEqual(folders));

  test.each<[string, string[], string]>([
    ['the same file twice', ['cat.jpg', 'cat.jpg'], 'two inputs are named "cat.jpg"'],
    ['one name in two folders', ['a/cat.jpg', 'b/cat.jpg'], 'two inputs are named "cat.jpg"'],
    ['an ending that is the name of another', ['cat.jpg', 'cat.bmp', 'cat.jpg.png'], 'two inputs are named "cat.jpg"'],
    ['a name that leads out', ['..png', 'a.png', '...'], 'the folder'],
  ])('is refused: %s', (_, paths, message) => expect(() => foldersOf(paths)).toThrow(message));

  test('clashing inputs are explained each into its own', async () => {
    mkdirSync(join(folder.path, 'clash'));
    copyFileSync(SEVEN, join(folder.path, 'clash', 'cat.png'));
    copyFileSync(FIVE, join(folder.path, 'clash', 'dog.png'));
    copyFileSync(join(folder.path, 'white.npy'), join(folder.path, 'clash', 'cat.npy'));
    const args = ['attribute', DIGITS, 'clash', '--steps', '2', '--device', 'cpu', '--quiet', '--out', 'apart'];
    expect(await pathlightHere(folder.path, args)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(join(folder.path, 'apart')).sort()).toEqual(['cat.npy', 'cat.png', 'dog']);
    const inputOf = (name: string) => JSON.parse(readFileSync(join(folder.path, 'apart', name, 'result.json'), 'utf8')).input;
    for (const name of ['cat.npy', 'cat.png', 'dog']) expect(basename(inputOf(name))).toBe(name === 'dog' ? 'dog.png' : name);
  });
});

describe('inputs in batches', () => {
  test('each is read when its batch begins, and one that can no longer be read is refused', async () => {
    const read: number[] = [];
    const inputs = Array.from(
      { length: 7 },
      (_, i): ListedInput => ({
        path: `${i}.png`,
        folder: String(i),
        read: async () => {
          read.push(i);
          if (i === 4) throw new PathlightError('file.absent', { path: '4.png' });
          return { path: `${i}.png` } as NamedInput;
        },
      }),
    );
    const refused: string[] = [];
    const seen: string[][] = [];
    for await (const batch of batchesOf({ inputs, refuse: ({ path }) => refused.push(path) }, 3)) {
      seen.push(batch.map(({ path }) => path));
      expect(read).toHaveLength(Math.min(7, 3 * seen.length));
    }
    expect(seen).toEqual([['0.png', '1.png', '2.png'], ['3.png', '5.png'], ['6.png']]);
    expect(refused).toEqual(['4.png']);
  });

  // A picture of this network has 786,432 numbers: 4 are a batch (src/attribution/batches.ts).
  const INPUTS = 10;
  beforeAll(() => {
    writeFileSync(
      join(folder.path, 'large.onnx'),
      buildModel({
        inputs: { image: [1, 3, 512, 512] },
        initializers: { w: floatTensor([3, 2], [1, 2, 3, 4, 5, 6]) },
        nodes: [
          { op: 'GlobalAveragePool', inputs: ['image'], output: 'g' },
          { op: 'Flatten', inputs: ['g'], output: 'f' },
          { op: 'MatMul', inputs: ['f', 'w'], output: 'y' },
        ],
        outputs: ['y'],
      }),
    );
    mkdirSync(join(folder.path, 'many'));
    for (let i = 0; i < INPUTS; i++) copyFileSync(i % 2 === 0 ? SEVEN : FIVE, join(folder.path, 'many', `${i}.png`));
  });
  afterAll(() => void vi.restoreAllMocks());

  test('of a folder at most a batch is in memory: all are checked and forgotten, and then each batch is read and written', async () => {
    events.length = 0;
    const args = ['attribute', 'large.onnx', 'many', '--method', 'saliency', '--device', 'cpu', '--json', '--out', 'streamed'];
    const { code, stdout, stderr } = await pathlightHere(folder.path, args);
    expect(code, stderr).toBe(0);
    const repeat = (event: string, count: number) => new Array<string>(count).fill(event);
    const batch = (count: number) => [...repeat('read', count), ...repeat('write', count)];
    expect(events).toEqual([...repeat('read', INPUTS), ...batch(4), ...batch(4), ...batch(2)]);
    // As if each were explained alone.
    const records = JSON.parse(stdout);
    expect(records.map(({ input }: { input: string }) => basename(input))).toEqual(Array.from({ length: INPUTS }, (_, i) => `${i}.png`));
    expect(new Set(records.map(({ sum }: { sum: number }) => sum)).size).toBeLessThanOrEqual(2);
  });

  test('one that cannot be read is refused before anything is written', async () => {
    mkdirSync(join(folder.path, 'many-one-bad'));
    for (let i = 0; i < INPUTS; i++) copyFileSync(SEVEN, join(folder.path, 'many-one-bad', `${i}.png`));
    copyFileSync(join(folder.path, 'corrupt.png'), join(folder.path, 'many-one-bad', '9.png'));
    const args = ['attribute', 'large.onnx', 'many-one-bad', '--method', 'saliency', '--device', 'cpu', '--out', 'never'];
    const { code, stderr } = await pathlightHere(folder.path, args);
    expect(code).toBe(2);
    expect(stderr).toContain('9.png');
    expect(readdirSync(folder.path)).not.toContain('never');
  });
});
