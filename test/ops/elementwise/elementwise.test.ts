import { describe, expect, test } from 'vitest';
import { constantOf, type PlainAttribute, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { type OperatorAttributes, type OpType, operatorOf, operators } from '../../../src/ops/index.js';

const shape = [1, 2, 3];

/** The attributes that an operator reads from a node. */
function attributesOf(
  op: OpType,
  opset: number,
  attributes: Record<string, PlainAttribute> = {},
  bounds: (readonly number[] | null)[] = [],
) {
  const inputs = [shape, ...bounds.map((bound) => bound && constantOf(bound, 'float', bound.length === 1 ? [] : [bound.length]))];
  const reading = operators[op].read(plainNode({ op, opset, inputs, attributes }));
  expect(reading.shape).toEqual(shape);
  expect(reading.inputs).toEqual([0]);
  return reading.attributes;
}

describe('attributes', () => {
  test.each([
    ['LeakyRelu', {}, { alpha: 0.01 }],
    ['LeakyRelu', { alpha: 0.2 }, { alpha: 0.2 }],
    ['Elu', {}, { alpha: 1 }],
    ['Elu', { alpha: 2 }, { alpha: 2 }],
    ['HardSigmoid', {}, { alpha: 0.2, beta: 0.5 }],
    ['HardSigmoid', { alpha: 0.1, beta: 0.3 }, { alpha: 0.1, beta: 0.3 }],
    ['ThresholdedRelu', {}, { alpha: 1 }],
    ['ThresholdedRelu', { alpha: 0.2 }, { alpha: 0.2 }],
    ['HardSwish', {}, {}],
    ['Sigmoid', {}, {}],
    ['Tanh', {}, {}],
    ['Softplus', {}, {}],
    ['Relu', {}, {}],
  ] as const)('%s %o', (op, given, expected) => {
    expect(attributesOf(op, 14, given)).toEqual(expected);
  });

  test.each([
    ['opset 7, both', 7, { min: 0, max: 6 }, [], { min: 0, max: 6 }],
    ['opset 10, none', 10, {}, [], { min: -Infinity, max: Infinity }],
    ['opset 11, both', 11, {}, [[0], [6]], { min: 0, max: 6 }],
    ['opset 13, only the upper', 13, {}, [null, [6]], { min: -Infinity, max: 6 }],
    ['opset 13, only the lower', 13, {}, [[-1]], { min: -1, max: Infinity }],
    ['opset 21, none', 21, {}, [], { min: -Infinity, max: Infinity }],
  ] as const)('Clip, %s', (_, opset, attributes, bounds, expected) => {
    expect(attributesOf('Clip', opset, attributes, [...bounds])).toEqual(expected);
  });

  test('Clip refuses a bound that is no scalar', () => {
    expect(() => attributesOf('Clip', 13, {}, [[0, 1]])).toThrow('Clip "n": a bound of 2 elements (a scalar)');
  });

  test('Clip refuses a bound that is computed', () => {
    expect(() => operators.Clip.read(plainNode({ op: 'Clip', inputs: [shape, []] }))).toThrow('input 1 is computed from the image');
  });
});

function evaluate<Op extends OpType>(op: Op, attributes: OperatorAttributes[Op], x: number) {
  const inputs = [{ shape: [1], data: Float64Array.of(x) }];
  const evaluation = { attributes, inputs, shape: [1] };
  const operator = operatorOf({ op });
  const output = operator.forward(evaluation);
  const [dx] = operator.backward!({ ...evaluation, output, cotangent: Float64Array.of(1), wanted: [true] });
  return { y: output[0]!, dx: dx![0]! };
}

describe('kinks, as PyTorch has them', () => {
  test.each([
    ['Relu', {}, 0, 0],
    ['LeakyRelu', { alpha: 0.1 }, 0, 0.1],
    ['Elu', { alpha: 2 }, 0, 2],
    ['Clip', { min: -1, max: 1 }, -1, 1],
    ['Clip', { min: -1, max: 1 }, 1, 1],
    ['HardSigmoid', { alpha: 0.5, beta: 0.5 }, -1, 0],
    ['HardSigmoid', { alpha: 0.5, beta: 0.5 }, 1, 0],
    ['ThresholdedRelu', { alpha: 1 }, 1, 0],
    ['ThresholdedRelu', { alpha: -1 }, -1, 0],
    ['HardSwish', {}, -3, 0],
    ['HardSwish', {}, 3, 1],
  ] as const)('%s %o at %d has the derivative %d', (op, attributes, x, derivative) => {
    expect(evaluate(op, attributes, x).dx).toBe(derivative);
  });
});

// Exact up to the last places of one exponential: 4 epsilon.
const RELATIVE = 4 * Number.EPSILON;

describe('values far out', () => {
  test.each([
    ['Softplus', 1000, 1000, 1],
    ['Softplus', -30, Math.exp(-30) * (1 - Math.exp(-30) / 2), Math.exp(-30) * (1 - Math.exp(-30))],
    ['Softplus', -1000, 0, 0],
    ['Sigmoid', 1000, 1, 0],
    ['Sigmoid', -1000, 0, 0],
    ['Sigmoid', 30, 1 - Math.exp(-30), Math.exp(-30) * (1 - 2 * Math.exp(-30))],
    ['Tanh', -1000, -1, 0],
    ['Tanh', 15, 1 - 2 * Math.exp(-30), 4 * Math.exp(-30) * (1 - 2 * Math.exp(-30))],
  ] as const)('%s at %d', (op, x, y, dx) => {
    const actual = evaluate(op, {}, x);
    expect(Math.abs(actual.y - y)).toBeLessThanOrEqual(RELATIVE * Math.abs(y));
    expect(Math.abs(actual.dx - dx)).toBeLessThanOrEqual(RELATIVE * Math.abs(dx));
  });
});
