import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { Xoshiro128 } from '../../../tensor/random.js';
import { momentsOf, partOf } from '../../batches.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import type { Maps } from '../../maps.js';
import { type AttributionMethod, type MethodContext, MOST, pointsOf } from '../../method.js';
import { type BaselineSetOptions, baselineSet, meanOutputs } from './baseline_set.js';

export interface ExpectedParameters {
  /** How many baselines there are. */
  readonly baselines: number;
  /** Seed of the draws. */
  readonly seed: number;
}

/**
 * Expected gradients: the mean of Integrated Gradients over a set of baselines b, each equally likely,
 *
 *   E_b E_a [(x - b) grad f(b + a (x - b))],   a uniform in [0, 1].
 *
 * Erion, Janizek, Sturmfels, Lundberg, Lee: Improving performance of deep learning models with axiomatic attribution priors and expected
 * gradients, 2021 (arXiv:1906.10670). Maps sum to f(x) minus the mean of f over the baselines.
 *
 * As in the paper, the expectation is estimated from random pairs of a baseline and a point of the path. The draws are stratified, which
 * keeps the estimate unbiased and lowers its variance: each n-th of [0, 1] gets one of the n points, and every baseline is drawn once
 * before any is drawn again. All images of a batch get the same draws.
 */
export const expectedGradients: AttributionMethod<'expected-gradients', BaselineSetOptions, ExpectedParameters> = {
  name: 'expected-gradients',
  title: 'Expected gradients',
  path: 'points',
  baseline: 'own',
  options: {
    baselines: {
      values: { kind: 'images', most: MOST },
      placeholder: 'n|file...',
      help: 'n images of noise, or images and .npy files',
      required: 'a number, or files',
    },
  },
  needs: { requests: ['gradientMoments', 'forward'] },
  complete: true,
  summary: { when: 'no single baseline is right', gradients: 'n', forwards: 'baselines + 1', sums: 'in expectation' },
  words: ({ baselines }, { plural }) => (baselines === undefined ? [] : [plural(baselines, 'baseline')]),
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: BaselineSetOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<ExpectedParameters>> {
  const steps = pointsOf(expectedGradients, options);
  const { seed = 0 } = options;
  const baselines = baselineSet(options, executor.elements);
  const { elements } = executor;
  const { count } = paths;
  const draws = drawPairs(baselines.count, steps, Xoshiro128.fromSeed(seed));
  const values = new Float64Array(count * elements);
  const costs: Cost[] = [];
  for (let index = 0; index < count; index++) {
    const { inputs: x, seeds } = selectPaths(paths, [index]);
    let baseline = baselines.at(0);
    const image = (k: number, point: Float32Array) => {
      const { which, alpha } = itemAt(draws, k);
      baseline = baselines.at(which);
      baseline.forEach((b, e) => {
        point[e] = b + alpha * (itemAt(x, e) - b);
      });
    };
    const factors = (_: number, differences: Float32Array) => {
      baseline.forEach((b, e) => {
        differences[e] = itemAt(x, e) - b;
      });
    };
    const { moments, costs: own } = await momentsOf(
      executor,
      { count: steps, image, factors },
      seeds,
      partOf(run, index * steps, steps, count * steps),
    );
    values.set(moments.mean, index * elements);
    costs.push(...own);
  }
  const quiet = run.signal ? { signal: run.signal } : {};
  const mean = await meanOutputs(executor, baselines, quiet);
  const { outputs, cost } = await executor.forward(paths.inputs, count, quiet);
  const outputsAtBaseline = new Float64Array(count * executor.classes);
  for (let index = 0; index < count; index++) outputsAtBaseline.set(mean.outputs, index * executor.classes);
  const account = { steps, parameters: { baselines: baselines.count, seed } };
  return {
    values,
    accounts: new Array(count).fill(account),
    ends: { outputsAtInput: outputs, outputsAtBaseline },
    costs: [...costs, ...mean.costs, cost],
  };
}

/** One point in every n-th of [0, 1], each with a baseline. The baselines are permutations of the whole set, one after another. */
function drawPairs(baselines: number, count: number, random: Xoshiro128): { readonly which: number; readonly alpha: number }[] {
  const all = Uint32Array.from({ length: baselines }, (_, index) => index);
  let order: Uint32Array = all;
  return Array.from({ length: count }, (_, k) => {
    const turn = k % baselines;
    if (turn === 0) order = random.shuffle(all);
    return { which: itemAt(order, turn), alpha: (k + random.uniform()) / count };
  });
}
