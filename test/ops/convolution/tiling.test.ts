import { describe, expect, test } from 'vitest';
import { COMPACT_TILES } from '../../../src/gpu/fused/kernels.js';
import { backwardDispatch, forwardDispatch } from '../../../src/ops/convolution/dispatch.js';
import {
  type ConvolutionShape,
  type ConvTiling,
  chooseConvVariant,
  flatten,
  mirror,
  readsForwardWeights,
} from '../../../src/ops/convolution/tiling.js';
import { packBackwardWeights, packBias, packForwardWeights } from '../../../src/ops/convolution/weights.js';
import type { WindowAxis } from '../../../src/ops/operator.js';

/** One axis of 9 inputs. */
function axis(kernel: number, { stride = 1, dilation = 1, padding = 0 } = {}): WindowAxis {
  const output = Math.floor((9 + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;
  return { input: 9, output, kernel, stride, dilation, padding, paddingAfter: padding };
}

function shapeOf(outputs: number, channels: number, rows: WindowAxis, columns = rows, groups = 1): ConvolutionShape {
  return { groups, outputs, channels, rows, columns };
}

const [ONE, THREE, FIVE] = [axis(1), axis(3), axis(5)];
const NONE = { residual: false, pool: 1, relu: false } as const;

describe('chooseConvVariant judges each direction by the channels that it writes', () => {
  test.each([
    ['a depthwise convolution', 1, 1, 1, 1],
    ['a grey image', 32, 1, 16, 1],
    ['the last two of a kind', 2, 2, 1, 1],
    ['the first three of a kind', 3, 3, 8, 8],
    ['one output', 1, 64, 1, 16],
    ['8 and 9 of a kind', 8, 9, 8, 16],
    ['24, which tiles of 16 would make 32', 24, 25, 8, 16],
  ])('%s', (_, outputs, channels, forward, backward) => {
    const variant = chooseConvVariant(shapeOf(outputs, channels, THREE));
    expect([variant.forward.channels, variant.backward.channels]).toEqual([forward, backward]);
  });

  test.each([
    [2, 1],
    [3, 4],
    [4, 4],
    [5, 8],
    [16, 16],
  ])('phases that write %i', (channels, tile) => {
    const { forward, backward } = chooseConvVariant(shapeOf(channels, channels, axis(3, { stride: 2 })));
    expect([backward.direction, backward.channels]).toEqual(['phases', tile]);
    // A forward kernel writes gates in words of 8 channels.
    expect(forward.channels).not.toBe(4);
  });
});

describe('chooseConvVariant judges each direction by its window', () => {
  test.each([
    ['one tap', ONE, ONE, true, 1, 'mirrored'],
    ['one tap, stride 2', axis(1, { stride: 2 }), axis(1, { stride: 2 }), true, 1, 'phases'],
    ['one column', THREE, ONE, true, 3, 'mirrored'],
    ['three by three', THREE, THREE, true, 3, 'mirrored'],
    ['dilated', axis(3, { dilation: 2 }), axis(3, { dilation: 2 }), true, 1, 'mirrored'],
    ['dilated on one axis', THREE, axis(3, { dilation: 2 }), true, 1, 'mirrored'],
    ['more taps than are unrolled', FIVE, THREE, true, 1, 'mirrored'],
    ['stride 2', axis(3, { stride: 2 }), axis(3, { stride: 2 }), true, 1, 'phases'],
    ['stride 2 of the rows', axis(3, { stride: 2 }), THREE, true, 1, 'phases'],
    ['stride 64', axis(3, { stride: 64 }), axis(3, { stride: 64 }), true, 1, 'phases'],
    ['stride 65', axis(3, { stride: 65 }), THREE, true, 1, 'backward'],
    ['stride and dilation', THREE, axis(3, { stride: 2, dilation: 2 }), true, 1, 'backward'],
    ['stride and a dilation that means nothing', axis(3, { stride: 2 }), axis(1, { dilation: 2 }), true, 1, 'phases'],
    ['more padding than taps', THREE, axis(3, { padding: 4 }), true, 3, 'mirrored'],
    ['a kernel too wide', THREE, { ...axis(9), kernel: 12 }, false, 1, 'backward'],
  ])('%s', (_, rows, columns, forward, tapRows, backward) => {
    const variant = chooseConvVariant(shapeOf(8, 8, rows, columns));
    expect([variant.forward.tiled, variant.forward.tapRows, variant.backward.direction]).toEqual([forward, tapRows, backward]);
  });
});

test.each([
  ['one tap', shapeOf(24, 9, ONE), true],
  ['one tap of a group', shapeOf(8, 4, ONE, ONE, 3), true],
  ['one tap, too few channels to read several in a turn', shapeOf(24, 3, ONE), false],
  ['one tap and a stride', shapeOf(24, 9, axis(1, { stride: 2 })), false],
  ['three taps', shapeOf(24, 9, THREE), false],
])('%s: whether the backward kernel reads the weights of the forward kernel', (_, shape, expected) => {
  expect(readsForwardWeights(chooseConvVariant(shape))).toBe(expected);
  expect(readsForwardWeights(chooseConvVariant(shape, 1, COMPACT_TILES))).toBe(false);
});

test('a tile is no larger than the plane, and holds whole windows of a pool', () => {
  const { forward } = chooseConvVariant(shapeOf(8, 8, axis(9)));
  expect([forward.rows, forward.pixels]).toEqual([1, 1]);
  const pooled = (pool: 2 | 3) => chooseConvVariant(shapeOf(8, 8, THREE), pool).forward;
  expect([pooled(2).rows, pooled(2).pixels, pooled(3).rows, pooled(3).pixels]).toEqual([2, 4, 3, 3]);
});

test('mirror exchanges inputs and outputs and complements the padding', () => {
  const mirrored = mirror(shapeOf(5, 4, axis(3, { padding: 3 }), axis(2, { dilation: 2 })));
  expect(mirrored).toMatchObject({ outputs: 4, channels: 5 });
  expect(mirrored.rows).toMatchObject({ input: 13, output: 9, kernel: 3, padding: -1, paddingAfter: -1 });
  expect(mirrored.columns).toMatchObject({ input: 7, output: 9, kernel: 2, padding: 2, paddingAfter: 2 });
});

test('flatten lays a plane out as one row', () => {
  const flat = flatten(shapeOf(5, 4, ONE));
  expect([flat.rows.input, flat.rows.output, flat.columns.input, flat.columns.output]).toEqual([1, 1, 81, 81]);
});

const SINGLE: ConvTiling = {
  tiled: true,
  direction: 'forward',
  channels: 1,
  rows: 1,
  pixels: 4,
  phases: 1,
  taps: 1,
  tapRows: 1,
  unroll: 1,
};
const TILE: ConvTiling = { ...SINGLE, channels: 8 };
const zeros = (count: number) => new Array<number>(count).fill(0);

test('packing puts the written channels innermost and fills their tiles with zeros', () => {
  // Two groups of one output and two channels with one tap: outputs [a b], [c d].
  const shape = shapeOf(1, 2, ONE, ONE, 2);
  const weights = [1, 2, 3, 4];
  expect([...packForwardWeights(weights, shape, SINGLE)]).toEqual([1, 2, 3, 4]);
  expect([...packForwardWeights(weights, shape, TILE)]).toEqual(weights.flatMap((w) => [w, ...zeros(7)]));
  expect([...packBackwardWeights(weights, shape, { ...SINGLE, direction: 'mirrored' })]).toEqual([1, 2, 3, 4]);
  expect([...packBackwardWeights(weights, shape, TILE)]).toEqual([1, 2, ...zeros(6), 3, 4, ...zeros(6)]);
  expect([...packBias([5, 6], shape, TILE)]).toEqual([5, ...zeros(7), 6, ...zeros(7)]);
  expect([...packBias(undefined, shape, TILE)]).toEqual(zeros(16));
});

test('where several channels are read in a turn, packing fills the channels with zeros up to a tile of the other direction', () => {
  const [shape, unrolled] = [shapeOf(1, 5, ONE), { ...SINGLE, unroll: 4 }];
  expect([...packForwardWeights([1, 2, 3, 4, 5], shape, unrolled)]).toEqual([1, 2, 3, 4, 5, ...zeros(11)]);
  expect([...packBackwardWeights([1, 2, 3, 4, 5], shape, { ...unrolled, direction: 'mirrored' })]).toEqual(
    [1, 2, 3, 4, 5].flatMap((weight) => [weight, ...zeros(15)]),
  );
});

test('one tap of many channels: four are read in a turn, and counted', () => {
  const shape = shapeOf(32, 18, ONE);
  const { forward, backward } = chooseConvVariant(shape);
  expect([forward.unroll, backward.unroll]).toEqual([4, 4]);
  // 2 tiles of outputs, 81 pixels in 21 tiles of 4.
  expect(forwardDispatch(shape, forward, NONE, []).multiplyAdds).toBe(2 * 21 * 20 * 64);
  expect(chooseConvVariant(shapeOf(32, 3, ONE)).forward.unroll).toBe(1);
  expect(chooseConvVariant(shape, 2).forward.unroll).toBe(1);
  expect(chooseConvVariant(shape, 1, COMPACT_TILES).forward.unroll).toBe(1);
});

test('a thousand classes are 63 tiles of 16', () => {
  const written = (outputs: number) => chooseConvVariant(shapeOf(outputs, 8, ONE)).forward.channels;
  expect([1000, 24, 40, 28].map(written)).toEqual([16, 8, 8, 16]);
});

test('packing turns the taps in the tiles of the backward direction', () => {
  const three = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  for (const direction of ['mirrored', 'phases'] as const) {
    const turned = { ...SINGLE, direction, taps: 3 };
    expect([...packBackwardWeights(three, shapeOf(1, 1, THREE), turned)]).toEqual([...three].reverse());
  }
});

test('a dispatch has a tile for every channel tile, row tile and column tile, and counts what it multiplies', () => {
  const shape = shapeOf(9, 4, axis(3, { padding: 1 }), undefined, 2);
  const { forward, backward } = chooseConvVariant(shape);
  // 2 groups of one tile of 16 outputs, 5 tiles of two rows, 5 of two columns.
  const dispatch = forwardDispatch(shape, forward, NONE, []);
  expect([dispatch.tiles, dispatch.multiplyAdds]).toEqual([2 * 5 * 5, 2 * 5 * 5 * 4 * 9 * 64]);
  // 2 groups of one tile of 8 channels, 5 tiles of two rows, 3 of four columns.
  expect(backwardDispatch(shape, backward, 1, []).multiplyAdds).toBe(2 * 5 * 3 * 9 * 9 * 64);
  // A pool of 2 x 2 leaves out the ninth row and column.
  expect(forwardDispatch(shape, forward, { ...NONE, pool: 2 }, []).tiles).toBe(2 * 4 * 4);
});

test('phases multiply what a stride meets, and nothing between', () => {
  // 1x1, stride 2: of 9 rows and columns, 5 even ones meet the tap: 5 tiles of a row and 4 columns, and as many for the odd rows.
  const shape = shapeOf(8, 8, axis(1, { stride: 2 }));
  const dispatch = backwardDispatch(shape, chooseConvVariant(shape).backward, 1, []);
  expect([dispatch.tiles, dispatch.multiplyAdds]).toEqual([2 * 5 * 2, 5 * 2 * 8 * 32]);
});

test.each([
  // Columns of dx in turn meet the last tap, which is packed first, where they leave the remainder kernel - 1 - padding.
  ['3x3', axis(3, { stride: 2 }), 1],
  ['3x3 with padding', axis(3, { stride: 2, padding: 1 }), 0],
  ['7x7 with padding', axis(7, { stride: 2, padding: 3 }), 0],
  ['a kernel as long as the stride', axis(2, { stride: 2 }), 0],
  ['a kernel shorter than the stride', axis(2, { stride: 3 }), 1],
  ['more padding than taps', axis(1, { stride: 3, padding: 2 }), 1],
])('%s: the place of the first packed tap in its turn', (_, columns, first) => {
  const shape = shapeOf(8, 8, axis(3, { stride: 2 }), columns);
  const { constants } = backwardDispatch(shape, chooseConvVariant(shape).backward, 1, []);
  expect(constants).toMatchObject({ PHASES: columns.stride, TAPS: columns.kernel, FIRST_TAP: first });
});

test.each([
  [8, 16],
  [16, 8],
  [32, 4],
  [64, 1],
])('a stride of %i has tiles of %i channels', (stride, channels) => {
  const shape = shapeOf(8, 64, axis(3, { stride: 2 }), axis(3, { stride }));
  expect(chooseConvVariant(shape).backward).toMatchObject({ channels, phases: stride });
});
