import { describe, expect, test } from 'vitest';
import { constantOf, type PlainAttribute, plainNode } from '../../../src/doctor/cases/plain_node.js';
import { operatorOf, operators } from '../../../src/ops/index.js';
import type { Shape } from '../../../src/tensor/tensor.js';
import { mulberry32, uniformArray } from '../../support/random.js';

type Attributes = Record<string, PlainAttribute>;

const zeros = (shape: Shape) => constantOf(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0), 'float', shape);
const readPool = <Op extends 'MaxPool' | 'AveragePool' | 'GlobalMaxPool'>(op: Op, shape: Shape, attributes: Attributes) =>
  operatorOf({ op }).read(plainNode({ op, inputs: [shape], attributes }));
const readConv = (x: Shape, w: Shape, attributes: Attributes = {}, bias?: Shape) =>
  operators.Conv.read(plainNode({ op: 'Conv', inputs: [x, zeros(w), bias ? zeros(bias) : null], attributes }));

/** Runs a pool or convolution as a node of a file. */
function run<Op extends 'AveragePool' | 'Conv' | 'MaxPool' | 'ConvTranspose' | 'GlobalMaxPool' | 'GlobalAveragePool'>(
  op: Op,
  inputs: readonly { shape: Shape; data: Float64Array }[],
  attributes: Attributes,
) {
  const node = plainNode({ op, inputs: inputs.map(({ shape }, k) => (k === 0 ? shape : zeros(shape))), attributes });
  const operator = operatorOf({ op });
  const reading = operator.read(node);
  return { shape: reading.shape, data: operator.forward({ attributes: reading.attributes, inputs, shape: reading.shape }) };
}

describe('output sizes', () => {
  test.each<[string, number, Attributes, number]>([
    ['rounded down', 6, { kernel_shape: [3, 3], strides: [2, 2] }, 2],
    ['rounded up with ceil_mode', 6, { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, 3],
    [
      'ceil_mode, but the last window would start in the padding',
      5,
      { kernel_shape: [2, 2], strides: [3, 3], pads: [1, 1, 1, 1], ceil_mode: 1 },
      2,
    ],
    [
      'ceil_mode, the last window starts at the last element',
      6,
      { kernel_shape: [2, 2], strides: [6, 6], pads: [1, 1, 0, 0], ceil_mode: 1 },
      2,
    ],
    ['SAME covers the input', 7, { kernel_shape: [2, 2], strides: [3, 3], auto_pad: 'SAME_UPPER' }, 3],
    ['VALID does not pad', 7, { kernel_shape: [2, 2], strides: [3, 3], auto_pad: 'VALID' }, 2],
    ['VALID with ceil_mode', 7, { kernel_shape: [2, 2], strides: [3, 3], auto_pad: 'VALID', ceil_mode: 1 }, 3],
    ['VALID with ceil_mode, filled to the end', 7, { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'VALID', ceil_mode: 1 }, 3],
    ['dilation widens the window', 7, { kernel_shape: [3, 3], dilations: [3, 3] }, 1],
  ])('%s', (_, size, attributes, expected) => {
    for (const op of ['MaxPool', 'AveragePool'] as const) {
      expect(readPool(op, [1, 2, size, size], attributes).shape).toEqual([1, 2, expected, expected]);
    }
  });

  test('SAME_UPPER pads more at the end, SAME_LOWER at the start', () => {
    const x = { shape: [1, 1, 1, 4], data: Float64Array.of(1, 2, 3, 4) };
    const w = { shape: [1, 1, 1, 2], data: Float64Array.of(10, 1) };
    expect([...run('Conv', [x, w], { auto_pad: 'SAME_UPPER' }).data]).toEqual([12, 23, 34, 40]);
    expect([...run('Conv', [x, w], { auto_pad: 'SAME_LOWER' }).data]).toEqual([1, 12, 23, 34]);
  });
});

describe('values by hand', () => {
  const x = { shape: [1, 1, 2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) };

  test('Conv is a cross-correlation, plus a bias', () => {
    const w = { shape: [1, 1, 2, 2], data: Float64Array.of(1000, 100, 10, 1) };
    expect([...run('Conv', [x, w, { shape: [1], data: Float64Array.of(0.5) }], {}).data]).toEqual([1245.5, 2356.5]);
  });

  test('AveragePool leaves padding out, or counts it but not what ceil_mode adds', () => {
    const attributes = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 1, 0, 0], ceil_mode: 1 };
    expect([...run('AveragePool', [x], attributes).data]).toEqual([(1 + 4) / 2, (2 + 3 + 5 + 6) / 4]);
    expect([...run('AveragePool', [x], { ...attributes, count_include_pad: 1 }).data]).toEqual([(1 + 4) / 4, (2 + 3 + 5 + 6) / 4]);
    const beyond = { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1, count_include_pad: 1 };
    expect([...run('AveragePool', [x], beyond).data]).toEqual([3, (3 + 6) / 2]);
  });

  test('pooling with auto_pad VALID and ceil_mode rounds up', () => {
    // x[i] = 7 i mod 23. The right values are those of onnxruntime 1.30.
    const plane = (size: number) => ({
      shape: [1, 1, size, size],
      data: Float64Array.from({ length: size * size }, (_, i) => (7 * i) % 23),
    });
    const valid = (kernel: number, stride: number, more: Attributes = {}) => ({
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      auto_pad: 'VALID',
      ceil_mode: 1,
      ...more,
    });
    expect([...run('MaxPool', [plane(7)], valid(2, 3)).data]).toEqual([10, 21, 22, 19, 17, 8, 18, 16, 14]);
    expect([...run('MaxPool', [plane(5)], valid(2, 4)).data]).toEqual([19, 17, 9, 7]);
    expect([...run('MaxPool', [plane(6)], valid(3, 2, { dilations: [2, 2] })).data]).toEqual([21, 21, 21, 21]);
    expect([...run('AveragePool', [plane(7)], valid(2, 3)).data]).toEqual([5, 8.75, 20.5, 14, 12, 6.5, 10, 8, 14]);
    expect([...run('AveragePool', [plane(5)], valid(2, 4, { count_include_pad: 1 })).data]).toEqual([9.5, 11, 5.5, 7]);
  });

  test('MaxPool has the same maxima in whichever order their places would be numbered', () => {
    expect([...run('MaxPool', [x], { kernel_shape: [1, 2], storage_order: 1 }).data]).toEqual([2, 3, 5, 6]);
  });

  test('of equal maxima the first in row-major order has the whole cotangent', () => {
    const { attributes, shape } = readPool('MaxPool', [1, 1, 2, 3], { kernel_shape: [2, 2] });
    const inputs = [{ shape: [1, 1, 2, 3], data: Float64Array.of(1, 2, 0, 2, 2, 2) }];
    const output = operators.MaxPool.forward({ attributes, inputs, shape });
    const cotangent = Float64Array.of(1, 10);
    const [dx] = operators.MaxPool.backward!({ attributes, inputs, shape, output, cotangent, wanted: [true] });
    expect([...output]).toEqual([2, 2]);
    expect([...dx!]).toEqual([0, 11, 0, 0, 0, 0]);
  });

  test('MaxPool of minus infinity stays in its plane', () => {
    const planes = { shape: [1, 2, 1, 1], data: Float64Array.of(7, Number.NEGATIVE_INFINITY) };
    expect([...run('GlobalMaxPool', [planes], {}).data]).toEqual([7, Number.NEGATIVE_INFINITY]);
  });
});

describe('random geometries agree with the definition', () => {
  /** The sum, or maximum and count, over a padded plane that is written out element by element. */
  test.each(Array.from({ length: 60 }, (_, seed) => seed))('geometry %i', (seed) => {
    const uniform = mulberry32(seed);
    const draw = (low: number, high: number) => low + Math.floor(uniform() * (high - low + 1));
    const kernel = [draw(1, 3), draw(1, 3)] as const;
    const strides = [draw(1, 3), draw(1, 3)] as const;
    const dilations = [draw(1, 2), draw(1, 2)] as const;
    // Padding below the kernel's size and an input of at least 6 keep every window on the input.
    const pads = [0, 1, 0, 1].map((axis) => draw(0, kernel[axis]! - 1)) as [number, number, number, number];
    const [height, width] = [draw(6, 9), draw(6, 9)];
    const group = draw(1, 3);
    const [channels, outputs] = [draw(1, 2), draw(1, 3)];
    const x = { shape: [1, group * channels, height, width], data: uniformArray(uniform, group * channels * height * width, -1, 1) };
    const w = {
      shape: [group * outputs, channels, ...kernel],
      data: uniformArray(uniform, group * outputs * channels * kernel[0] * kernel[1], -1, 1),
    };
    const attributes = { strides, dilations, pads };

    /** x at a position of the plane before its padding is taken off; undefined in the padding. */
    const at = (c: number, row: number, column: number) =>
      row < pads[0] || column < pads[1] || row >= pads[0] + height || column >= pads[1] + width
        ? undefined
        : x.data[(c * height + row - pads[0]) * width + column - pads[1]]!;
    const window = (c: number, r: number, s: number) =>
      Array.from({ length: kernel[0] * kernel[1] }, (_, k) => {
        const [i, j] = [Math.floor(k / kernel[1]), k % kernel[1]];
        return at(c, r * strides[0] + i * dilations[0], s * strides[1] + j * dilations[1]);
      });

    const y = run('Conv', [x, w], { ...attributes, group });
    const [, , rows, columns] = y.shape as [number, number, number, number];
    const expected = (value: (o: number, r: number, s: number) => number, count: number) =>
      Array.from({ length: count * rows * columns }, (_, i) =>
        value(Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns),
      );
    const taps = kernel[0] * kernel[1];
    const convolved = expected((o, r, s) => {
      let sum = 0;
      for (let c = 0; c < channels; c++) {
        const elements = window(Math.floor(o / outputs) * channels + c, r, s);
        elements.forEach((element, k) => {
          sum += (element ?? 0) * w.data[(o * channels + c) * taps + k]!;
        });
      }
      return sum;
    }, group * outputs);
    expectClose(y.data, convolved);

    const pool = { ...attributes, kernel_shape: kernel };
    const inside = (c: number, r: number, s: number) => window(c, r, s).filter((element) => element !== undefined);
    const sum = (elements: readonly number[]) => elements.reduce((total, element) => total + element, 0);
    const planes = group * channels;
    expectClose(
      run('MaxPool', [x], pool).data,
      expected((c, r, s) => Math.max(...inside(c, r, s)), planes),
    );
    expectClose(
      run('AveragePool', [x], pool).data,
      expected((c, r, s) => sum(inside(c, r, s)) / inside(c, r, s).length, planes),
    );
    const included = run('AveragePool', [x], { ...pool, count_include_pad: 1 });
    expectClose(
      included.data,
      expected((c, r, s) => sum(inside(c, r, s)) / taps, planes),
    );
  });

  // At most 3 * 9 products of numbers below 1, in another order: each of 27 additions is off by at most 27 * 2^-53.
  function expectClose(actual: Float64Array, expected: readonly number[]) {
    expect(actual.length).toBe(expected.length);
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0);
    expect(worst).toBeLessThan(27 * 27 * 2 ** -53);
  }
});

describe('what cannot be run is refused with its value', () => {
  test.each<[string, () => unknown, string]>([
    ['1-D', () => readConv([1, 3, 10], [4, 3, 3]), 'Conv "n": a convolution of 1x3x10 has 1 spatial axes (1 to 3)'],
    ['3-D', () => readConv([1, 3, 4, 4, 4], [4, 3, 3, 3, 3]), 'Conv "n": a convolution of 1x3x4x4x4 has 3 spatial axes (1 to 3)'],
    [
      'computed weights',
      () =>
        operators.Conv.read(
          plainNode({
            op: 'Conv',
            inputs: [
              [1, 3, 4, 4],
              [4, 3, 3, 3],
            ],
          }),
        ),
      'Conv "n": input 1 is computed from the image',
    ],
    ['a batch', () => readConv([2, 3, 4, 4], [4, 3, 3, 3]), 'Conv "n": the input 2x3x4x4 has a batch axis of 2 within one image (1xCxHxW)'],
    [
      'channels',
      () => readConv([1, 4, 4, 4], [4, 3, 3, 3]),
      'Conv "n": weights 4x3x3x3 in 1 groups do not fit the input 1x4x4x4 (weights [outputs, channels / group, rows, columns], outputs a multiple of group)',
    ],
    [
      'kernel_shape',
      () => readConv([1, 3, 4, 4], [4, 3, 3, 3], { kernel_shape: [2, 2] }),
      'Conv "n": kernel_shape is [2,2] ([3,3], as the weights 4x3x3x3 have it)',
    ],
    ['a bias', () => readConv([1, 3, 4, 4], [4, 3, 3, 3], {}, [3]), 'Conv "n": a bias of 3 does not fit 4 output channels (4 numbers)'],
    [
      'negative pads',
      () => readConv([1, 3, 4, 4], [4, 3, 3, 3], { pads: [0, -1, 0, 0] }),
      'Conv "n": pads are [0,-1,0,0] (4 numbers of at least 0: top, left, bottom, right)',
    ],
    ['strides', () => readConv([1, 3, 4, 4], [4, 3, 3, 3], { strides: [0, 1] }), 'Conv "n": strides are [0,1] (2 numbers of at least 1)'],
    [
      'auto_pad',
      () => readConv([1, 3, 4, 4], [4, 3, 3, 3], { auto_pad: 'SAME' }),
      'Conv "n": auto_pad is SAME (NOTSET, VALID, SAME_UPPER or SAME_LOWER)',
    ],
    [
      'a large window',
      () => readConv([1, 3, 4, 4], [4, 3, 5, 3]),
      'Conv "n": a window of 5x3 does not fit into 4x4 with the pads [0,0,0,0] (a kernel no larger than the padded input)',
    ],
    [
      'no kernel_shape',
      () => readPool('MaxPool', [1, 3, 4, 4], {}),
      'MaxPool "n": attribute kernel_shape is absent (2 numbers of at least 1)',
    ],
    [
      '1-D pooling',
      () => readPool('AveragePool', [1, 3, 4], { kernel_shape: [2] }),
      'AveragePool "n": pooling of 1x3x4 has 1 spatial axes (2, or a window of any number of axes)',
    ],
    [
      'nothing but padding',
      () => readPool('MaxPool', [1, 3, 4, 4], { kernel_shape: [2, 2], pads: [2, 0, 0, 0] }),
      'MaxPool "n": a window of 2x2 lies wholly in the padding (padding smaller than the kernel)',
    ],
    [
      'a global pool of a vector',
      () => readPool('GlobalMaxPool', [1, 3], {}),
      'GlobalMaxPool "n": an input of 1x3 has no spatial axes (NxCxHxW)',
    ],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(message);
  });
});
