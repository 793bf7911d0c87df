import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { type OpType, operators } from '../../../src/ops/index.js';
import type { Shape } from '../../../src/tensor/tensor.js';

const read = (op: OpType, node: Omit<PlainNode, 'op'>) => operators[op].read(plainNode({ op, ...node }));

describe('ReduceMean in all its forms', () => {
  const shape: Shape = [1, 3, 4, 5];
  const axesOf = (...axes: number[]) => constantOf(axes, 'int');
  test.each<[string, Omit<PlainNode, 'op'>, number[], number[]]>([
    ['an attribute, negative', { opset: 13, inputs: [shape], attributes: { axes: [2, -1] } }, [2, 3], [1, 3, 1, 1]],
    ['an attribute, dropped', { opset: 13, inputs: [shape], attributes: { axes: [2, 3], keepdims: 0 } }, [2, 3], [1, 3]],
    ['no attribute', { opset: 13, inputs: [shape] }, [0, 1, 2, 3], [1, 1, 1, 1]],
    ['an input', { opset: 18, inputs: [shape, axesOf(-3)] }, [1], [1, 1, 4, 5]],
    ['an absent input', { opset: 18, inputs: [shape, null], attributes: { keepdims: 0 } }, [0, 1, 2, 3], []],
    ['an empty input', { opset: 18, inputs: [shape, axesOf()] }, [0, 1, 2, 3], [1, 1, 1, 1]],
    ['no axes, no operation', { opset: 18, inputs: [shape, axesOf()], attributes: { noop_with_empty_axes: 1 } }, [], [1, 3, 4, 5]],
  ])('%s', (_, node, axes, output) => {
    const reading = read('ReduceMean', node);
    expect(reading).toEqual({ attributes: { axes }, shape: output, inputs: [0] });
  });

  test('means of columns', () => {
    const inputs = [{ shape: [1, 2, 3], data: Float64Array.of(1, 2, 3, 5, 8, 13) }];
    expect([...operators.ReduceMean.forward({ attributes: { axes: [1] }, inputs, shape: [1, 3] })]).toEqual([3, 5, 8]);
  });

  test('an axis that does not exist, or twice', () => {
    expect(() => read('ReduceMean', { inputs: [shape], attributes: { axes: [4] } })).toThrow('ReduceMean "n": axis 4 of 4 axes (-4 to 3)');
    expect(() => read('ReduceMean', { inputs: [shape], attributes: { axes: [1, -3] } })).toThrow(
      'ReduceMean "n": axes 1,-3 name an axis twice (each once)',
    );
  });
});

describe('Softmax and LogSoftmax', () => {
  test.each<[string, number, Record<string, number>, { length: number; inner: number }]>([
    ['up to 12: from axis 1 on', 12, {}, { length: 60, inner: 1 }],
    ['up to 12: from a given axis on', 7, { axis: 2 }, { length: 20, inner: 1 }],
    ['from 13: the last axis', 13, {}, { length: 5, inner: 1 }],
    ['from 13: a single axis', 21, { axis: -3 }, { length: 3, inner: 20 }],
  ])('%s', (_, opset, attributes, expected) => {
    for (const op of ['Softmax', 'LogSoftmax'] as const) {
      expect(read(op, { opset, inputs: [[1, 3, 4, 5]], attributes }).attributes).toEqual(expected);
    }
  });

  test('large scores do not overflow', () => {
    const evaluation = {
      attributes: { length: 2, inner: 1 },
      inputs: [{ shape: [1, 2], data: Float64Array.of(1000, 1000) }],
      shape: [1, 2],
    };
    expect([...operators.Softmax.forward(evaluation)]).toEqual([0.5, 0.5].map((half) => expect.closeTo(half, 12)));
    expect([...operators.LogSoftmax.forward(evaluation)]).toEqual([-Math.LN2, -Math.LN2].map((log) => expect.closeTo(log, 12)));
  });

  test('an axis that does not exist', () => {
    expect(() => read('Softmax', { inputs: [[1, 3]], attributes: { axis: 2 } })).toThrow('Softmax "n": axis 2 of 2 axes (-2 to 1)');
  });
});

describe('matrix products', () => {
  const matrix = (shape: Shape, ...data: number[]) => ({ shape, data: Float64Array.from(data) });

  test('Gemm transposes, scales and stretches', () => {
    const a = matrix([2, 1], 1, 2);
    const b = matrix([2, 2], 1, 2, 3, 4);
    const attributes = { alpha: 2, beta: 10, transA: 1, transB: 1 } as const;
    // [1 2] [[1 3] [2 4]] = [5 11]
    expect([...operators.Gemm.forward({ attributes, inputs: [a, b, matrix([], 1)], shape: [1, 2] })]).toEqual([20, 32]);
  });

  test.each<[string, Shape, Shape, Shape]>([
    ['matrices', [3, 5], [5, 7], [3, 7]],
    ['batches', [2, 1, 3, 4], [5, 4, 2], [2, 5, 3, 2]],
    ['a vector on the left', [5], [2, 5, 3], [2, 3]],
    ['a vector on the right', [2, 3, 5], [5], [2, 3]],
    ['two vectors', [6], [6], []],
  ])('the shape of MatMul: %s', (_, a, b, y) => {
    expect(read('MatMul', { inputs: [a, b] }).shape).toEqual(y);
  });

  test('MatMul of a row and a matrix', () => {
    const inputs = [matrix([1, 2], 1, 10), matrix([2, 3], 1, 2, 3, 4, 5, 6)];
    expect([...operators.MatMul.forward({ attributes: {}, inputs, shape: [1, 3] })]).toEqual([41, 52, 63]);
  });

  test.each<[string, OpType, readonly Shape[], string]>([
    [
      'columns and rows',
      'MatMul',
      [
        [3, 5],
        [4, 7],
      ],
      'MatMul "n": 3x5 times 4x7 do not fit',
    ],
    [
      'batches',
      'MatMul',
      [
        [2, 3, 5],
        [3, 5, 7],
      ],
      'MatMul "n": 2x3x5 times 3x5x7 do not fit',
    ],
    ['a scalar', 'MatMul', [[], [3]], 'MatMul "n": scalar times 3 do not fit'],
    [
      'three axes',
      'Gemm',
      [
        [1, 3, 5],
        [5, 7],
      ],
      'Gemm "n": 1x3x5 times 5x7 with transA 0, transB 0 do not fit',
    ],
    [
      'C',
      'Gemm',
      [
        [1, 5],
        [5, 7],
        [2, 7],
      ],
      'Gemm "n": C of 2x7 does not stretch to 1x7',
    ],
  ])('refused: %s', (_, op, inputs, message) => {
    expect(() => read(op, { inputs })).toThrow(message);
  });
});
