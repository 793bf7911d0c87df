import type { ConvolutionShape, ConvTiling } from './tiling.js';

/*
 * Weights as the kernels read them: written channels innermost, in tiles; then what is read.
 */

/** [group][tile of outputs][channel][tap][output in the tile], zeros where the last tile has no output, and the last turn no channel. @param scale of each output. */
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

/** Numbers that `packForwardWeights` makes. */
export function forwardWeightsSize(shape: ConvolutionShape, tiling: ConvTiling): number {
  const { groups, outputs, channels } = shape;
  return packedSize({ groups, written: outputs, read: readOf(channels, tiling), tile: tiling.channels, order: tapOrder(shape, tiling) });
}

/** Numbers that `packBackwardWeights` makes. */
export function backwardWeightsSize(shape: ConvolutionShape, tiling: ConvTiling): number {
  const { groups, outputs, channels } = shape;
  return packedSize({ groups, written: channels, read: readOf(outputs, tiling), tile: tiling.channels, order: tapOrder(shape, tiling) });
}

/** [group][tile of channels][output][tap][channel in the tile], zeros as above. */
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

/** [group][tile of outputs][output in the tile]; zeros where there is no bias. */
export function packBias(bias: ArrayLike<number> | undefined, { groups, outputs }: ConvolutionShape, tiling: ConvTiling): Float32Array {
  return pack({ groups, written: outputs, read: 1, tile: tiling.channels, order: [0] }, (g, o) => bias?.[g * outputs + o] ?? 0);
}

/**
 * For every packed tap the tap that it holds (row * columns + column), -1 for none. Forward and in the general kernels all in order, mirrored
 * all from the last on. Phases: rows from the last on; in each, for every remainder by the stride that a column of dx can have, the taps
 * that it meets, from the last on, zeros before those that meet fewer than others.
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

/** Channels that are read, up to a multiple of those of a turn. */
function readOf(channels: number, { unroll }: ConvTiling): number {
  return Math.ceil(channels / unroll) * unroll;
}

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
