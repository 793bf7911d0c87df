import { itemAt, lastOf } from '../tensor/items.js';

/* A diverging colour map: red for what speaks for the class, blue for what speaks against it, near-white for nothing. Its eleven colours
   are ColorBrewer's RdBu (Cynthia Brewer and Mark Harrower, https://colorbrewer2.org/#type=diverging&scheme=RdBu&n=11). They stay distinct
   for all common kinds of colour blindness, and their lightness falls evenly from the middle to both ends. Between them colours are linear
   in sRGB. */
const RED_TO_BLUE = [0x67001f, 0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac, 0x053061] as const;

export type Colour = readonly [red: number, green: number, blue: number];

/** The colour of a value from -1 (blue) over 0 (near-white) to 1 (red). Values outside are clamped; NaN is treated as 0. */
export function divergingColour(value: number): Colour {
  const position = (1 - Math.min(1, Math.max(-1, Number.isNaN(value) ? 0 : value))) * 5;
  const index = Math.min(9, Math.floor(position));
  const share = position - index;
  const from = itemAt(RED_TO_BLUE, index);
  const to = itemAt(RED_TO_BLUE, index + 1);
  const mix = (shift: number) => Math.round(((from >> shift) & 255) * (1 - share) + ((to >> shift) & 255) * share);
  return [mix(16), mix(8), mix(0)];
}

/**
 * The magnitude that a map's strongest colours stand for: the percentile of |a| (100 is the largest), or the largest where that percentile
 * is 0. An all-zero map has the scale 0. Values that are not finite are ignored.
 */
export function colourScale(attribution: ArrayLike<number>, percentile = 100): number {
  const magnitudes = Float64Array.from(attribution, Math.abs).filter(Number.isFinite).sort();
  if (magnitudes.length === 0) return 0;
  const rank = Math.ceil((percentile / 100) * magnitudes.length) - 1;
  return magnitudes[Math.min(magnitudes.length - 1, Math.max(0, rank))] || lastOf(magnitudes);
}

/** a / scale, and 0 where the scale is 0. */
export function normalise(value: number, scale: number): number {
  return scale > 0 ? value / scale : 0;
}
