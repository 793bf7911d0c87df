import type { NodeReader } from '../node_reader.js';

/** An axis of `length` elements that becomes one of `size`. `scale` is about their quotient. Coordinates are computed from it. */
export interface Scaled {
  readonly length: number;
  readonly size: number;
  readonly scale: number;
  /** The part of the axis that tf_crop_and_resize keeps. */
  readonly crop: Range;
}

/** A part of an axis, from its start to its end, where 0 is the first element and 1 the last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The axis as a whole. */
export const WHOLE: Range = { start: 0, end: 1 };

/** The element that is taken for a place between two, not yet cut to the axis. */
export type Nearest = (place: number, scale: number) => number;

/** What each step of a coordinate is rounded to. */
export type Rounding = (x: number) => number;

/**
 * As in onnxruntime: for a place midway between two elements, the last bit decides which is nearest, and at the end of a crop whether it is within.
 */
export const TO_FLOAT32: Rounding = Math.fround;
/** Where elements are mixed by their distances, places are those of the formula: rounded ones would be off by as much as float32 is, for large axes by 1e-5. */
export const EXACT: Rounding = (x) => x;

/** Where element i of the resized axis lies on the original one. */
const COORDINATES = {
  half_pixel: (i: number, { scale }: Scaled, r: Rounding) => r(r(r(i + 0.5) / scale) - 0.5),
  pytorch_half_pixel: (i: number, { scale, size }: Scaled, r: Rounding) => (size > 1 ? r(r(r(i + 0.5) / scale) - 0.5) : 0),
  align_corners: (i: number, { length, size }: Scaled, r: Rounding) => (size === 1 ? 0 : r(r(i * (length - 1)) / (size - 1))),
  asymmetric: (i: number, { scale }: Scaled, r: Rounding) => r(i / scale),
  tf_half_pixel_for_nn: (i: number, { scale }: Scaled, r: Rounding) => r(r(i + 0.5) / scale),
  half_pixel_symmetric: (i: number, { scale, size, length }: Scaled, r: Rounding) => {
    const offset = r((length / 2) * r(1 - r(size / r(scale * length))));
    return r(r(offset + r(r(i + 0.5) / scale)) - 0.5);
  },
  tf_crop_and_resize: (i: number, { length, size, crop: { start, end } }: Scaled, r: Rounding) => {
    if (size === 1) return r(0.5 * r(start + end) * (length - 1));
    return r(r(start * (length - 1)) + r(r(r(i * r(end - start)) * (length - 1)) / (size - 1)));
  },
};

type Coordinates = keyof typeof COORDINATES;

/** The function from indices to places. Throws where the mode is none of these. */
export function coordinateOf(node: NodeReader, mode: string, scaled: Scaled, rounding: Rounding): (i: number) => number {
  if (!Object.hasOwn(COORDINATES, mode)) {
    throw node.error('node.known', { attribute: 'coordinate_transformation_mode', value: mode, known: Object.keys(COORDINATES) });
  }
  return (i) => COORDINATES[mode as Coordinates](i, scaled, rounding);
}

/** The element for a place, by `nearest_mode`. */
export const NEAREST = {
  round_prefer_floor: (place: number) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place: number) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
} satisfies Record<string, Nearest>;
