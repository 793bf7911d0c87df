import type { Cost, Executor, RunOptions } from '../executor.js';
import { Moments } from '../tensor/moments.js';

/** Images that are made on the host go to an executor in batches of at most so many numbers, and at most so many images. */
const NUMBERS_A_BATCH = 2 ** 22;
const IMAGES_A_BATCH = 1024;

/**
 * How many images of this size make a batch: what bounds the memory of methods that make their images themselves. Fours where there are several,
 * since a GPU takes four samples together.
 */
export function imagesAtOnce(elements: number): number {
  const most = Math.max(1, Math.min(IMAGES_A_BATCH, Math.floor(NUMBERS_A_BATCH / elements)));
  return most < 4 ? most : most - (most % 4);
}

/** The options of a part of some work, the `share` of `total` that comes after `done`. */
export function partOf({ signal, onProgress }: RunOptions, done: number, share: number, total: number): RunOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (part: number, of: number) => onProgress(done + Math.floor((share * part) / of), total) }),
  };
}

/** Products factor_k * grad f(x_k) at images that are made when they are needed. */
export interface Products {
  readonly count: number;
  /** Writes image k, [elements]; called once for each, in order. */
  readonly image: (k: number, image: Float32Array) => void;
  /** Writes the factors of image k, [elements], right after it; 1 where there is none. */
  readonly factors?: (k: number, factors: Float32Array, image: Float32Array) => void;
}

/** Mean and spread of products, whatever their number, in bounded memory. */
export async function momentsOf(
  executor: Executor,
  { count, image, factors }: Products,
  seed: Float32Array,
  run: RunOptions,
): Promise<{ readonly moments: Moments; readonly costs: readonly Cost[] }> {
  const { elements } = executor;
  const moments = new Moments(elements);
  const costs: Cost[] = [];
  const atOnce = imagesAtOnce(elements);
  for (let first = 0; first < count; first += atOnce) {
    const size = Math.min(atOnce, count - first);
    const images = new Float32Array(size * elements);
    const products = factors && new Float32Array(size * elements);
    for (let k = 0; k < size; k++) {
      const own = images.subarray(k * elements, (k + 1) * elements);
      image(first + k, own);
      factors?.(first + k, products!.subarray(k * elements, (k + 1) * elements), own);
    }
    const request = { images, seed, ...(products && { factors: products }) };
    const { mean, squares, cost } = await executor.gradientMoments(request, partOf(run, first, size, count));
    moments.merge(size, mean, squares);
    costs.push(cost);
  }
  return { moments, costs };
}
