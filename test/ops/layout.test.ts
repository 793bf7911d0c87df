import { describe, expect, test } from 'vitest';
import { constantOf, type PlainNode, plainNode } from '../../src/doctor/cases/plain_node.js';
import { type OpType, operators } from '../../src/ops/index.js';

const read = (op: OpType, node: PlainNode) => operators[op].read(plainNode({ op, ...node }));

describe('Concat', () => {
  test.each([
    [
      'channels',
      1,
      [
        [1, 2, 5],
        [1, 3, 5],
      ],
      [1, 5, 5],
    ],
    [
      'the last axis from behind',
      -1,
      [
        [1, 2],
        [1, 3],
        [1, 1],
      ],
      [1, 6],
    ],
    ['one input', 0, [[2, 2]], [2, 2]],
  ] as const)('%s', (_, axis, inputs, shape) => {
    const reading = read('Concat', { inputs: [...inputs], attributes: { axis } });
    expect(reading.shape).toEqual(shape);
    expect(reading.attributes).toEqual({ axis: axis < 0 ? axis + shape.length : axis });
  });

  test('refuses shapes that do not join, axes that are not there, and no axis', () => {
    expect(() =>
      read('Concat', {
        inputs: [
          [1, 2, 5],
          [1, 3, 4],
        ],
        attributes: { axis: 1 },
      }),
    ).toThrow('Concat "n": shapes 1x2x5 and 1x3x4 do not join along axis 1 (all other sizes equal)');
    expect(() => read('Concat', { inputs: [[1, 2]], attributes: { axis: 2 } })).toThrow('axis 2 of 2 axes (-2 to 1)');
    expect(() => read('Concat', { inputs: [[1, 2]] })).toThrow('attribute axis is absent');
  });

  test('joins rows', () => {
    const inputs = [
      { shape: [2, 1], data: Float64Array.of(1, 2) },
      { shape: [2, 2], data: Float64Array.of(3, 4, 5, 6) },
    ];
    expect([...operators.Concat.forward({ attributes: { axis: 1 }, inputs, shape: [2, 3] })]).toEqual([1, 3, 4, 2, 5, 6]);
  });
});

describe('Transpose', () => {
  test.each([
    ['a perm', { perm: [0, 2, 3, 1] }, [1, 3, 5, 7], [1, 5, 7, 3]],
    ['none: reversed', {}, [1, 2, 3], [3, 2, 1]],
    ['a scalar', {}, [], []],
  ])('%s', (_, attributes, from, to) => {
    expect(read('Transpose', { inputs: [from], attributes }).shape).toEqual(to);
  });

  test('moves elements', () => {
    const inputs = [{ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }];
    expect([...operators.Transpose.forward({ attributes: { perm: [1, 0] }, inputs, shape: [3, 2] })]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test('refuses a perm that is none', () => {
    expect(() => read('Transpose', { inputs: [[1, 2]], attributes: { perm: [0, 0] } })).toThrow('axes 0,0 name an axis twice (each once)');
    expect(() => read('Transpose', { inputs: [[1, 2]], attributes: { perm: [0] } })).toThrow('perm 0 for 2 axes (every axis once)');
  });
});

describe('Pad', () => {
  test('gives a kernel no infinity', () => {
    const image = { name: 'x', shape: [1, 2] };
    const attributes = { begin: [0, 1], value: Number.NEGATIVE_INFINITY };
    const { forward } = operators.Pad.lower!({ attributes, inputs: [image], output: { name: 'y', shape: [1, 3] } });
    expect(forward[0]!.parameters.fill).toBe(-3.4028234663852886e38);
  });

  const integers = (...values: number[]) => constantOf(values, 'int');

  test.each<[string, PlainNode, number[], number[], number]>([
    ['opset 7, attributes', { opset: 7, inputs: [[1, 3]], attributes: { pads: [0, 1, 0, 2], value: 5 } }, [1, 6], [0, 1], 5],
    ['opset 10, no value', { opset: 10, inputs: [[1, 3]], attributes: { pads: [0, 1, 0, 2] } }, [1, 6], [0, 1], 0],
    ['opset 11, inputs', { opset: 11, inputs: [[1, 3], integers(0, 1, 0, 2), constantOf([5], 'float', [])] }, [1, 6], [0, 1], 5],
    ['opset 13, no value', { opset: 13, inputs: [[1, 3], integers(0, -1, 0, 2)] }, [1, 4], [0, -1], 0],
    ['opset 18, axes', { opset: 18, inputs: [[1, 3, 5], integers(1, 2), null, integers(-1)] }, [1, 3, 8], [0, 0, 1], 0],
    ['opset 18, two axes', { opset: 18, inputs: [[1, 3, 5], integers(1, 2, 3, 4), null, integers(2, 1)] }, [1, 9, 9], [0, 2, 1], 0],
    ['opset 21, no axes', { opset: 21, inputs: [[1, 3], integers(0, 1, 0, 2)] }, [1, 6], [0, 1], 0],
  ])('%s', (_, node, shape, begin, value) => {
    expect(read('Pad', node)).toEqual({ attributes: { begin, value }, shape, inputs: [0] });
  });

  test('the other modes say which element of the input stands at each place; what is cropped is cropped first', () => {
    const listsOf = (mode: string, ...pads: number[]) =>
      operators.Pad.read(plainNode({ op: 'Pad', opset: 19, inputs: [[4], integers(...pads)], attributes: { mode } })).attributes.lists;
    expect(listsOf('reflect', 2, 1)).toEqual([[2, 1, 0, 1, 2, 3, 2]]);
    expect(listsOf('edge', 2, 1)).toEqual([[0, 0, 0, 1, 2, 3, 3]]);
    expect(listsOf('wrap', 2, 5)).toEqual([[2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0]]);
    expect(listsOf('reflect', -1, 2)).toEqual([[1, 2, 3, 2, 1]]);
  });

  test('refuses what it cannot do', () => {
    const pads = integers(0, 1, 0, 2);
    expect(() => read('Pad', { inputs: [[1, 3], pads], attributes: { mode: 'mirror' } })).toThrow(
      'Pad "n": mode is mirror (constant, reflect, edge or wrap)',
    );
    expect(() => read('Pad', { inputs: [[1, 3], integers(0, 3, 0, 0)], attributes: { mode: 'reflect' } })).toThrow(
      'mode reflect pads an axis of 3 by 3 (at most 2)',
    );
    expect(() => read('Pad', { inputs: [[1, 3]] })).toThrow('pads are absent (begins, then ends)');
    expect(() => read('Pad', { inputs: [[1, 3, 5], pads] })).toThrow('4 pads for 3 axes (6, begins, then ends)');
    expect(() => read('Pad', { inputs: [[1, 3], integers(0, -2, 0, -1)] })).toThrow(
      'pads 0,-2,0,-1 leave nothing of 1x3 (an element or more along every axis)',
    );
    expect(() => read('Pad', { inputs: [[1, 3], pads, constantOf([1, 2])] })).toThrow('a padding value of 2 elements (a scalar)');
  });

  test('pads and crops', () => {
    const inputs = [{ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }];
    const attributes = { begin: [1, -1], value: 9 };
    expect([...operators.Pad.forward({ attributes, inputs, shape: [3, 3] })]).toEqual([9, 9, 9, 2, 3, 9, 5, 6, 9]);
  });
});
