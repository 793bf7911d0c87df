import type { Cost, Executor, PathGradient, PathRequest, RunOptions } from '../executor.js';
import type { LayerParameters } from './grad_cam.js';
import type { OcclusionParameters } from './occlusion.js';
import { quadrature, type Rule } from './quadrature.js';
import type { SmoothParameters } from './smooth.js';

/** Straight paths and what is integrated along them: all of a PathRequest but the quadrature. */
export type Paths = Omit<PathRequest, 'alphas' | 'weights'>;

/** How one map was come by. */
export interface IntegralAccount {
  /** Points of the quadrature, of methods that integrate along a path. */
  readonly steps: number;
  readonly exact?: ExactAccount;
  readonly auto?: AutoAccount;
  readonly parameters?: MethodParameters;
}

/** What a method was given or chose beside steps, rule and baseline. */
export interface MethodParameters {
  /** Of expected gradients: how many baselines there are. */
  readonly baselines?: number;
  /** Of expected gradients: of the points that were drawn. */
  readonly seed?: number;
  readonly window?: OcclusionParameters;
  readonly layer?: LayerParameters;
  /** Of blur IG: the deviation of the strongest blur, in pixels. */
  readonly blur?: number;
  /** Of guided IG, as are they in GuidedOptions. */
  readonly fraction?: number;
  readonly maxDistance?: number;
  readonly smooth?: SmoothParameters;
}

export interface ExactAccount {
  /** Linear regions of the path. */
  readonly regions: number;
  /** Points at which the network was evaluated to find them. */
  readonly evaluations: number;
  /** What the positions of the breakpoints may cost the attribution of any element, relative to the largest attribution. */
  readonly errorBound: number;
}

export interface AutoAccount {
  readonly tolerance: number;
  /** Of the largest error of any element, relative to the largest attribution. */
  readonly estimate: number;
  /** Whether the estimate is below the tolerance. */
  readonly met: boolean;
}

/** The integrals of grad f along paths, with an account of each. */
export interface PathIntegrals extends PathGradient {
  readonly accounts: readonly IntegralAccount[];
}

/** By a rule with a number of steps. */
export async function integrateBySteps(
  executor: Executor,
  paths: Paths,
  { rule, steps }: { readonly rule: Rule; readonly steps: number },
  run: RunOptions,
): Promise<PathIntegrals> {
  const { nodes: alphas, weights } = quadrature(rule, steps);
  return integrateAt(executor, paths, alphas, weights, run);
}

/** By these nodes and weights. */
export async function integrateAt(
  executor: Executor,
  paths: Paths,
  alphas: Float64Array,
  weights: Float64Array,
  run: RunOptions,
): Promise<PathIntegrals> {
  const gradient = await executor.pathGradient({ ...paths, alphas, weights }, run);
  return { ...gradient, accounts: Array.from({ length: paths.count }, () => ({ steps: alphas.length })) };
}

/** These paths of a batch. */
export function selectPaths({ inputs, baselines, seeds, count }: Paths, indices: readonly number[]): Paths {
  const select = (data: Float32Array): Float32Array => {
    const size = data.length / count;
    const selected = new Float32Array(indices.length * size);
    indices.forEach((index, i) => {
      selected.set(data.subarray(index * size, (index + 1) * size), i * size);
    });
    return selected;
  };
  return { count: indices.length, inputs: select(inputs), baselines: select(baselines), seeds: select(seeds) };
}

/** What several requests cost together. */
export function sumCosts(costs: readonly Cost[]): Cost {
  const total = (of: (cost: Cost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0);
  return {
    plan: costs[0]!.plan,
    dispatches: total((cost) => cost.dispatches),
    submits: total((cost) => cost.submits),
    uploadedBytes: total((cost) => cost.uploadedBytes),
    readbackBytes: total((cost) => cost.readbackBytes),
    peakBytes: Math.max(...costs.map((cost) => cost.peakBytes)),
    ...(costs.every(({ multiplyAdds }) => multiplyAdds !== undefined) && { multiplyAdds: total(({ multiplyAdds }) => multiplyAdds!) }),
    milliseconds: total((cost) => cost.milliseconds),
  };
}
