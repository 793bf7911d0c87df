import { type Cost, type Executor, type Numbers, type RunOptions, sumCosts } from '../../executor.js';
import { itemAt } from '../../tensor/items.js';
import type { ExactAccount } from '../account.js';
import { imagesAtOnce } from '../batches.js';
import { type PathIntegrals, type Paths, selectPaths } from './integral.js';
import { findPathRegions, type PathRegions } from './linear_regions.js';

/** The most evaluations that find the regions of a path, unless the caller sets another limit. */
export const DEFAULT_MAX_EVALUATIONS = 65_536;

/**
 * The exact integrals of piecewise-linear networks. Between two breakpoints of a path the gradient is constant, so
 *
 *   integral of grad f(p(a)) da = sum_k (end_k - start_k) grad f(p(middle_k))   over the linear regions k.
 *
 * The error bound: each breakpoint k is known only to within a bracket of width m_k. If the breakpoint lay at the other end of its bracket,
 * the integral of element i would change by m_k |g_k - g_{k+1}|_i. The bound of element i is the sum of these over k, times |x - b|_i. It
 * leaves out rounding errors of the gradients themselves, and regions that lie within a bracket.
 *
 * Regions depend on the network and the path, not on the output. Successive paths with the same ends therefore share them.
 *
 * Throws PathlightError for networks that are not piecewise linear, and for paths with too many regions.
 */
export async function integrateExactly(
  executor: Executor,
  paths: Paths,
  { maxEvaluations = DEFAULT_MAX_EVALUATIONS }: { readonly maxEvaluations?: number | undefined },
  { signal, onProgress }: RunOptions,
): Promise<PathIntegrals> {
  const { elements, classes } = executor;
  const { count } = paths;
  const run = signal ? { signal } : {};
  const gradients = new Float64Array(count * elements);
  const accounts = [];
  const costs: Cost[] = [];
  let known: { readonly path: Paths; readonly regions: PathRegions } | undefined;
  for (let index = 0; index < count; index++) {
    const path = selectPaths(paths, [index]);
    if (known === undefined || !isSame(known.path.inputs, path.inputs) || !isSame(known.path.baselines, path.baselines)) {
      known = { path, regions: await findPathRegions(executor, path.inputs, path.baselines, { maxEvaluations }, run) };
      costs.push(...known.regions.costs);
    }
    const { regions } = known;
    const { integral, spread, costs: ofSweep } = await sweep(executor, path, regions, run);
    gradients.set(integral, index * elements);
    const exact: ExactAccount = {
      regions: regions.ends.length - 1,
      evaluations: regions.evaluations,
      errorBound: relativeBound(path, integral, spread),
    };
    accounts.push({ steps: exact.regions, exact });
    costs.push(...ofSweep);
    onProgress?.(index + 1, count);
  }
  const ends = new Float32Array(2 * count * elements);
  ends.set(paths.inputs);
  ends.set(paths.baselines, count * elements);
  const { outputs, cost } = await executor.forward(ends, 2 * count, run);
  return {
    gradients,
    outputsAtInput: outputs.subarray(0, count * classes),
    outputsAtBaseline: outputs.subarray(count * classes),
    accounts,
    cost: sumCosts([...costs, cost]),
  };
}

/** For one path: the integral of the gradient, and sum_k m_k |g_k - g_{k+1}|, both in float64. */
async function sweep(executor: Executor, path: Paths, { ends, brackets }: PathRegions, run: RunOptions) {
  const { elements } = executor;
  const regions = ends.length - 1;
  const atOnce = imagesAtOnce(elements);
  const integral = new Float64Array(elements);
  const spread = new Float64Array(elements);
  const costs: Cost[] = [];
  let previous: Numbers | undefined;
  for (let first = 0; first < regions; first += atOnce) {
    const count = Math.min(atOnce, regions - first);
    const middles = Array.from({ length: count }, (_, k) => (itemAt(ends, first + k) + itemAt(ends, first + k + 1)) / 2);
    const { gradients, cost } = await gradientsAt(executor, path, middles, run);
    costs.push(cost);
    for (let k = 0; k < count; k++) {
      const gradient = gradients.subarray(k * elements, (k + 1) * elements);
      const length = itemAt(ends, first + k + 1) - itemAt(ends, first + k);
      const bracket = itemAt(brackets, first + k);
      for (let i = 0; i < elements; i++) {
        const slope = itemAt(gradient, i);
        integral[i] = itemAt(integral, i) + length * slope;
        if (previous) spread[i] = itemAt(spread, i) + bracket * Math.abs(slope - itemAt(previous, i));
      }
      previous = gradient;
    }
  }
  return { integral, spread, costs };
}

/** The gradients at points of one path, [alphas][elements]. */
function gradientsAt(executor: Executor, { inputs, baselines, seeds: seed }: Paths, alphas: readonly number[], run: RunOptions) {
  const images = new Float32Array(alphas.length * inputs.length);
  alphas.forEach((alpha, k) => {
    baselines.forEach((start, i) => {
      images[k * inputs.length + i] = start + alpha * (itemAt(inputs, i) - start);
    });
  });
  return executor.gradients({ images, seed }, run);
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}

/** The largest bound of any element, relative to the largest attribution; 0 where no element has a bound. */
function relativeBound({ inputs, baselines }: Paths, integral: Float64Array, spread: Float64Array): number {
  let [bound, largest] = [0, 0];
  inputs.forEach((x, i) => {
    const difference = Math.abs(x - itemAt(baselines, i));
    bound = Math.max(bound, difference * itemAt(spread, i));
    largest = Math.max(largest, difference * Math.abs(itemAt(integral, i)));
  });
  return bound === 0 ? 0 : bound / largest;
}
