import type { Nearest } from './resize_coordinates.js';

/** One axis of a Resize. Element i along it is the sum over its taps k, first[i] to first[i + 1] - 1, of weights[k] times element places[k] of x. */
export interface ResizedAxis {
  readonly axis: number;
  readonly first: readonly number[];
  readonly places: readonly number[];
  readonly weights: readonly number[];
}

export interface ResizeAttributes {
  /** The axes that change, in the order in which they do. */
  readonly axes: readonly ResizedAxis[];
}

/** A share of element `from` of x. */
export interface Tap {
  readonly from: number;
  readonly weight: number;
}

/** How an element of the resized axis is made up of elements of the axis of `length` around its place. */
export type Sampling = (place: number, length: number, scale: number) => Tap[];

/** The nearest element. */
export function byNearest(nearest: Nearest): Sampling {
  return (place, length, scale) => [{ from: cut(nearest(place, scale), length), weight: 1 }];
}

/** The two elements on either side, by their distances. */
export const byLine: Sampling = (place, length) => {
  const inside = cut(place, length);
  const low = Math.floor(inside);
  const weight = inside - low;
  return joined([
    { from: low, weight: 1 - weight },
    { from: cut(low + 1, length), weight },
  ]);
};

/** What is taken where a window reaches past the ends of the axis: nothing (the other weights then grow), or the last element. */
export interface Outside {
  readonly excluded: boolean;
}

/**
 * Four elements, by a cubic convolution with the coefficient a: R. G. Keys, Cubic convolution interpolation for digital image processing,
 * IEEE ASSP 29(6), 1981.
 */
export function byCubic(a: number, { excluded }: Outside): Sampling {
  return (place, length) => {
    const low = Math.floor(place);
    const taps = [-1, 0, 1, 2].map((k) => ({ from: low + k, weight: cubic(a, place - low - k) }));
    return shares(taps, length, excluded);
  };
}

/**
 * The elements under a triangle or a cubic, which widens where the axis shrinks, so that no element is left out: what Pillow calls a filter. The
 * window has whole elements at both ends, as in onnxruntime.
 */
export function byFilter(filter: 'linear' | number, { excluded }: Outside): Sampling {
  const [reach, weightAt] = filter === 'linear' ? [1, triangle] : [2, (x: number) => cubic(filter, x)];
  return (place, length, scale) => {
    // A crop may have any scale. Past the whole axis a wider window changes nothing that can be told.
    const width = Math.min(Math.max(1, 1 / scale), length);
    const centre = place + 0.5;
    const first = Math.floor(centre - reach * width);
    const count = Math.ceil(centre + reach * width) - first;
    const taps = Array.from({ length: count }, (_, k) => ({ from: first + k, weight: weightAt((first + k + 0.5 - centre) / width) }));
    return shares(taps, length, excluded);
  };
}

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

function cubic(a: number, x: number): number {
  const d = Math.abs(x);
  if (d >= 2) return 0;
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
}

/** Weights that add up to 1, of elements that exist. */
function shares(taps: readonly Tap[], length: number, excluded: boolean): Tap[] {
  const kept = excluded
    ? taps.filter(({ from }) => from >= 0 && from < length)
    : taps.map(({ from, weight }) => ({ from: cut(from, length), weight }));
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return joined(kept.map(({ from, weight }) => ({ from, weight: weight / total })));
}

/** One tap of each element, those of weight 0 left out. Equal elements lie side by side. */
function joined(taps: readonly Tap[]): Tap[] {
  const kept: { from: number; weight: number }[] = [];
  for (const { from, weight } of taps) {
    const last = kept.at(-1);
    if (last?.from === from) last.weight += weight;
    else if (weight !== 0) kept.push({ from, weight });
  }
  return kept;
}

function cut(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}
