import { describe, expect, test } from 'vitest';
import { attributeTasks } from '../../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { importModel } from '../../../../src/onnx/import.js';
import { buildModel, floatTensor } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';

const random = mulberry32(89);
const draw = (size: number) => Array.from(uniformArray(random, size, -1, 1));

/** y = C relu(B relu(A x + a)), rows of matrices by output. */
const [A, a, B, C] = [draw(15 * 4), draw(15), draw(16 * 15), draw(2 * 16)] as const;
const { graph } = importModel(
  buildModel({
    inputs: { x: ['N', 4] },
    initializers: { A: floatTensor([15, 4], A), a: floatTensor([15], a), B: floatTensor([16, 15], B), C: floatTensor([2, 16], C) },
    nodes: [
      { op: 'Gemm', inputs: ['x', 'A', 'a'], output: 'p', attributes: { transB: 1 } },
      { op: 'Relu', inputs: ['p'], output: 'q' },
      { op: 'Gemm', inputs: ['q', 'B'], output: 'r', attributes: { transB: 1 } },
      { op: 'Relu', inputs: ['r'], output: 's' },
      { op: 'Gemm', inputs: ['s', 'C'], output: 'y', attributes: { transB: 1 } },
    ],
    outputs: ['y'],
  }),
);

const times = (matrix: readonly number[], x: readonly number[]) =>
  Array.from({ length: matrix.length / x.length }, (_, row) => x.reduce((sum, value, i) => sum + matrix[row * x.length + i]! * value, 0));
const back = (matrix: readonly number[], dy: readonly number[]) => {
  const size = matrix.length / dy.length;
  return Array.from({ length: size }, (_, i) => dy.reduce((sum, value, row) => sum + matrix[row * size + i]! * value, 0));
};
const relu = (x: readonly number[]) => x.map((value) => Math.max(value, 0));

describe.each([
  // Captum: the ReLU's gradient, and of that what is above 0; and what is above 0 of the gradient that comes, whatever the ReLU.
  ['guided-backprop', (dy: readonly number[], x: readonly number[]) => relu(dy.map((slope, i) => (x[i]! > 0 ? slope : 0)))],
  ['deconvolution', (dy: readonly number[]) => relu(dy)],
] as const)('%s', (method, rule) => {
  test.each([
    ['of an output', [1, 0], undefined],
    ['of a difference', [1, -1], 1],
  ])('is as defined %s', async (_, seed, contrast) => {
    const x = draw(4).map(Math.fround);
    const p = times(A, x).map((value, i) => value + a[i]!);
    const r = times(B, relu(p));
    const expected = back(A, rule(back(B, rule(back(C, seed), r)), p));
    const task = { image: Float32Array.from(x), baseline: new Float32Array(4), target: 0, ...(contrast !== undefined && { contrast }) };
    const [found] = (await attributeTasks(new CpuExecutor(graph), [task], { method, steps: 1 })).attributions;
    expect([...(found?.values ?? [])]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
    expect(expected.some((value) => value !== 0)).toBe(true);
  });
});
