/**
 * Samples of 28x28 pixels in one batch. With 4,096 samples the activations of M1 are 2 GB, more than a WebAssembly heap or a WebGPU binding
 * holds.
 */
const SAMPLES = 1024;
const ELEMENTS = 28 * 28;

/** How many samples of this many elements a framework gets in one batch: a power of two. */
export function samplesAtOnce(elements: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2((SAMPLES * ELEMENTS) / elements)));
}

/** Splits `count` items into ranges of at most `size`. */
export function chunksOf(count: number, size: number): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => ({
    first: index * size,
    count: Math.min(size, count - index * size),
  }));
}

/** Some images, and some of the points on their paths. */
export interface PathChunk {
  /** Index of the first image. */
  readonly first: number;
  readonly count: number;
  readonly alphas: Float32Array;
}

/** Splits the paths of `images` images into batches: whole paths as far as they fit. The rule is the midpoint rule. */
export function pathChunks(images: number, steps: number, elements: number): PathChunk[] {
  const atOnce = samplesAtOnce(elements);
  return chunksOf(images, Math.max(1, Math.floor(atOnce / steps))).flatMap(({ first, count }) =>
    chunksOf(steps, Math.min(steps, atOnce)).map((points) => ({
      first,
      count,
      alphas: Float32Array.from({ length: points.count }, (_, k) => (points.first + k + 0.5) / steps),
    })),
  );
}

/** Adds the sum of one chunk to the maps from `offset` on, divided by the number of steps. */
export function addMean(maps: Float32Array, sum: Float32Array, offset: number, steps: number): void {
  for (let i = 0; i < sum.length; i++) maps[offset + i] = maps[offset + i]! + sum[i]! / steps;
}
