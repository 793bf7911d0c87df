import { PathlightError } from '../../errors.js';
import type { Cost, Executor, RunOptions } from '../../executor.js';
import { Xoshiro128 } from '../../tensor/random.js';
import { imagesAtOnce, momentsOf, partOf } from '../batches.js';
import { type Paths, selectPaths } from '../integral/integral.js';
import type { Maps } from '../maps.js';

/** Baselines that are made when they are needed. */
export interface BaselineSet {
  readonly count: number;
  /** [elements] of baseline `index`. */
  readonly at: (index: number) => Float32Array;
}

export interface ExpectedOptions {
  /** Points that are drawn. */
  readonly steps: number;
  readonly seed: number;
}

/**
 * Expected gradients: Integrated Gradients, its baseline b being any of a set with equal chances,
 *
 *   E_b E_a [(x - b) grad f(b + a (x - b))],   a uniform in [0, 1].
 *
 * Erion, Janizek, Sturmfels, Lundberg, Lee: Improving performance of deep learning models with axiomatic attribution priors and expected
 * gradients, 2021 (arXiv:1906.10670). Completeness is with respect to the mean of f over the baselines.
 *
 * As there, the expectation is estimated by drawing pairs of a baseline and a point of the path. The draws are stratified, which keeps the estimate
 * unbiased and narrows it: of n points each lies in another n-th of [0, 1], and no baseline is met again before all the others were. All images
 * of a batch meet the same draws.
 */
export async function expectedGradients(
  executor: Executor,
  paths: Paths,
  baselines: BaselineSet,
  { steps, seed }: ExpectedOptions,
  run: RunOptions,
): Promise<Maps> {
  const { elements } = executor;
  const { count } = paths;
  const draws = drawPairs(baselines.count, steps, Xoshiro128.fromSeed(seed));
  const values = new Float64Array(count * elements);
  const costs: Cost[] = [];
  for (let index = 0; index < count; index++) {
    const { inputs: x, seeds } = selectPaths(paths, [index]);
    let baseline = baselines.at(0);
    const image = (k: number, point: Float32Array) => {
      const { which, alpha } = draws[k]!;
      baseline = checked(baselines.at(which), which, elements);
      for (let e = 0; e < elements; e++) point[e] = baseline[e]! + alpha * (x[e]! - baseline[e]!);
    };
    const factors = (_: number, differences: Float32Array) => {
      for (let e = 0; e < elements; e++) differences[e] = x[e]! - baseline[e]!;
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

/** A point in every n-th of [0, 1], and for each a baseline: permutations of all of them, one after another. */
function drawPairs(baselines: number, count: number, random: Xoshiro128): { readonly which: number; readonly alpha: number }[] {
  const all = Uint32Array.from({ length: baselines }, (_, index) => index);
  let order: Uint32Array = all;
  return Array.from({ length: count }, (_, k) => {
    const turn = k % baselines;
    if (turn === 0) order = random.shuffle(all);
    return { which: order[turn]!, alpha: (k + random.uniform()) / count };
  });
}

/** The mean of the outputs at all baselines, [classes]. */
async function meanOutputs(executor: Executor, { count, at }: BaselineSet, run: RunOptions) {
  const { elements, classes } = executor;
  const sum = new Float64Array(classes);
  const costs: Cost[] = [];
  const atOnce = imagesAtOnce(elements);
  for (let first = 0; first < count; first += atOnce) {
    const size = Math.min(atOnce, count - first);
    const images = new Float32Array(size * elements);
    for (let k = 0; k < size; k++) images.set(checked(at(first + k), first + k, elements), k * elements);
    const { outputs, cost } = await executor.forward(images, size, run);
    outputs.forEach((output, i) => {
      sum[i % classes]! += output;
    });
    costs.push(cost);
  }
  return { outputs: sum.map((total) => total / count), costs };
}

function checked(baseline: Float32Array, index: number, elements: number): Float32Array {
  if (baseline.length === elements) return baseline;
  throw new PathlightError(`baseline ${index} of the set has ${baseline.length} numbers`, `${elements}, as the model's input`);
}
