/**
 * How samples lie in GPU memory: four samples make a quad (one vec4f an element), `lanes` quads a block, and activations are stored as
 * [block][element][lane] (shaders/lib/grid.wgsl).
 */
export interface SampleLayout {
  /** Quads a block: a power of two, at most MAX_LANES. */
  readonly lanes: number;
  readonly blocks: number;
}

/** The layout of each space of samples (src/gpu/compile/schedule.ts). */
export type Layouts = Readonly<Record<'samples' | 'ends' | 'images', SampleLayout>>;

export const SAMPLES_PER_QUAD = 4;
/**
 * Kernels that add up over samples (path_reduce, gradient_moments) take so many at a time, and then their sums. Chunks end between runs, so
 * that a split into chunks changes no bit of a sum.
 */
export const SAMPLES_PER_RUN = 32;
export const BYTES_PER_QUAD = 16;

/**
 * 16 lanes of 16 bytes are what a GPU reads in one or two transactions. On the software adapter a 16->32 3x3 convolution ran at 1.51,
 * 1.54 and 1.55 GFLOP/s with 64, 16 and 4 lanes: no difference, so the smallest that serves GPUs wastes least on few samples.
 */
export const MAX_LANES = 16;

/** The layout of this many samples: as few lanes and blocks as hold them. */
export function layoutOf(samples: number): SampleLayout {
  const quads = Math.ceil(samples / SAMPLES_PER_QUAD);
  const lanes = Math.min(MAX_LANES, 2 ** Math.ceil(Math.log2(Math.max(1, quads))));
  return { lanes, blocks: Math.max(1, Math.ceil(quads / lanes)) };
}

export function quadsOf({ lanes, blocks }: SampleLayout): number {
  return lanes * blocks;
}

export function samplesOf(layout: SampleLayout): number {
  return quadsOf(layout) * SAMPLES_PER_QUAD;
}

/** Workgroups of `size` invocations as a 2-D grid: one axis holds `limit` (65,535 by default) at most. */
export function workgroupsFor(invocations: number, limit: number, size = 64): [number, number] {
  const groups = Math.ceil(invocations / size);
  const x = Math.min(groups, limit);
  return [x, Math.ceil(groups / x)];
}

/** Quads that hold this many samples. */
export function quadsFor(samples: number): number {
  return Math.ceil(samples / SAMPLES_PER_QUAD);
}
