import { itemAt } from '../tensor/items.js';
import { elementOf, type ImageSpace } from '../tensor/pixels.js';

/**
 * Blurs an image [elements] with a Gaussian, in float64: first rows, then columns. `sigma` is the standard deviation in pixels; 0 changes
 * nothing. The Gaussian is cut off at 3 sigma. Beyond an edge, the pixels at the edge repeat.
 */
export function blurImage(image: Float32Array, { pixels, width, height }: ImageSpace, sigma: number): Float64Array {
  const blurred = Float64Array.from(image);
  if (sigma === 0) return blurred;
  const taps = gaussianTaps(sigma);
  for (let channel = 0; channel < pixels.channels; channel++) {
    for (let row = 0; row < height; row++) {
      blurLine(blurred, taps, width, (column) => elementOf(pixels, row * width + column, channel));
    }
    for (let column = 0; column < width; column++) {
      blurLine(blurred, taps, height, (row) => elementOf(pixels, row * width + column, channel));
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

/** Blurs one row or column of one channel; `place` gives the element at each position. */
function blurLine(values: Float64Array, taps: Float64Array, length: number, place: (position: number) => number): void {
  const radius = taps.length - 1;
  const line = Float64Array.from({ length: length + 2 * radius }, (_, i) =>
    itemAt(values, place(Math.min(length - 1, Math.max(0, i - radius)))),
  );
  for (let position = 0; position < length; position++) {
    const centre = position + radius;
    let sum = itemAt(taps, 0) * itemAt(line, centre);
    for (let distance = 1; distance <= radius; distance++) {
      sum += itemAt(taps, distance) * (itemAt(line, centre - distance) + itemAt(line, centre + distance));
    }
    values[place(position)] = sum;
  }
}
