import { describe, expect, test } from 'vitest';
import { constantOf, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { type OpType, operators } from '../../../src/ops/index.js';
import { broadcastIndices, broadcastShapes, packPeriodic, stretch, sumStretched } from '../../../src/ops/shared/broadcast.js';

describe('broadcastShapes', () => {
  test.each([
    [
      [1, 3, 5],
      [3, 1],
      [1, 3, 5],
    ],
    [[], [2], [2]],
    [
      [4, 1],
      [1, 5],
      [4, 5],
    ],
    [[2, 3], [2], undefined],
  ])('%o and %o', (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
    expect(broadcastShapes(b, a)).toEqual(expected);
  });
});

test('broadcastIndices repeats the axes that are stretched', () => {
  expect([...broadcastIndices([2, 1], [2, 2, 3])]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
});

describe('stretch repeats elements, and sumStretched adds up what was repeated', () => {
  test.each([
    [[], [3]],
    [
      [2, 1],
      [2, 3],
    ],
    [[3], [2, 3]],
    [
      [2, 1, 3, 1],
      [2, 2, 3, 4],
    ],
    [
      [1, 3, 1, 1],
      [1, 3, 2, 2],
    ],
    [[1], [1, 1]],
    [
      [1, 4],
      [0, 4],
    ],
  ])('%o to %o', (from, to) => {
    const [few, many] = [from, to].map((shape) =>
      Float64Array.from({ length: shape.reduce((size, axis) => size * axis, 1) }, (_, i) => i + 1),
    );
    const indices = broadcastIndices(from, to);
    expect([...stretch({ shape: from, data: few! }, to)]).toEqual(Array.from(indices, (index) => few![index]));
    const sums = few!.map((_, e) => many!.reduce((sum, value, i) => (indices[i] === e ? sum + value : sum), 0));
    expect(sumStretched(from, to, many!)).toEqual(sums);
  });
});

describe('packPeriodic gives every element its number, in as few as possible', () => {
  test.each([
    ['a scalar', [], [1, 3, 4], 1],
    ['a channel', [3, 1], [1, 3, 4], 3],
    ['a column', [4], [1, 3, 4], 4],
    ['every element', [1, 3, 4], [1, 3, 4], 12],
    ['two axes apart', [2, 1, 4], [1, 2, 3, 4], 24],
    ['two axes apart, and one inside', [2, 1, 4, 1], [1, 2, 3, 4, 5], 24],
  ])('%s', (_, from, to, period) => {
    const count = from.reduce((product, size) => product * size, 1);
    const constant = constantOf(
      Array.from({ length: count }, (_, i) => 10 + i),
      'float',
      from,
    );
    const packed = packPeriodic(constant, to);
    const indices = broadcastIndices(from, to);
    expect(packed.period).toBe(period);
    expect(packed.data.length).toBe(period);
    expect(Array.from(indices, (_, e) => packed.data[Math.floor(e / packed.inner) % packed.period])).toEqual(
      Array.from(indices, (index) => constant.data[index]),
    );
  });
});

describe('reading', () => {
  const read = (op: OpType, inputs: (readonly number[])[]) => operators[op].read(plainNode({ op, inputs }));

  test.each(['Add', 'Sub', 'Mul', 'Div', 'Sum'] as const)('%s', (op) => {
    expect(read(op, [[1, 3, 1], [4]])).toEqual({ attributes: {}, shape: [1, 3, 4] });
    expect(() => read(op, [[1, 3], [4]])).toThrow(
      `${op} "n": shapes 1x3 and 4 do not broadcast (sizes, from the last axis on, equal or 1)`,
    );
    expect(() => read(op, [[1, 1, 1, 1, 1, 1, 1], [1]])).toThrow(`${op} "n": 7 axes (at most 6)`);
  });

  test('Sum takes any number of inputs', () => {
    expect(read('Sum', [[1, 3, 1], [4], [2, 1, 1]]).shape).toEqual([2, 3, 4]);
    expect(read('Sum', [[1, 3]]).shape).toEqual([1, 3]);
  });

  test('PRelu stretches its slope, never x', () => {
    expect(
      read('PRelu', [
        [1, 3, 5, 5],
        [3, 1, 1],
      ]).shape,
    ).toEqual([1, 3, 5, 5]);
    expect(() =>
      read('PRelu', [
        [1, 3],
        [2, 3],
      ]),
    ).toThrow('slope of shape 2x3 does not stretch to 1x3');
    expect(() => read('PRelu', [[3], [1, 3]])).toThrow('slope of shape 1x3 does not stretch to 3');
    expect(() => read('PRelu', [[1, 3], [2]])).toThrow('slope of shape 2 does not stretch to 1x3');
  });

  test.each(['Affine', 'Replicate'] as const)('%s is internal', (op) => {
    expect(() => read(op, [[1, 3], [1], [1]])).toThrow(`${op} "n": is no operator of a file (it is made inside Pathlight)`);
  });
});

describe('BatchNormalization', () => {
  test('of 200,000 channels is read', () => {
    const [channels, ones] = [200_000, new Float32Array(200_000).fill(1)];
    const constant = { shape: [channels], type: 'float' as const, data: ones };
    const node = plainNode({ op: 'BatchNormalization', inputs: [[1, channels], constant, constant, constant, constant] });
    expect(operators.BatchNormalization.read(node).shape).toEqual([1, channels]);
  });

  const ones = constantOf([1, 1, 1]);
  const statistics = [ones, ones, ones, ones];
  const read = (opset: number, attributes = {}, constants = statistics, shape: readonly number[] = [1, 3, 5, 5]) =>
    operators.BatchNormalization.read(plainNode({ op: 'BatchNormalization', opset, inputs: [shape, ...constants], attributes }));

  test.each([7, 9, 14, 15])('opset %d', (opset) => {
    expect(read(opset, { momentum: 0.9 })).toEqual({ attributes: { epsilon: 1e-5 }, shape: [1, 3, 5, 5], inputs: [0, 1, 2, 3, 4] });
    expect(read(opset, { epsilon: 0.01 }).attributes).toEqual({ epsilon: 0.01 });
  });

  test('computes the formula', () => {
    const vector = (...numbers: number[]) => ({ shape: [numbers.length], data: Float64Array.from(numbers) });
    const inputs = [{ shape: [1, 2, 1], data: Float64Array.of(5, 7) }, vector(2, 3), vector(1, -1), vector(4, 5), vector(0.75, 3.75)];
    // 2 (5 - 4) / sqrt(0.75 + 0.25) + 1 and 3 (7 - 5) / sqrt(3.75 + 0.25) - 1, exact in binary.
    expect([...operators.BatchNormalization.forward({ attributes: { epsilon: 0.25 }, inputs, shape: [1, 2, 1] })]).toEqual([3, 2]);
  });

  test('refuses what is not inference a channel', () => {
    expect(() => read(7, { spatial: 0 })).toThrow('spatial=0');
    expect(() => read(14, { training_mode: 1 })).toThrow('training_mode=1');
    expect(() => read(9, {}, [ones, ones, constantOf([1, 1]), ones])).toThrow('mean of shape 2 (the 3 channels of 1x3x5x5)');
    expect(() => read(9, {}, [ones, ones, ones, constantOf([1, -2, 1])])).toThrow('a variance of -2 with epsilon 0.00001 (a positive sum)');
    expect(() => read(9, {}, statistics, [3])).toThrow('input of shape 3');
  });
});
