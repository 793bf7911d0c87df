import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { complementaryErrorFunction, errorFunction } from '../../../src/ops/elementwise/erf.js';
import { type OperatorAttributes, type OpType, operatorOf, operators } from '../../../src/ops/index.js';
import type { Shape } from '../../../src/tensor/tensor.js';

const read = (op: OpType, node: Omit<PlainNode, 'op'>) => operators[op].read(plainNode({ op, ...node }));

/** y and dx (of a cotangent of ones) of an operator on vectors. */
function evaluate<Op extends OpType>(
  op: Op,
  attributes: OperatorAttributes[Op],
  inputs: readonly (readonly number[])[],
  shape: Shape = [inputs[0]!.length],
) {
  const operands = inputs.map((data) => ({ shape: [data.length], data: Float64Array.from(data) }));
  const evaluation = { attributes, inputs: operands, shape };
  const operator = operatorOf({ op });
  const output = operator.forward(evaluation);
  const cotangent = new Float64Array(output.length).fill(1);
  const parts = operator.backward!({ ...evaluation, output, cotangent, wanted: inputs.map(() => true) });
  return { y: [...output], dx: parts.map((part) => [...part!]) };
}

describe('the error function', () => {
  // erf and erfc to 17 digits by mpmath.
  test.each([
    [0.1, 0.1124629160182849, 0.887537083981715],
    [1, 0.8427007929497149, 0.15729920705028513],
    [1.999, 0.9953015566513705, 0.004698443348629488],
    [2, 0.9953222650189527, 0.004677734981047266],
    [3.5, 0.9999992569016276, 7.430983723414128e-7],
    [6, 1, 2.1519736712498913e-17],
  ])('at %d', (x, erf, erfc) => {
    expect(Math.abs(errorFunction(x) - erf)).toBeLessThan(1e-15);
    expect(errorFunction(-x)).toBe(-errorFunction(x));
    expect(Math.abs(complementaryErrorFunction(x) / erfc - 1)).toBeLessThan(2e-13);
    expect(Math.abs(complementaryErrorFunction(-x) - (1 + erf))).toBeLessThan(1e-15);
  });
});

describe('where a function has no derivative', () => {
  test.each<[OpType, OperatorAttributes[OpType], number, number, number]>([
    ['Abs', {}, 0, 0, 0],
    ['Sqrt', {}, 0, 0, 0],
    ['Pow', { exponent: 0.5 }, 0, 0, 0],
    ['Pow', { exponent: 2 }, 0, 0, 0],
    ['Pow', { exponent: 1 }, 0, 0, 1],
    ['Pow', { exponent: 0 }, 0, 1, 0],
    ['Sign', {}, 0, 0, 0],
    ['Round', {}, 2.5, 2, 0],
    ['Round', {}, 3.5, 4, 0],
    ['Round', {}, -0.5, 0, 0],
    ['Floor', {}, -2, -2, 0],
    ['Cast', {}, -1.75, -1, 0],
    ['IsNaN', {}, Number.NaN, 1, 0],
    ['IsInf', { negative: true, positive: false }, -Infinity, 1, 0],
    ['IsInf', { negative: true, positive: false }, Infinity, 0, 0],
    ['Asin', {}, 1, Math.PI / 2, 0],
    ['Acos', {}, -1, Math.PI, 0],
    ['Acosh', {}, 1, 0, 0],
    ['Celu', { alpha: 2 }, 0, 0, 1],
    ['Selu', { alpha: 2, gamma: 3 }, 0, 0, 6],
  ])('%s %o at %d', (op, attributes, x, y, slope) => {
    const result = evaluate(op, attributes, [[x]]);
    expect(result.y[0]! + 0).toBe(y);
    expect(result.dx[0]![0]! + 0).toBe(slope);
  });

  test.each(['Max', 'Min'] as const)('of equal operands of %s the first takes the gradient', (op) => {
    const { dx } = evaluate(op, {}, [
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(dx).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  test.each(['ReduceMax', 'ReduceMin'] as const)('of equal elements of %s the first does', (op) => {
    expect(evaluate(op, { axes: [0] }, [[3, 3, 3]], [1]).dx).toEqual([[1, 0, 0]]);
  });

  test('the norm of 0 has the gradient 0', () => {
    expect(evaluate('ReduceL2', { axes: [0] }, [[0, 0]], [1])).toEqual({ y: [0], dx: [[0, 0]] });
  });
});

describe('Pow', () => {
  test('negative bases have whole powers', () => {
    expect(evaluate('Pow', { exponent: 3 }, [[-2, 2]])).toEqual({ y: [-8, 8], dx: [[12, 12]] });
  });

  test.each<[string, PlainNode['inputs'], unknown]>([
    ['one number', [[1, 3], constantOf([2], 'float', [])], { attributes: { exponent: 2 }, shape: [1, 3], inputs: [0] }],
    ['the same number for all', [[1, 3], constantOf([2, 2, 2])], { attributes: { exponent: 2 }, shape: [1, 3], inputs: [0] }],
    ['numbers that differ', [[1, 2], constantOf([2, 3])], { attributes: {}, shape: [1, 2] }],
    ['a number that stretches the base', [[1], constantOf([2, 2])], { attributes: {}, shape: [2] }],
    ['a computed exponent', [[1, 3], [1]], { attributes: {}, shape: [1, 3] }],
  ])('the exponent is %s', (_, inputs, reading) => {
    expect(read('Pow', { inputs })).toEqual(reading);
  });
});

describe('refused', () => {
  test.each<[OpType, Omit<PlainNode, 'op'>, string]>([
    ['Celu', { inputs: [[1, 3]], attributes: { alpha: 0 } }, 'Celu "n": alpha is 0 (another number: x is divided by it)'],
    ['Gelu', { inputs: [[1, 3]], attributes: { approximate: 'quick' } }, 'Gelu "n": approximate is "quick" ("none" or "tanh")'],
    ['Max', { inputs: [[1, 3], [2]] }, 'Max "n": shapes 1x3 and 2 do not broadcast (sizes, from the last axis on, equal or 1)'],
    ['Pow', { inputs: [[1, 3], [2]] }, 'Pow "n": shapes 1x3 and 2 do not broadcast'],
    [
      'LayerNormalization',
      { inputs: [[1, 4, 3], constantOf([1, 1])] },
      'LayerNormalization "n": scale of shape 2 does not stretch to 3 (sizes, from the last axis on, equal or 1)',
    ],
    [
      'LayerNormalization',
      { inputs: [[1, 4, 3], constantOf([1, 1, 1]), constantOf([1, 1, 1, 1], 'float', [4, 1])] },
      'LayerNormalization "n": bias of shape 4x1 does not stretch to 3',
    ],
    ['LayerNormalization', { inputs: [[1, 3], [3]] }, 'LayerNormalization "n": input 1 is computed from the image'],
    [
      'InstanceNormalization',
      { inputs: [[1, 3, 4], constantOf([1, 1, 1]), constantOf([1, 1])] },
      'InstanceNormalization "n": bias of 2 elements (3)',
    ],
    [
      'InstanceNormalization',
      { inputs: [[1, 3], constantOf([1, 1, 1]), constantOf([1, 1, 1])] },
      'InstanceNormalization "n": input of shape 1x3 (a batch axis, a channel axis and planes)',
    ],
    [
      'GroupNormalization',
      { inputs: [[1, 4, 2], constantOf([1]), constantOf([1])], attributes: { num_groups: 3 } },
      'GroupNormalization "n": num_groups 3 of 4 channels (a divisor of them)',
    ],
    [
      'GroupNormalization',
      { opset: 21, inputs: [[1, 4, 2], constantOf([1, 1]), constantOf([1, 1])], attributes: { num_groups: 2 } },
      'GroupNormalization "n": scale of 2 elements (4)',
    ],
    ['LRN', { inputs: [[1, 4, 2]], attributes: { size: 0 } }, 'LRN "n": a window of 0 channels (at least 1)'],
    ['LRN', { inputs: [[1, 4, 2]], attributes: { size: 3, bias: 0 } }, 'LRN "n": bias is 0 (above 0: it keeps the divisor away from 0)'],
    ['LRN', { inputs: [[4]], attributes: { size: 3 } }, 'LRN "n": input of shape 4 (a batch axis and a channel axis at least)'],
  ])('%s %o', (op, node, message) => {
    expect(() => read(op, node)).toThrow(message);
  });
});
