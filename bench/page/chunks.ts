/** Samples of one batch of 28x28 pixels: the activations of 4,096 of M1 are 2 GB, more than a WebAssembly heap and a WebGPU binding hold. */
const SAMPLES = 1024;
const ELEMENTS = 28 * 28;

/** How many samples of so many elements a framework is given as one batch: a power of two. */
export function samplesAtOnce(elements: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2((SAMPLES * ELEMENTS) / elements)));
}

/** The ranges of `count` things, at most `size` at once. */
export function chunksOf(count: number, size: number): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => ({
    first: index * size,
    count: Math.min(size, count - index * size),
  }));
}

/** Some images, and some of the points on their paths. */
export interface PathChunk {
  /** Of the images. */
  readonly first: number;
  readonly count: number;
  readonly alphas: Float32Array;
}

/** Batches that make up the paths, midpoint rule, of `images` images of so many elements: whole paths as far as they fit. */
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

/** Adds what one chunk of `steps` points gave for the maps from `offset` on. */
export function addMean(maps: Float32Array, sum: Float32Array, offset: number, steps: number): void {
  for (let i = 0; i < sum.length; i++) maps[offset + i] = maps[offset + i]! + sum[i]! / steps;
}
