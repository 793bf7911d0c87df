import { itemAt } from '../tensor/items.js';

/** Which numbers of a layer are channels of a plane. What is left out (class tokens, registers) has no place on the plane. */
export interface Plane {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** The numbers before the plane's first. */
  readonly offset: number;
  /** Numbers from a channel to the next, at the same place. */
  readonly channelStride: number;
  /** Numbers from a place of the plane to the next, row by row, in the same channel. */
  readonly placeStride: number;
}

/** A layer's numbers as [channels][rows * columns], in float64. */
export function foldPlane(data: ArrayLike<number>, { channels, rows, columns, offset, channelStride, placeStride }: Plane): Float64Array {
  const places = rows * columns;
  const folded = new Float64Array(channels * places);
  for (let channel = 0; channel < channels; channel++) {
    for (let place = 0; place < places; place++) {
      folded[channel * places + place] = itemAt(data, offset + channel * channelStride + place * placeStride);
    }
  }
  return folded;
}
