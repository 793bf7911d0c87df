import { PathlightError } from '../errors.js';
import { type FusedProgram, type FusedShape, fusedBytes, shapeOf, withEnds } from './fused_program.js';
import type { MemoryLimits } from './memory.js';

/** How a schedule runs on a GPU: a dispatch an operator and direction, or all of it in one or two. */
export type Plan = 'layered' | 'fused';
export type PlanChoice = Plan | 'auto';
export const PLAN_CHOICES: readonly PlanChoice[] = ['auto', 'layered', 'fused'];

type AdapterKind = 'gpu' | 'software';

/** What the decision is made from. */
export interface PlanQuestion {
  readonly kind: AdapterKind;
  /** Multiply-adds of a sample. */
  readonly multiplyAdds: number;
  readonly samples: number;
  /** Dispatches of the layered plan. */
  readonly dispatches: number;
  /** Variants of kernels that a linked shader would hold. */
  readonly kernels: number;
  /** Whether the fused plan's memory is within the limits, for all samples at once. */
  readonly fits: boolean;
}

export function choosePlan({ kind, fits }: PlanQuestion): Plan {
  return fits && kind === 'gpu' ? 'fused' : 'layered';
}

/** Quads of a block of samples: on the software adapter a workgroup is one SIMD vector of 4 invocations; GPUs have at least 32. */
export function lanesFor(kind: AdapterKind, samples: number): number {
  if (kind === 'software') return 4;
  return samples >= 4 * 32 * 64 ? 32 : 1;
}

/** Workgroups that have memory of their own, at most and at least. */
const WORKGROUPS = { software: { most: 16, least: 4 }, gpu: { most: 4096, least: 64 } } as const;

/** The shape of the largest chunk that is within the limits; undefined where not even one block is. */
export function chooseShape(
  program: FusedProgram,
  kind: AdapterKind,
  { samples, images }: { readonly samples: number; readonly images: number },
  fixedBytes: number,
  limits: MemoryLimits,
): FusedShape | undefined {
  const steps = images > 0 ? Math.ceil(samples / images) : undefined;
  for (let chunk = samples; ; chunk = Math.ceil(chunk / 2)) {
    for (let workgroups: number = WORKGROUPS[kind].most; workgroups >= WORKGROUPS[kind].least; workgroups /= 2) {
      const plain = shapeOf(program.lanes, chunk, images, workgroups);
      const shape = steps === undefined ? plain : withEnds(plain, steps);
      const { memory, words } = fusedBytes(program, shape);
      if (Math.max(memory, words) <= limits.buffer && memory + words + fixedBytes <= limits.budget) return shape;
    }
    if (chunk <= 4 * program.lanes) return undefined;
  }
}

/** Throws where the fused plan is asked for and cannot be. */
export function refuseFused(bytes: number): never {
  throw new PathlightError(`--plan fused is not possible: ${bytes} bytes`, 'layered');
}
