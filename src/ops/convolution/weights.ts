import { packWeightTiles, type WeightFactors, type WeightTiles, weightTilesSize } from '../shared/weight_tiles.js';
import type { ConvolutionShape, ConvTiling } from './tiling.js';

/*
 * Packs weights in the order in which kernels read them: written channels are innermost, in tiles, and the channels that are read outside.
 */

/**
 * [group][tile of outputs][channel][tap][output in the tile]. There are zeros where the last tile lacks outputs, and where the last
 * iteration lacks channels. @param scale of each output.
 */
export function packForwardWeights(
  weights: ArrayLike<number>,
  shape: ConvolutionShape,
  tiling: ConvTiling,
  scale?: ArrayLike<number>,
): Float32Array {
  return packWeightTiles(weights, forwardTiles(shape, tiling), factorsOf('written', scale));
}

/** The length of the result of `packForwardWeights`. */
export function forwardWeightsSize(shape: ConvolutionShape, tiling: ConvTiling): number {
  return weightTilesSize(forwardTiles(shape, tiling));
}

/** [group][tile of channels][output][tap][channel in the tile], with zeros as in `packForwardWeights`. */
export function packBackwardWeights(
  weights: ArrayLike<number>,
  shape: ConvolutionShape,
  tiling: ConvTiling,
  scale?: ArrayLike<number>,
): Float32Array {
  return packWeightTiles(weights, backwardTiles(shape, tiling), factorsOf('read', scale));
}

/** The length of the result of `packBackwardWeights`. */
export function backwardWeightsSize(shape: ConvolutionShape, tiling: ConvTiling): number {
  return weightTilesSize(backwardTiles(shape, tiling));
}

/** [group][tile of outputs][output in the tile], zeros where there is no bias. */
export function packBias(bias: ArrayLike<number> | undefined, { groups, outputs }: ConvolutionShape, tiling: ConvTiling): Float32Array {
  const strides = { group: outputs, written: 1, read: 0 };
  const packing = { groups, written: outputs, read: 1, readWithZeros: 1, tile: tiling.channels, taps: [0], strides };
  return bias ? packWeightTiles(bias, packing) : new Float32Array(weightTilesSize(packing));
}

/** Weights lie as [group][output][channel][tap]. */
function forwardTiles(shape: ConvolutionShape, tiling: ConvTiling): WeightTiles {
  const { groups, outputs, channels, rows, columns } = shape;
  const each = rows.kernel * columns.kernel;
  return {
    groups,
    written: outputs,
    read: channels,
    readWithZeros: readOf(channels, tiling),
    tile: tiling.channels,
    taps: tapOrder(shape, tiling),
    strides: { group: outputs * channels * each, written: channels * each, read: each },
  };
}

function backwardTiles(shape: ConvolutionShape, tiling: ConvTiling): WeightTiles {
  const { written: outputs, read: channels, strides, ...rest } = forwardTiles(shape, tiling);
  return {
    ...rest,
    written: channels,
    read: outputs,
    readWithZeros: readOf(outputs, tiling),
    strides: { ...strides, written: strides.read, read: strides.written },
  };
}

/** `scale` has a factor for each output. */
function factorsOf(of: WeightFactors['of'], scale: ArrayLike<number> | undefined): WeightFactors | undefined {
  return scale && { of, values: scale };
}

/**
 * For every packed tap the tap that it holds (row * columns + column). Forward and in the general kernels taps lie in order, in the tiles of
 * the backward direction from the last to the first.
 */
function tapOrder({ rows, columns }: ConvolutionShape, { direction }: ConvTiling): number[] {
  const all = Array.from({ length: rows.kernel * columns.kernel }, (_, tap) => tap);
  return direction === 'mirrored' || direction === 'phases' ? all.reverse() : all;
}

/**
 * The number of channels that are read, which are filled up where an iteration reads several: to whole tiles of the other direction, whose
 * kernel may read the same weights.
 */
function readOf(channels: number, tiling: ConvTiling): number {
  const multiple = channelsMultiple(tiling);
  return Math.ceil(channels / multiple) * multiple;
}

/** The number of which the packed read channels are a multiple. */
export function channelsMultiple({ unroll }: ConvTiling): number {
  return unroll > 1 ? MOST_CHANNELS : 1;
}

/** Written channels of the widest tile, a multiple of all others. */
export const MOST_CHANNELS = 16;
