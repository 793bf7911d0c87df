import { PathlightError } from '../../errors.js';
import type { MemoryLimits } from '../compile/memory.js';
import { type FusedProgram, type FusedShape, fusedBytes, shapeOf, withEnds } from './program.js';

/** How a schedule runs on a GPU: `layered`, a dispatch for each operator and direction, or `fused`, one or two dispatches in all. */
export type Plan = 'layered' | 'fused';
/**
 * How a network runs on a GPU: `layered`, a dispatch for each operator; `fused`, two dispatches in all; `auto`, chosen by size.
 *
 * @example const plan: PlanChoice = 'layered';
 */
export type PlanChoice = Plan | 'auto';
export const PLAN_CHOICES: readonly PlanChoice[] = ['auto', 'layered', 'fused'];

export type AdapterKind = 'gpu' | 'software';

/** What the choice of a plan depends on. */
export interface PlanQuestion {
  readonly kind: AdapterKind;
  readonly samples: number;
  /** Multiply-adds for one sample. */
  readonly multiplyAdds: number;
  /** Dispatches of the layered plan. */
  readonly dispatches: number;
  /** Whether the fused plan's memory is within the limits. */
  readonly fits: boolean;
}

/** Up to this size of a dispatch, a GPU spends more time between dispatches than in their arithmetic (see choosePlan). */
const MULTIPLY_ADDS_A_DISPATCH = 1e6;

/**
 * The plan that `auto` takes.
 *
 * Software adapter: always layered. Kernels of the layered plan share their loads of weights (src/gpu/kernels/variant.ts), and its schedule
 * runs the ends of paths and the linear suffix apart from the samples. A dispatch costs only 17 microseconds, while a shader of many
 * kernels compiles for seconds. docs/gpu.md has the measurement, `node bench/run.mjs plans.ts`: on SwiftShader and on lavapipe, three networks of digits, 1 to 64
 * images and 16 to 1,024 steps, the fused plan takes 1.0 to 3.8 times the processor time of the layered one. It is ahead nowhere.
 *
 * GPU: fused where the layered plan's dispatches are shorter than the few microseconds that a GPU needs from one dispatch to the next. At
 * 0.3 T multiply-adds a second that is up to a million of them in each dispatch. This is an estimate, not a measurement, since no GPU was
 * at hand; `pathlight doctor` measures both plans. Larger networks have enough work in each dispatch. There the layered plan also has the advantage that a dispatch spreads the
 * tiles of all samples over the GPU, while a workgroup of the fused plan has one quad.
 */
export function choosePlan({ kind, samples, multiplyAdds, dispatches, fits }: PlanQuestion): Plan {
  if (kind === 'software' || !fits) return 'layered';
  return samples * multiplyAdds <= MULTIPLY_ADDS_A_DISPATCH * dispatches ? 'fused' : 'layered';
}

/** From this many samples on, every invocation of a GPU has a quad of its own: 2,048 invocations are resident on a small GPU. */
const SAMPLES_OF_LANE_MODE = 4 * 2048;

/**
 * Quads in a block of samples, each with an invocation of its own. On the software adapter a workgroup is one vector of 4 invocations: more
 * would only leave fewer workgroups to share among the cores. A GPU's workgroups have 32. Where a GPU has more invocations than there are
 * quads, a workgroup shares the tiles of a single quad.
 */
export function lanesFor(kind: AdapterKind, samples: number): number {
  if (kind === 'software') return 4;
  return samples >= SAMPLES_OF_LANE_MODE ? 32 : 1;
}

/**
 * The number of workgroups, each with memory of its own: at most `most`, and at least `least` before the samples are split into chunks. On
 * the software adapter 16 workgroups keep any usual number of cores busy. Each evaluates the ends of its paths, so more workgroups would
 * repeat more of that. A GPU needs thousands.
 */
const WORKGROUPS = { software: { most: 16, least: 4 }, gpu: { most: 4096, least: 64 } } as const;

/** The shape of the largest chunk within the limits. Undefined where not even one block of samples is within them. */
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

/** The error for a fused plan that was asked for and does not fit into the limits. */
export function fusedDoesNotFit({ lanes, sizes }: FusedProgram, limits: MemoryLimits): PathlightError {
  const { memory, words } = sizes;
  const bytes = 4 * lanes * (4 * (memory.kept + memory.scratch) + words.kept + words.scratch);
  return new PathlightError('gpu.fused-too-large', { samples: 4 * lanes, bytes, buffer: limits.buffer, budget: limits.budget });
}
