import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../../src/node/codec.js';
import { writeNpy } from '../../../src/tensor/npy.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, normalArray } from '../../support/random.js';
import { DIGITS, NAIVE, pathlight, pathlightHere, SEVEN, useFolder } from '../run.js';

// The output of `bench`, on the CPU executor: which numbers are there, not how large the times are.

const folder = useFolder();
const bench = (...args: string[]) => pathlight(folder.path, ['bench', '--device', 'cpu', '--rounds', '1', ...args]);

beforeAll(() => {
  // tanh(W x + c) for 3x3 images: smooth, and no head, as a Sigmoid would be.
  const model = buildModel({
    inputs: { image: [1, 9] },
    initializers: { w: floatTensor([2, 9], normalArray(mulberry32(1), 18)), c: floatTensor([2], [0.1, -0.2]) },
    nodes: [
      { op: 'Gemm', inputs: ['image', 'w', 'c'], output: 'z', attributes: { transB: 1 } },
      { op: 'Tanh', inputs: ['z'], output: 'y' },
    ],
    outputs: ['y'],
  });
  writeFileSync(join(folder.path, 'smooth.onnx'), model);
});

test('rows of a piecewise-linear model, with errors against the exact integral', async () => {
  const { code, stdout, stderr } = await bench('--model', NAIVE, '--input', SEVEN, '--steps', '8,512,auto,exact', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const record = JSON.parse(stdout);
  expect(record).toMatchObject({
    model: NAIVE,
    input: SEVEN,
    device: { kind: 'cpu' },
    target: 1,
    baseline: 'zero',
    reference: 'exact',
    rounds: 1,
  });
  const [coarse, fine, auto, exact] = record.rows;
  expect(record.rows.map((row: { steps: unknown; rule: unknown }) => [row.steps, row.rule])).toEqual([
    [8, 'midpoint'],
    [512, 'midpoint'],
    ['auto', 'midpoint'],
    ['exact', null],
  ]);
  // At each breakpoint the midpoint rule errs by at most half a step times the jump of the gradient. So 64 times the steps give a far
  // smaller error.
  expect(coarse.error).toBeGreaterThan(4 * fine.error);
  expect(fine.error).toBeGreaterThan(0);
  expect(auto.auto.met).toBe(true);
  expect(exact.error).toBeNull();
  expect(exact.exact.regions).toBeGreaterThan(1);
  expect(exact.points).toBe(exact.exact.regions + exact.exact.evaluations);
  for (const { milliseconds, points, pointsPerSecond } of record.rows) {
    expect(milliseconds).toBeGreaterThan(0);
    expect(pointsPerSecond).toBeCloseTo((1000 * points) / milliseconds, 3);
  }
});

test('a smooth model: no exact row, a note, and errors against the largest step count', async () => {
  // On whatever device there is: its kernels compile at once.
  const { code, stdout, stderr } = await bench('--device', 'auto', '--model', 'smooth.onnx', '--steps', '4,32', '--json');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^note: no exact integral: Tanh [^\n]+$/m);
  const record = JSON.parse(stdout);
  expect(record.rows.every((row: { dispatches: number }) => row.dispatches > 0)).toBe(record.device.kind !== 'cpu');
  expect(record).toMatchObject({ input: 'noise', reference: '32 steps' });
  expect(record.rows[0].error).toBeGreaterThan(0);
  expect(record.rows[1].error).toBeNull();
});

test('without a model: the shipped network on a digit of the study, as a table', async () => {
  // From a baseline near the digit the path crosses few regions. From zero the float64 executor takes half a minute for the exact integral.
  const { picture } = await decodePicture(readFileSync(SEVEN));
  const near = Float32Array.from(picture.data, (value) => (0.99 * value) / 255);
  writeFileSync(join(folder.path, 'near.npy'), writeNpy(near, [1, 1, 28, 28]));
  const { code, stdout } = await bench('--baseline', 'near.npy', '--steps', '2,4');
  expect(code).toBe(0);
  expect(stdout).toContain('largest error of any element against exact');
  expect(stdout).toMatch(/^digits\.onnx\n +input +7-read-as-1\.png\n +explained +logit of 7\n/);
  expect(stdout).toMatch(
    /\nsteps +rule +points +delta +error +time +points a second +dispatches +memory\n2 +midpoint +2 .*\n4 +midpoint +4 /,
  );
});

describe('refusals', () => {
  test.each<[string, string[], string]>([
    ['no number', ['--steps', '16,many'], '--steps many (a whole number from 1'],
    ['exact steps of a smooth model', ['--model', 'smooth.onnx', '--steps', '8,exact'], 'is smooth, and exact integrals exist'],
    ['no rounds', ['--rounds', '0'], '--rounds 0 (a whole number from 1 to 1000)'],
    ['an unknown rule', ['--rule', 'simpson'], '--rule simpson (one of midpoint'],
    [
      'auto with a rule whose nodes do not nest',
      ['--rule', 'gauss-legendre', '--steps', 'auto'],
      '--rule gauss-legendre with --steps auto',
    ],
    ['a model that is absent', ['--model', 'none.onnx'], 'none.onnx: no such file'],
    ['auto alone on a smooth model', ['--model', 'smooth.onnx', '--steps', 'auto'], '--steps auto (a number among them)'],
    ['an input that is absent', ['--model', DIGITS, '--input', 'none.png'], 'none.png: no such file'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await pathlightHere(folder.path, ['bench', '--device', 'cpu', ...args]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^pathlight: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
