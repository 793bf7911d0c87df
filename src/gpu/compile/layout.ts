/**
 * How samples lie in GPU memory. Four samples make a quad (one vec4f for each element), `lanes` quads make a block, and activations are
 * stored as [block][element][lane] (shaders/lib/grid.wgsl).
 */
export interface SampleLayout {
  /** Quads in a block: a power of two, at most MAX_LANES. */
  readonly lanes: number;
  readonly blocks: number;
}

/** The layout of each space of samples (src/gpu/compile/schedule.ts). */
export type Layouts = Readonly<Record<'samples' | 'ends' | 'images', SampleLayout>>;

export const SAMPLES_PER_QUAD = 4;
/**
 * Kernels that sum over samples (path_reduce, gradient_moments) sum runs of this many samples, and then the sums of the runs. Chunks end
 * between runs, so that a split into chunks changes no bit of a sum.
 */
export const SAMPLES_PER_RUN = 32;
export const BYTES_PER_QUAD = 16;

/**
 * A GPU reads 16 lanes of 16 bytes in one or two transactions. On the software adapter a 16->32 3x3 convolution ran at 1.51, 1.54 and
 * 1.55 GFLOP/s with 64, 16 and 4 lanes. Since these hardly differ, this is the smallest number that serves GPUs: it wastes least on few
 * samples.
 */
export const MAX_LANES = 16;

/** The layout of this many samples: the fewest lanes and blocks that hold them. */
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

/** Workgroups of `size` invocations as a grid of two axes. Each axis holds at most `limit` workgroups (65,535 by default). */
export function workgroupsFor(invocations: number, limit: number, size = 64): [number, number] {
  const groups = Math.ceil(invocations / size);
  const x = Math.min(groups, limit);
  return [x, Math.ceil(groups / x)];
}

/** The number of quads that hold this many samples. */
export function quadsFor(samples: number): number {
  return Math.ceil(samples / SAMPLES_PER_QUAD);
}
