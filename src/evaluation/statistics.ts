import { itemAt } from '../tensor/items.js';
import { Xoshiro128 } from '../tensor/random.js';

/** How many times pictures are drawn anew. More change the ends of the interval by less than a tenth of its width. */
const RESAMPLES = 2000;
/** The interval holds this share of the resamples. */
const CONFIDENCE = 0.95;

/** A mean over pictures, with its 95% interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A metric of a method over all pictures: `mean`, and `low` and `high`, the ends of its 95% interval.
 *
 * @example const deletion: MetricSummary | undefined = (await evaluate(session, [image, other])).methods.ig?.deletion;
 */
export interface MetricSummary extends Interval {
  /** One for each picture, in their order; null where there is none. */
  readonly values: readonly (number | null)[];
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += itemAt(values, i);
  return sum / values.length;
}

/** The middle value, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (itemAt(sorted, Math.ceil(middle) - 1) + itemAt(sorted, Math.floor(middle))) / 2;
}

/**
 * The mean, and the percentile interval of the means of seeded resamples (Efron and Tibshirani: An introduction to the bootstrap, 1993, chapter 13).
 * One value has no interval: both ends are the mean. `values` must not be empty.
 */
export function bootstrap(values: readonly number[], seed: number): Interval {
  const random = Xoshiro128.fromSeed(seed);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += itemAt(values, random.below(values.length));
    return sum / values.length;
  }).sort();
  const outside = Math.floor((RESAMPLES * (1 - CONFIDENCE)) / 2);
  return { mean: meanOf(values), low: itemAt(means, outside), high: itemAt(means, RESAMPLES - 1 - outside) };
}

/** The area under a curve over 0 to 1, whose points lie at equal distances, by trapezoids. */
export function areaUnder(curve: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 1; i < curve.length; i++) sum += (itemAt(curve, i - 1) + itemAt(curve, i)) / 2;
  return sum / (curve.length - 1);
}

/** Spearman's rank correlation, -1 to 1. Equal values share the mean of their ranks. It is 0 where one side has a single value. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return pearson(ranksOf(a), ranksOf(b));
}

function pearson(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [together, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [itemAt(a, i) - meanA, itemAt(b, i) - meanB];
    together += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : together / Math.sqrt(squaresA * squaresB);
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => itemAt(values, i) - itemAt(values, j));
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[itemAt(order, last + 1)] === values[itemAt(order, first)]) last++;
    for (let k = first; k <= last; k++) ranks[itemAt(order, k)] = (first + last) / 2;
    first = last + 1;
  }
  return ranks;
}

/** Side of the windows that are compared, in pixels; smaller where a map is. */
const WINDOW = 7;
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];

/**
 * The structural similarity of two planes of numbers from 0 to 1, row by row: the mean over all windows of 7 x 7 of
 *
 *   (2 m_a m_b + c_1) (2 s_ab + c_2) / ((m_a^2 + m_b^2 + c_1) (s_a^2 + s_b^2 + c_2)),   m: means, s: sample covariances.
 *
 * Wang, Bovik, Sheikh, Simoncelli: Image quality assessment: from error visibility to structural similarity, 2004, with the constants and the plain windows of
 * scikit-image. It is 1 for equal planes.
 */
export function structuralSimilarity(a: ArrayLike<number>, b: ArrayLike<number>, width: number, height: number): number {
  const [across, down] = [Math.min(WINDOW, width), Math.min(WINDOW, height)];
  const size = across * down;
  const total = (term: (pixel: number) => number) => windowSums(term, width, height, across, down);
  const [sumA, sumB] = [total((i) => itemAt(a, i)), total((i) => itemAt(b, i))];
  const [squaresA, squaresB] = [total((i) => itemAt(a, i) ** 2), total((i) => itemAt(b, i) ** 2)];
  const products = total((i) => itemAt(a, i) * itemAt(b, i));
  const sampled = size / Math.max(1, size - 1);
  let sum = 0;
  products.forEach((product, window) => {
    const [meanA, meanB] = [itemAt(sumA, window) / size, itemAt(sumB, window) / size];
    const covariance = sampled * (product / size - meanA * meanB);
    const variances = sampled * (itemAt(squaresA, window) / size - meanA ** 2 + itemAt(squaresB, window) / size - meanB ** 2);
    sum += ((2 * meanA * meanB + C1) * (2 * covariance + C2)) / ((meanA ** 2 + meanB ** 2 + C1) * (variances + C2));
  });
  return sum / products.length;
}

/** The sums of a number for each pixel over all windows that lie within a plane. */
function windowSums(term: (pixel: number) => number, width: number, height: number, across: number, down: number): Float64Array {
  const [columns, rows] = [width - across + 1, height - down + 1];
  const inRows = new Float64Array(columns * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      for (let k = 0; k < across; k++) {
        const at = row * columns + column;
        inRows[at] = itemAt(inRows, at) + term(row * width + column + k);
      }
    }
  }
  return Float64Array.from({ length: columns * rows }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < down; k++) sum += itemAt(inRows, at + k * columns);
    return sum;
  });
}

/**
 * The Gini index of |values|, 0 where all are equal, near 1 where one holds everything; 0 where all are 0. Hurley and Rickard: Comparing measures of
 * sparsity, 2009 (arXiv:0811.4706). Chalasani et al. (2020) use it for maps.
 */
export function giniIndex(values: ArrayLike<number>): number {
  const sizes = Float64Array.from(values, Math.abs).sort();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return 0;
  const weighted = sizes.reduce((sum, size, k) => sum + (2 * (k + 1) - sizes.length - 1) * size, 0);
  return weighted / (sizes.length * total);
}

/** The entropy of the shares |value| / sum of |values|, in nats; 0 where all are 0. Bhatt, Weller and Moura, 2020 (arXiv:2005.00631). */
export function entropyOfShares(values: ArrayLike<number>): number {
  const sizes = Float64Array.from(values, Math.abs);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.reduce((sum, size) => (size === 0 ? sum : sum - (size / total) * Math.log(size / total)), 0);
}
