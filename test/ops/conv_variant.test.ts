import { describe, expect, test } from 'vitest';
import {
  type ConvolutionShape,
  chooseConvVariant,
  flatten,
  mirror,
  packBackwardWeights,
  packBias,
  packForwardWeights,
  tilesOf,
} from '../../src/ops/conv_variant.js';
import type { WindowAxis } from '../../src/ops/window.js';

/** One axis of 9 inputs. */
function axis(kernel: number, { stride = 1, dilation = 1, padding = 0 } = {}): WindowAxis {
  const output = Math.floor((9 + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;
  return { input: 9, output, kernel, stride, dilation, padding, paddingAfter: padding };
}

function shapeOf(outputs: number, channels: number, rows: WindowAxis, columns = rows, groups = 1): ConvolutionShape {
  return { groups, outputs, channels, rows, columns };
}

const [ONE, THREE, FIVE] = [axis(1), axis(3), axis(5)];

describe('chooseConvVariant judges each direction by the channels that it writes', () => {
  test.each([
    ['a depthwise convolution', 1, 1, 'conv_forward_depthwise', 'conv_backward_depthwise'],
    ['a grey image', 32, 1, 'conv_rows3', 'conv_backward_depthwise'],
    ['the last two of a kind', 2, 2, 'conv_forward_depthwise', 'conv_backward_depthwise'],
    ['the first three of a kind', 3, 3, 'conv_rows3', 'conv_rows3'],
    ['one output', 1, 64, 'conv_forward_depthwise', 'conv_rows3'],
  ])('%s', (_, outputs, channels, forward, backward) => {
    const variant = chooseConvVariant(shapeOf(outputs, channels, THREE));
    expect([variant.forward.kernel, variant.backward.kernel]).toEqual([forward, backward]);
    expect(variant.forward.channels).toBe(outputs <= 2 ? 1 : 8);
    expect(variant.backward.channels).toBe(channels <= 2 ? 1 : 8);
  });
});

describe('chooseConvVariant judges each direction by its window', () => {
  test.each([
    ['one tap', ONE, ONE, 'conv_pointwise', 'conv_pointwise'],
    ['one tap, dilation 2, which means nothing', axis(1, { dilation: 2 }), ONE, 'conv_pointwise', 'conv_pointwise'],
    ['one tap, padded', axis(1, { padding: 1 }), ONE, 'conv_forward', 'conv_backward'],
    ['one tap, stride 2', axis(1, { stride: 2 }), axis(1, { stride: 2 }), 'conv_forward', 'conv_backward'],
    ['one column', THREE, ONE, 'conv_forward', 'conv_backward'],
    ['two columns', THREE, axis(2), 'conv_rows3', 'conv_rows3'],
    ['three columns', FIVE, THREE, 'conv_rows3', 'conv_rows3'],
    ['four columns', THREE, axis(4), 'conv_rows5', 'conv_rows5'],
    ['five columns', ONE, FIVE, 'conv_rows5', 'conv_rows5'],
    ['six columns', THREE, axis(6), 'conv_forward', 'conv_backward'],
    ['stride 2 of the rows', axis(3, { stride: 2 }), THREE, 'conv_forward', 'conv_backward'],
    ['dilation 2 of the columns', THREE, axis(3, { dilation: 2 }), 'conv_forward', 'conv_backward'],
    ['as much padding as taps', THREE, axis(3, { padding: 3 }), 'conv_rows3', 'conv_backward'],
    ['less padding than taps', THREE, axis(3, { padding: 2 }), 'conv_rows3', 'conv_rows3'],
  ])('%s', (_, rows, columns, forward, backward) => {
    const variant = chooseConvVariant(shapeOf(8, 8, rows, columns));
    expect([variant.forward.kernel, variant.backward.kernel]).toEqual([forward, backward]);
    expect(variant.backward.mirrored).toBe(backward !== 'conv_backward');
  });
});

test('mirror exchanges inputs and outputs and complements the padding', () => {
  const mirrored = mirror(shapeOf(5, 4, axis(3, { padding: 2 }), axis(2)));
  expect(mirrored).toMatchObject({ outputs: 4, channels: 5 });
  expect(mirrored.rows).toMatchObject({ input: 11, output: 9, kernel: 3, padding: 0, paddingAfter: 0 });
  expect(mirrored.columns).toMatchObject({ input: 8, output: 9, kernel: 2, padding: 1, paddingAfter: 1 });
});

test('flatten lays a plane out as one row', () => {
  const flat = flatten(shapeOf(5, 4, ONE));
  expect([flat.rows.input, flat.rows.output, flat.columns.input, flat.columns.output]).toEqual([1, 1, 81, 81]);
});

const SINGLE = { kernel: 'conv_forward_depthwise', channels: 1, pixels: 4, columns: 1 } as const;
const TILE = { kernel: 'conv_forward', channels: 8, pixels: 2, columns: 1 } as const;
const zeros = (count: number) => new Array<number>(count).fill(0);

test('packing puts the written channels innermost and fills their tiles with zeros', () => {
  // Two groups of one output and two channels with one tap: outputs [a b], [c d].
  const shape = shapeOf(1, 2, ONE, ONE, 2);
  const weights = [1, 2, 3, 4];
  expect([...packForwardWeights(weights, shape, SINGLE)]).toEqual([1, 2, 3, 4]);
  expect([...packForwardWeights(weights, shape, TILE)]).toEqual(weights.flatMap((w) => [w, ...zeros(7)]));
  expect([...packBackwardWeights(weights, shape, SINGLE, false)]).toEqual([1, 2, 3, 4]);
  expect([...packBackwardWeights(weights, shape, TILE, false)]).toEqual([1, 2, ...zeros(6), 3, 4, ...zeros(6)]);
  expect([...packBias([5, 6], shape, TILE)]).toEqual([5, ...zeros(7), 6, ...zeros(7)]);
  expect([...packBias(undefined, shape, TILE)]).toEqual(zeros(16));
});

test('packing fills rows of taps with zeros, and turns them where the direction is mirrored', () => {
  const shape = shapeOf(1, 1, axis(2));
  const tiling = { ...SINGLE, columns: 3 };
  expect([...packForwardWeights([1, 2, 3, 4], shape, tiling)]).toEqual([1, 2, 0, 3, 4, 0]);
  expect([...packBackwardWeights([1, 2, 3, 4], shape, tiling, true)]).toEqual([4, 3, 0, 2, 1, 0]);
});

test('tilesOf rounds channels and columns up, columns for each remainder of the stride', () => {
  expect(tilesOf(1, 8, TILE, 5, 6, 1)).toBe(5 * 3);
  expect(tilesOf(2, 9, TILE, 5, 7, 1)).toBe(2 * 2 * 5 * 4);
  expect(tilesOf(3, 2, SINGLE, 5, 9, 1)).toBe(3 * 2 * 5 * 3);
  // 7 columns, stride 2: columns 0 2 4 6 and 1 3 5 in pairs.
  expect(tilesOf(1, 1, TILE, 1, 7, 2)).toBe(4);
});
