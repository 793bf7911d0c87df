import { describe, expect, test } from 'vitest';
import { chooseConvVariant, packBackwardWeights, packBias, packForwardWeights, tilesOf } from '../../src/ops/conv_variant.js';

describe('chooseConvVariant judges each direction by the channels that it writes', () => {
  test.each([
    ['a depthwise convolution', 1, 1, 'conv_forward_depthwise', 'conv_backward_depthwise'],
    ['a grey image', 32, 1, 'conv_forward', 'conv_backward_depthwise'],
    ['the last two of a kind', 2, 2, 'conv_forward_depthwise', 'conv_backward_depthwise'],
    ['the first three of a kind', 3, 3, 'conv_forward', 'conv_backward'],
    ['one output', 1, 64, 'conv_forward_depthwise', 'conv_backward'],
  ])('%s', (_, outputs, channels, forward, backward) => {
    const variant = chooseConvVariant({ groups: 1, outputs, channels, taps: 9 });
    expect([variant.forward, variant.backward]).toEqual([forward, backward]);
    expect(variant.outputTile).toBe(forward === 'conv_forward' ? 8 : 1);
    expect(variant.channelTile).toBe(backward === 'conv_backward' ? 8 : 1);
  });
});

test('packing puts the written channels innermost and fills their tiles with zeros', () => {
  // Two groups of one output and two channels with one tap: outputs [a b], [c d].
  const shape = { groups: 2, outputs: 1, channels: 2, taps: 1 };
  const weights = [1, 2, 3, 4];
  expect([...packForwardWeights(weights, shape, 1)]).toEqual([1, 2, 3, 4]);
  expect([...packForwardWeights(weights, shape, 2)]).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
  expect([...packBackwardWeights(weights, shape, 1)]).toEqual([1, 2, 3, 4]);
  expect([...packBackwardWeights(weights, shape, 4)]).toEqual([1, 2, 0, 0, 3, 4, 0, 0]);
  expect([...packBias([5, 6], shape, 2)]).toEqual([5, 0, 6, 0]);
  expect([...packBias(undefined, shape, 2)]).toEqual([0, 0, 0, 0]);
});

test('tilesOf rounds channels and columns up, columns for each remainder of the stride', () => {
  expect(tilesOf(1, 8, 8, 5, 6, 1)).toBe(5 * 3);
  expect(tilesOf(2, 9, 8, 5, 7, 1)).toBe(2 * 2 * 5 * 4);
  expect(tilesOf(3, 2, 1, 5, 9, 1)).toBe(3 * 2 * 5 * 3);
  // 7 columns, stride 2: columns 0 2 4 6 and 1 3 5 in pairs.
  expect(tilesOf(1, 1, 8, 1, 7, 2)).toBe(4);
});
