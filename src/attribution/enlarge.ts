import { itemAt } from '../tensor/items.js';
import type { ImageSpace } from '../tensor/pixels.js';

type Size = Pick<ImageSpace, 'width' | 'height'>;

/**
 * Enlarges a map by linear interpolation along both axes. The centre of pixel i of n lies at (i + 1/2) / n of the axis. Beyond the
 * outermost centres, their values repeat. This equals PyTorch's `bilinear` with `align_corners=False`.
 */
export function enlarge(map: Float64Array, rows: number, columns: number, { width, height }: Size): Float64Array {
  return interpolate(map, columns, betweenCentres(height, rows), betweenCentres(width, columns));
}

/** The same from corner to corner: pixel i of n lies at i / (n - 1) of the axis. This equals PyTorch's `bilinear` with `align_corners=True`. */
export function stretch(map: Float64Array, rows: number, columns: number, { width, height }: Size): Float64Array {
  return interpolate(map, columns, betweenCorners(height, rows), betweenCorners(width, columns));
}

/** Spreads each value of a map over the pixels around it, in the proportions of `enlarge`, so that the sum stays. For maps no larger than the image. */
export function distribute(map: Float64Array, rows: number, columns: number, { width, height }: Size): Float64Array {
  const [ys, xs] = [betweenCentres(height, rows), betweenCentres(width, columns)];
  const [down, across] = [totals(ys, rows), totals(xs, columns)];
  const shares = map.map((value, i) => value / (itemAt(down, Math.floor(i / columns)) * itemAt(across, i % columns)));
  return interpolate(shares, columns, ys, xs);
}

/** How much of all pixels each of `coarse` pixels has. */
function totals(pixels: readonly Between[], coarse: number): Float64Array {
  const sums = new Float64Array(coarse);
  for (const { first, second, share } of pixels) {
    sums[first] = itemAt(sums, first) + 1 - share;
    sums[second] = itemAt(sums, second) + share;
  }
  return sums;
}

/** A pixel between two of a coarse map: their indices, and the share of the second. */
interface Between {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

function interpolate(map: Float64Array, columns: number, ys: readonly Between[], xs: readonly Between[]): Float64Array {
  const enlarged = new Float64Array(ys.length * xs.length);
  ys.forEach((y, row) => {
    xs.forEach((x, column) => {
      const along = (r: number) => itemAt(map, r * columns + x.first) * (1 - x.share) + itemAt(map, r * columns + x.second) * x.share;
      enlarged[row * xs.length + column] = along(y.first) * (1 - y.share) + along(y.second) * y.share;
    });
  });
  return enlarged;
}

/** For each of `length` pixels: the two of `coarse` pixels whose centres enclose its own. */
function betweenCentres(length: number, coarse: number): Between[] {
  return Array.from({ length }, (_, i) => betweenAt(Math.max(0, ((i + 0.5) * coarse) / length - 0.5), coarse));
}

function betweenCorners(length: number, coarse: number): Between[] {
  return Array.from({ length }, (_, i) => betweenAt(length > 1 ? (i * (coarse - 1)) / (length - 1) : 0, coarse));
}

function betweenAt(position: number, coarse: number): Between {
  const first = Math.min(coarse - 1, Math.floor(position));
  return { first, second: Math.min(coarse - 1, first + 1), share: position - first };
}
