import { firstOf, itemAt, lastOf } from '../tensor/items.js';
import { elementOf, type ImageSpace } from '../tensor/pixels.js';

/**
 * Blurs an image [elements] with a Gaussian, in float64: first rows, then columns. `sigma` is the standard deviation in pixels; 0 changes
 * nothing. The Gaussian is cut off at 3 sigma. Beyond an edge, the pixels at the edge repeat.
 */
export function blurImage(image: Float32Array, { pixels, width, height }: ImageSpace, sigma: number): Float64Array {
  const blurred = Float64Array.from(image);
  if (sigma === 0) return blurred;
  const taps = gaussianTaps(sigma);
  const [across, down] = [foldTaps(taps, width), foldTaps(taps, height)];
  for (let channel = 0; channel < pixels.channels; channel++) {
    for (let row = 0; row < height; row++) {
      blurLine(blurred, across, width, (column) => elementOf(pixels, row * width + column, channel));
    }
    for (let column = 0; column < width; column++) {
      blurLine(blurred, down, height, (row) => elementOf(pixels, row * width + column, channel));
    }
  }
  return blurred;
}

/** Weights at the distances 0, 1, 2, ... Those of both sides together sum to 1. */
function gaussianTaps(sigma: number): Float64Array {
  const taps = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, distance) => Math.exp(-(distance ** 2) / (2 * sigma * sigma)));
  const total = taps.reduce((sum, tap, distance) => sum + (distance === 0 ? tap : 2 * tap), 0);
  return taps.map((tap) => tap / total);
}

/** The taps of a line. */
interface LineTaps {
  /** At most as many as the line is long. */
  readonly taps: Float64Array;
  /** The sum of all further ones of a side. They meet the ends of the line, at every position. */
  readonly beyond: number;
}

/** Sums taps that are further away than a line is long, so that a blur much wider than the image takes no longer. */
function foldTaps(taps: Float64Array, length: number): LineTaps {
  return { taps: taps.subarray(0, length), beyond: taps.subarray(length).reduce((sum, tap) => sum + tap, 0) };
}

/** Blurs one row or column of one channel; `place` gives the element at each position. */
function blurLine(values: Float64Array, { taps, beyond }: LineTaps, length: number, place: (position: number) => number): void {
  const radius = taps.length - 1;
  const line = Float64Array.from({ length: length + 2 * radius }, (_, i) =>
    itemAt(values, place(Math.min(length - 1, Math.max(0, i - radius)))),
  );
  const ends = beyond * (firstOf(line) + lastOf(line));
  for (let position = 0; position < length; position++) {
    const centre = position + radius;
    let sum = itemAt(taps, 0) * itemAt(line, centre);
    for (let distance = 1; distance <= radius; distance++) {
      // Read without `itemAt`, which sees arrays of every type and takes ten times as long here. Nothing lies outside; NaN would show it.
      sum += (taps[distance] ?? Number.NaN) * ((line[centre - distance] ?? Number.NaN) + (line[centre + distance] ?? Number.NaN));
    }
    values[place(position)] = sum + ends;
  }
}
