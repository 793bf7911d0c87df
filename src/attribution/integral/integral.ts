import type { Executor, PathGradient, PathRequest, RunOptions } from '../../executor.js';
import type { IntegralAccount } from '../account.js';
import { quadrature, type Rule } from './quadrature.js';

/** Straight paths, and the outputs to integrate along them: a PathRequest without its quadrature. */
export type Paths = Omit<PathRequest, 'alphas' | 'weights'>;

/**
 * How many points the path integral takes. `auto` takes as many as the tolerance asks for. `exact` takes one in every linear region of a
 * piecewise-linear network.
 *
 * @example const steps: Steps = 'exact';
 */
export type Steps = number | 'auto' | 'exact';

/** The integrals of grad f along paths, each with an account. */
export interface PathIntegrals extends PathGradient {
  readonly accounts: readonly IntegralAccount[];
}

/** Integrates by a rule with a number of steps. */
export async function integrateBySteps(
  executor: Executor,
  paths: Paths,
  { rule, steps }: { readonly rule: Rule; readonly steps: number },
  run: RunOptions,
): Promise<PathIntegrals> {
  const { nodes: alphas, weights } = quadrature(rule, steps);
  return integrateAt(executor, paths, alphas, weights, run);
}

/** Integrates with these nodes and weights. */
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

/** Copies these paths of a batch. */
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
