import { describe, expect, test } from 'vitest';
import { ReferencePasses } from '../../src/cpu/passes.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor, type ModelDescription, type NodeDescription, rawTensor } from '../support/onnx_builder.js';

// Minus infinity in masks. Beside ONNX Runtime and central differences, and on the GPU: the model of that name in test/support/exported_attention.ts.

const { NEGATIVE_INFINITY: NONE, NaN: UNKNOWN, POSITIVE_INFINITY: ALL } = Number;

function masked(mask: readonly number[], nodes: readonly NodeDescription[], rest: Partial<ModelDescription> = {}): Uint8Array {
  const initializers = { mask: floatTensor([2, 3], [...mask]) };
  return buildModel({ inputs: { x: [1, 2, 3] }, initializers, nodes: [...nodes], outputs: ['y'], opset: 13, ...rest });
}
const add: NodeDescription = { op: 'Add', inputs: ['x', 'mask'], output: 'a' };
const softmax: NodeDescription = { op: 'Softmax', inputs: ['a'], output: 'y', attributes: { axis: -1 } };

describe('a mask of minus infinity', () => {
  test('is 0 after the Softmax, and has no gradient, whatever the scores', () => {
    const passes = new ReferencePasses(importModel(masked([0, NONE, 0, NONE, 1, NONE], [add, softmax])).graph);
    for (const scale of [1, 1e6]) {
      const values = passes.forward(Float64Array.of(1, 5, 1, 3, -2, 4).map((x) => scale * x));
      const y = values.get('y')!;
      const dx = passes.backward(values, Float64Array.of(1, 2, 3, 4, 5, 6));
      // The logarithm of a sum of exponentials is about as large as the scores, and so is its rounding.
      const rounding = 8 * 2 ** -52 * scale;
      [0.5, 0, 0.5, 0, 1, 0].forEach((expected, i) => {
        expect(Math.abs(y[i]! - expected)).toBeLessThan(rounding);
      });
      [-0.5, 0, 0.5, 0, 0, 0].forEach((expected, i) => {
        expect(Math.abs(dx[i]! - expected)).toBeLessThan(4 * rounding);
      });
      // Not small, but nothing.
      for (const i of [1, 3, 5]) expect([Math.abs(y[i]!), Math.abs(dx[i]!)]).toEqual([0, 0]);
    }
  });

  test('counts in a Where only where it is taken', () => {
    const nodes: NodeDescription[] = [{ op: 'Where', inputs: ['keeps', 'x', 'mask'], output: 'a' }, softmax];
    const keeps = (...bits: number[]) => rawTensor(9, [2, 3], Uint8Array.from(bits));
    const modelWith = (kept: ReturnType<typeof keeps>) =>
      masked([], nodes, { initializers: { keeps: kept, mask: floatTensor([2, 3], new Array(6).fill(NONE)) } });
    // Every row keeps an element of x, though all of the mask is minus infinity.
    const values = new ReferencePasses(importModel(modelWith(keeps(1, 0, 0, 0, 1, 1))).graph).forward(Float64Array.of(1, 2, 3, 4, 5, 5));
    expect([...values.get('y')!]).toEqual([1, 0, 0, 0, 0.5, 0.5].map((expected) => expect.closeTo(expected, 12)));
    expect(() => importModel(modelWith(keeps(1, 1, 1, 0, 0, 0)))).toThrow('masks all of a row of Softmax');
  });

  // As the function of Attention in the standard says it: rows that see nothing are told by a comparison with minus infinity, and become 0.
  const guarded = (...maskOfRows: NodeDescription[]): NodeDescription[] => [
    ...maskOfRows,
    { op: 'ReduceMax', inputs: ['bias'], output: 'most', attributes: { axes: [-1] } },
    { op: 'Equal', inputs: ['most', 'none'], output: 'blind' },
    { op: 'Add', inputs: ['x', 'mask'], output: 'a' },
    { ...softmax, output: 'shares' },
    { op: 'Where', inputs: ['blind', 'zero', 'shares'], output: 'y' },
  ];
  const constants = { none: floatTensor([1], [NONE]), zero: floatTensor([], [0]) };

  test('may fill a row that a Where replaces', () => {
    const nodes = guarded({ op: 'Identity', inputs: ['mask'], output: 'bias' });
    const mask = (...numbers: number[]) => ({ ...constants, mask: floatTensor([2, 3], numbers) });
    const passes = new ReferencePasses(importModel(masked([], nodes, { initializers: mask(NONE, NONE, NONE, 0, 0, NONE) })).graph);
    const values = passes.forward(Float64Array.of(1, 2, 3, 4, 4, 4));
    expect([...values.get('y')!]).toEqual([0, 0, 0, 0.5, 0.5, 0].map((expected) => expect.closeTo(expected, 12)));
    expect([...passes.backward(values, Float64Array.of(1, 2, 3, 1, 2, 3))].map((x) => x + 0)).toEqual(
      [0, 0, 0, -0.25, 0.25, 0].map((expected) => expect.closeTo(expected, 12)),
    );
  });

  test('equals minus infinity where the image is added to it', () => {
    const nodes = guarded({ op: 'Add', inputs: ['x', 'mask'], output: 'bias' });
    const initializers = { ...constants, mask: floatTensor([2, 3], [0, NONE, NONE, 0, 0, NONE]) };
    const { graph } = importModel(masked([], nodes, { initializers }));
    const y = new ReferencePasses(graph).forward(Float64Array.of(7, 2, 3, 4, 4, 4)).get('y')!;
    expect([...y]).toEqual([1, 0, 0, 0.5, 0.5, 0].map((expected) => expect.closeTo(expected, 12)));
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      'all of a row',
      masked([0, 0, 0, NONE, NONE, NONE], [add, softmax]),
      /^the constant "mask" masks all of a row of Softmax "[^"]*" with -Infinity, which makes NaN \(at least one element a row that is not masked\)$/,
    ],
    [
      'all of a row, of two masks together',
      masked([0, NONE, NONE, 0, 0, 0], [add, { op: 'Add', inputs: ['a', 'other'], output: 'b' }, { ...softmax, inputs: ['b'] }], {
        initializers: { mask: floatTensor([2, 3], [0, NONE, NONE, 0, 0, 0]), other: floatTensor([3], [NONE, 0, 0]) },
      }),
      /masks all of a row of Softmax/,
    ],
    [
      'the sum of two, compared with one',
      masked(
        [0, NONE, 0, 0, 0, 0],
        [add, { op: 'Add', inputs: ['a', 'mask'], output: 'b' }, { op: 'Equal', inputs: ['b', 'mask'], output: 'y' }],
      ),
      /^the constant "mask" holds -Infinity, and Equal "[^"]*" reads it/,
    ],
    [
      'all of a row that a Where keeps',
      masked(
        [NONE, NONE, NONE, 0, 0, 0],
        [add, { ...softmax, output: 'shares' }, { op: 'Where', inputs: ['kept', 'shares', 'x'], output: 'y' }],
        { initializers: { mask: floatTensor([2, 3], [NONE, NONE, NONE, 0, 0, 0]), kept: rawTensor(9, [2, 1], Uint8Array.of(1, 0)) } },
      ),
      /masks all of a row of Softmax/,
    ],
    [
      'what another operator reads',
      masked([0, NONE, 0, 0, 0, 0], [add, { op: 'Relu', inputs: ['a'], output: 'y' }]),
      /^the constant "mask" holds -Infinity, and Relu "[^"]*" reads it \(finite weights, or a mask before a Softmax\)$/,
    ],
    [
      'what is the output',
      masked([0, NONE, 0, 0, 0, 0], [{ ...add, output: 'y' }]),
      /^the constant "mask" holds -Infinity, and the output reads it/,
    ],
    ['what is plus infinity besides', masked([0, NONE, ALL, 0, 0, 0], [add, softmax]), /^the constant "mask" holds -?Infinity \(/],
    ['what is NaN besides', masked([UNKNOWN, NONE, 0, 0, 0, 0], [add, softmax]), /^the constant "mask" holds NaN \(/],
  ])('is refused where it is %s', (_, bytes, message) => {
    expect(() => importModel(bytes)).toThrow(message);
  });
});
