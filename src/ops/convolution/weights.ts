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
  const { groups, outputs, channels } = shape;
  const taps = shape.rows.kernel * shape.columns.kernel;
  return pack(
    { groups, written: outputs, read: readOf(channels, tiling), tile: tiling.channels, order: tapOrder(shape, tiling) },
    (g, o, c, k) => (c < channels ? weights[((g * outputs + o) * channels + c) * taps + k]! * (scale?.[g * outputs + o] ?? 1) : 0),
  );
}

/** The length of the result of `packForwardWeights`. */
export function forwardWeightsSize(shape: ConvolutionShape, tiling: ConvTiling): number {
  const { groups, outputs, channels } = shape;
  return packedSize({ groups, written: outputs, read: readOf(channels, tiling), tile: tiling.channels, order: tapOrder(shape, tiling) });
}

/** The length of the result of `packBackwardWeights`. */
export function backwardWeightsSize(shape: ConvolutionShape, tiling: ConvTiling): number {
  const { groups, outputs, channels } = shape;
  return packedSize({ groups, written: channels, read: readOf(outputs, tiling), tile: tiling.channels, order: tapOrder(shape, tiling) });
}

/** [group][tile of channels][output][tap][channel in the tile], with zeros as in `packForwardWeights`. */
export function packBackwardWeights(
  weights: ArrayLike<number>,
  shape: ConvolutionShape,
  tiling: ConvTiling,
  scale?: ArrayLike<number>,
): Float32Array {
  const { groups, outputs, channels } = shape;
  const taps = shape.rows.kernel * shape.columns.kernel;
  return pack(
    { groups, written: channels, read: readOf(outputs, tiling), tile: tiling.channels, order: tapOrder(shape, tiling) },
    (g, c, o, k) => (o < outputs ? weights[((g * outputs + o) * channels + c) * taps + k]! * (scale?.[g * outputs + o] ?? 1) : 0),
  );
}

/** [group][tile of outputs][output in the tile], zeros where there is no bias. */
export function packBias(bias: ArrayLike<number> | undefined, { groups, outputs }: ConvolutionShape, tiling: ConvTiling): Float32Array {
  return pack({ groups, written: outputs, read: 1, tile: tiling.channels, order: [0] }, (g, o) => bias?.[g * outputs + o] ?? 0);
}

/**
 * For every packed tap the tap that it holds (row * columns + column), or -1 for none. Forward and in the general kernels taps lie in
 * order, mirrored from the last to the first. For phases the rows lie from the last to the first. Within a row, there is a list for each
 * remainder that a column of dx can leave when divided by the stride. It holds the taps that such a column meets, from the last to the
 * first, after zeros where other remainders meet more.
 */
function tapOrder({ rows, columns }: ConvolutionShape, { direction, taps }: ConvTiling): number[] {
  const all = Array.from({ length: rows.kernel * columns.kernel }, (_, tap) => tap);
  if (direction === 'mirrored') return all.reverse();
  if (direction !== 'phases') return all;
  const order: number[] = [];
  for (let row = rows.kernel - 1; row >= 0; row--) {
    for (let phase = 0; phase < columns.stride; phase++) {
      for (let m = taps - 1; m >= 0; m--) {
        const column = ((phase + columns.padding) % columns.stride) + m * columns.stride;
        order.push(column < columns.kernel ? row * columns.kernel + column : -1);
      }
    }
  }
  return order;
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
const MOST_CHANNELS = 16;

interface Packing {
  readonly groups: number;
  readonly written: number;
  readonly read: number;
  /** Written channels of a tile. */
  readonly tile: number;
  readonly order: readonly number[];
}

function packedSize({ groups, written, read, tile, order }: Packing): number {
  return groups * Math.ceil(written / tile) * read * order.length * tile;
}

function pack(packing: Packing, weight: (group: number, written: number, read: number, tap: number) => number): Float32Array {
  const { groups, written, read, tile, order } = packing;
  const tiles = Math.ceil(written / tile);
  const packed = new Float32Array(packedSize(packing));
  for (let g = 0; g < groups; g++) {
    for (let w = 0; w < written; w++) {
      const start = (g * tiles + Math.floor(w / tile)) * read;
      for (let r = 0; r < read; r++) {
        order.forEach((tap, k) => {
          if (tap >= 0) packed[((start + r) * order.length + k) * tile + (w % tile)] = weight(g, w, r, tap);
        });
      }
    }
  }
  return packed;
}
