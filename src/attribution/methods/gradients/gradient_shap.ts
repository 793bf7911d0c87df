import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { Xoshiro128 } from '../../../tensor/random.js';
import { elementRanges } from '../../baseline.js';
import { momentsOf, partOf } from '../../batches.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt } from '../../maps.js';
import { type AttributionMethod, type MethodContext, spaceOf } from '../../method.js';
import { type SampleOptions, samplesOption } from '../sampling/coalitions.js';
import { type BaselineSetOptions, baselineSet, meanOutputs } from './baseline_set.js';
import { expectedGradients } from './expected_gradients.js';

export interface GradientShapOptions extends BaselineSetOptions, SampleOptions {
  /** Deviation of the noise on the image, as a share of the range from black to white; 0 by default. */
  readonly noise?: number;
}

export interface GradientShapParameters {
  readonly samples: number;
  readonly noise: number;
  readonly seed: number;
  /** How many baselines there are. */
  readonly baselines: number;
}

const DEFAULT_DRAWS = 64;
const { required: _, ...optionalBaselines } = expectedGradients.options.baselines;

/**
 * Gradient SHAP: the mean over draws of (x + n - b) grad f(b + a (x + n - b)), with a uniform in [0, 1], b one of a set of baselines with equal
 * chances, and n normal noise. Lundberg, Lee: A unified approach to interpreting model predictions, 2017 (arXiv:1705.07874); as Captum's
 * `GradientShap`, whose draws are independent (those of `expected-gradients` are stratified). Without `baselines`, b is the image's own
 * baseline. All images of a batch get the same draws.
 */
export const gradientShap: AttributionMethod<'gradient-shap', GradientShapOptions, GradientShapParameters> = {
  name: 'gradient-shap',
  title: 'Gradient SHAP',
  path: 'none',
  baseline: 'start',
  options: {
    ...samplesOption,
    baselines: optionalBaselines,
    noise: {
      values: { kind: 'share', from: 'from 0' },
      placeholder: 's',
      help: 'deviation of the noise on the image, as a share of the range from black to white (default: 0)',
    },
  },
  needs: { requests: ['gradientMoments', 'forward'], pixels: true },
  complete: true,
  summary: { when: "Captum's estimate of expected gradients", gradients: 'samples', forwards: 'baselines + 1', sums: 'in expectation' },
  words: ({ samples, baselines, noise }, { plural }) =>
    samples === undefined || baselines === undefined
      ? []
      : [`${plural(samples, 'draw')} from ${plural(baselines, 'baseline')}, noise ${noise}`],
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: GradientShapOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<GradientShapParameters>> {
  const { samples = DEFAULT_DRAWS, noise = 0, seed = 0 } = options;
  const { elements, classes } = executor;
  const { count } = paths;
  const deviations = elementRanges(spaceOf(options)).map((range) => noise * range);
  const values = new Float64Array(count * elements);
  const outputsAtBaseline = new Float64Array(count * classes);
  const costs: Cost[] = [];
  const quiet = run.signal ? { signal: run.signal } : {};
  let size = 0;
  for (let index = 0; index < count; index++) {
    const { inputs: x, seeds } = selectPaths(paths, [index]);
    const own = [partAt(paths.baselines, index, elements)];
    const baselines = baselineSet({ ...options, baselines: options.baselines ?? own }, elements);
    size = baselines.count;
    const random = Xoshiro128.fromSeed(seed);
    const differences = new Float64Array(elements);
    const image = (_: number, point: Float32Array) => {
      const baseline = baselines.at(random.below(baselines.count));
      const alpha = random.uniform();
      baseline.forEach((b, e) => {
        const moved = noise === 0 ? 0 : itemAt(deviations, e) * random.normal();
        differences[e] = itemAt(x, e) + moved - b;
        point[e] = b + alpha * itemAt(differences, e);
      });
    };
    const factors = (_: number, factors: Float32Array) => factors.set(differences);
    const products = { count: samples, image, factors };
    const made = await momentsOf(executor, products, seeds, partOf(run, index * samples, samples, count * samples));
    values.set(made.moments.mean, index * elements);
    const mean = await meanOutputs(executor, baselines, quiet);
    outputsAtBaseline.set(mean.outputs, index * classes);
    costs.push(...made.costs, ...mean.costs);
  }
  const { outputs, cost } = await executor.forward(paths.inputs, count, quiet);
  const account = { steps: 1, parameters: { samples, noise, seed, baselines: size } };
  const ends = { outputsAtInput: outputs, outputsAtBaseline };
  return { values, accounts: new Array(count).fill(account), ends, costs: [...costs, cost] };
}
