import { PathlightError } from '../../errors.js';
import type { MemoryLimits } from '../compile/memory.js';
import { type FusedProgram, type FusedShape, fusedBytes, shapeOf, withEnds } from './program.js';

/** How a schedule runs on a GPU: `layered`, a dispatch an operator and direction; `fused`, all of it in one dispatch or two. */
export type Plan = 'layered' | 'fused';
/**
 * How a network runs on a GPU: `layered`, one dispatch for each operator; `fused`, all in two dispatches; `auto`, by size.
 *
 * @example const plan: PlanChoice = 'layered';
 */
export type PlanChoice = Plan | 'auto';
export const PLAN_CHOICES: readonly PlanChoice[] = ['auto', 'layered', 'fused'];

export type AdapterKind = 'gpu' | 'software';

/** What the decision is made from. */
export interface PlanQuestion {
  readonly kind: AdapterKind;
  readonly samples: number;
  /** Multiply-adds of a sample. */
  readonly multiplyAdds: number;
  /** Dispatches of the layered plan. */
  readonly dispatches: number;
  /** Whether the memory of the fused plan is within the limits. */
  readonly fits: boolean;
}

/** Up to here a GPU waits for its dispatches rather than for its arithmetic; see choosePlan. */
const MULTIPLY_ADDS_A_DISPATCH = 1e6;

/**
 * Which plan `auto` takes.
 *
 * Software adapter: layered, always. Its kernels share their loads of weights (src/gpu/kernels/variant.ts), keep the ends of paths and the linear
 * suffix apart from the samples, and a dispatch costs only 17 microseconds, while a shader of many kernels compiles for seconds.
 * `node bench/run.mjs plans.ts 2`, SwiftShader, 2 cores, minima of interleaved runs, layered / fused in ms, with the first run, which
 * compiles, in s:
 *
 *                                 1 x 64      1 x 256     1 x 1,024     64 x 64         first
 *   M2, dense 784-128-64-10       6.3 / 12    7.3 / 21    17 / 59       67 / 217        1.4 / 3.0
 *   M1, two convolutions 3x3      70 / 167    202 / 425   859 / 1,721   3,395 / 6,316   5.9 / 6.2
 *
 * What fused saves is memory: 85 MiB against 105 on the last job of M1.
 *
 * GPU: fused where the layered plan's dispatches are shorter than the few microseconds that a GPU needs from one to the next, that is up
 * to a million multiply-adds each at 0.3 T a second: a bound, not a measurement, since no GPU was at hand. Larger networks have enough
 * work in each dispatch, and a dispatch spreads the tiles of all samples over the GPU where a workgroup of the fused plan has one quad.
 */
export function choosePlan({ kind, samples, multiplyAdds, dispatches, fits }: PlanQuestion): Plan {
  if (kind === 'software' || !fits) return 'layered';
  return samples * multiplyAdds <= MULTIPLY_ADDS_A_DISPATCH * dispatches ? 'fused' : 'layered';
}

/** Samples from which a GPU's invocations all have a quad of their own: 2,048 are resident on a small one. */
const SAMPLES_OF_LANE_MODE = 4 * 2048;

/**
 * Quads of a block of samples, each with an invocation of its own. On the software adapter a workgroup is one vector of 4 invocations: more
 * would only make fewer workgroups to share among cores. A GPU's workgroups have 32; where it has more invocations than there are quads,
 * a workgroup shares the tiles of a single one.
 */
export function lanesFor(kind: AdapterKind, samples: number): number {
  if (kind === 'software') return 4;
  return samples >= SAMPLES_OF_LANE_MODE ? 32 : 1;
}

/**
 * Workgroups, each with memory of its own: at most, and at least before the samples are split into chunks. On the software adapter 16 keep
 * any usual number of cores busy; each evaluates the ends of its paths, so more would repeat more. A GPU needs thousands.
 */
const WORKGROUPS = { software: { most: 16, least: 4 }, gpu: { most: 4096, least: 64 } } as const;

/** The shape of the largest chunk that is within the limits; undefined where not even one block of samples is. */
export function chooseShape(
  program: FusedProgram,
  kind: AdapterKind,
  { samples, images }: { readonly samples: number; readonly images: number },
  fixedBytes: number,
  limits: MemoryLimits,
): FusedShape | undefined {
  const steps = images > 0 ? Math.ceil(samples / images) : undefined;
  const block = 4 * program.lanes;
  for (let blocks = Math.ceil(samples / block); blocks >= 1; blocks = Math.floor(blocks / 2)) {
    for (let workgroups: number = WORKGROUPS[kind].most; workgroups >= WORKGROUPS[kind].least; workgroups /= 2) {
      const plain = shapeOf(program.lanes, blocks * block, images, workgroups);
      const shape = steps === undefined ? plain : withEnds(plain, steps);
      const { memory, words } = fusedBytes(program, shape);
      if (Math.max(memory, words) <= limits.buffer && memory + words + fixedBytes <= limits.budget) return shape;
    }
  }
  return undefined;
}

/** The error where the fused plan is asked for and its memory is not within the limits. */
export function fusedDoesNotFit({ lanes, sizes }: FusedProgram, limits: MemoryLimits): PathlightError {
  const { memory, words } = sizes;
  const bytes = 4 * lanes * (4 * (memory.kept + memory.scratch) + words.kept + words.scratch);
  return new PathlightError('gpu.fused-too-large', { samples: 4 * lanes, bytes, buffer: limits.buffer, budget: limits.budget });
}
