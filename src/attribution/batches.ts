import type { Cost, Executor, RunOptions } from '../executor.js';
import { Moments } from '../tensor/moments.js';

/** Limits of one batch of images that are made on the host: numbers, and images. */
const NUMBERS_A_BATCH = 2 ** 22;
const IMAGES_A_BATCH = 1024;

/**
 * How many images of this size make a batch. This bounds the memory of methods that make their own images. Batches of four or more are
 * rounded down to a multiple of 4, because a GPU takes four samples together.
 */
export function imagesAtOnce(elements: number): number {
  const most = Math.max(1, Math.min(IMAGES_A_BATCH, Math.floor(NUMBERS_A_BATCH / elements)));
  return most < 4 ? most : most - (most % 4);
}

/** The options for a part of some work: for the `share` of `total` that comes after `done`. */
export function partOf({ signal, onProgress }: RunOptions, done: number, share: number, total: number): RunOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (part: number, of: number) => onProgress(done + Math.floor((share * part) / of), total) }),
  };
}

/** Products factor_k * grad f(x_k). Each image x_k is made only when it is needed. */
export interface Products {
  readonly count: number;
  /** Writes image k, [elements]; called once for each, in order. */
  readonly image: (k: number, image: Float32Array) => void;
  /** Writes the factors of image k, [elements]; called right after `image`. Without it all factors are 1. */
  readonly factors?: (k: number, factors: Float32Array, image: Float32Array) => void;
}

/** Mean and spread of products. Memory is bounded, whatever their number. */
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
