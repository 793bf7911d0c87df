import { PathlightError } from '../../../errors.js';
import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { BLUR_SHARE } from '../../baseline.js';
import { momentsOf, partOf } from '../../batches.js';
import { blurImage } from '../../blur.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, outputsAtEnds } from '../../maps.js';
import { type AttributionMethod, type MethodContext, pointsOf, spaceOf } from '../../method.js';

export interface BlurOptions {
  /** Standard deviation of the strongest blur, in pixels, at most 10,000. By default that of the baseline `blur`. */
  readonly blur?: number;
}

export interface BlurParameters {
  /** Standard deviation of the strongest blur, in pixels. */
  readonly blur: number;
}

/** The largest deviation, in pixels. Pictures of the largest inputs are flat long before, and weights up to 3 deviations are computed. */
const MOST_BLUR = 10_000;

/**
 * Blur integrated gradients: the path starts at the image blurred until nothing can be recognised, and sharpens it step by step. With L(s)
 * the image x blurred by a Gaussian of s pixels, the attribution is
 *
 *   integral of grad f(L(s)) dL(s)  from s = S to 0.
 *
 * Xu, Venugopalan, Sundararajan: Attribution in scale and space, 2020 (arXiv:2004.03383). No baseline brings in colours that the image
 * lacks.
 *
 * The integral is computed by the midpoint rule, sum_k (L(s_{k+1}) - L(s_k)) grad f(L((s_k + s_{k+1}) / 2)), over n + 1 deviations s_k = S
 * (1 - k / n). It is exact for linear networks, whatever n is; otherwise `delta` tells its error. src/attribution/blur.ts blurs the images.
 */
export const blurIntegratedGradients: AttributionMethod<'blur-ig', BlurOptions, BlurParameters> = {
  name: 'blur-ig',
  title: 'Blur integrated gradients',
  path: 'points',
  baseline: 'own',
  options: {
    blur: {
      values: { kind: 'above 0', most: MOST_BLUR },
      placeholder: 'pixels',
      help: `deviation of the strongest blur (default: ${BLUR_SHARE} of the longer side)`,
    },
  },
  needs: { requests: ['gradientMoments', 'forward'], pixels: true },
  complete: true,
  summary: { when: 'photographs, where any colour would be a feature', gradients: 'n', forwards: '2', sums: 'as n grows' },
  words: ({ blur }, { short }) => (blur === undefined ? [] : [`from a blur of ${short(blur)} pixels`]),
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: BlurOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<BlurParameters>> {
  const steps = pointsOf(blurIntegratedGradients, options);
  const space = spaceOf(options);
  const { blur } = options;
  const { elements } = executor;
  const { count } = paths;
  const largest = blur ?? BLUR_SHARE * Math.max(space.width, space.height);
  if (!(largest > 0 && largest <= MOST_BLUR)) throw new PathlightError('method.blur', { pixels: largest, most: MOST_BLUR });
  const values = new Float64Array(count * elements);
  const baselines = new Float32Array(count * elements);
  const costs: Cost[] = [];
  for (let index = 0; index < count; index++) {
    const { inputs: x, seeds } = selectPaths(paths, [index]);
    const blurred = (k: number) => blurImage(x, space, largest * (1 - k / steps));
    let level = blurred(0);
    baselines.set(level, index * elements);
    const products = {
      count: steps,
      image: (k: number, image: Float32Array) => image.set(blurred(k + 0.5)),
      factors: (k: number, factors: Float32Array) => {
        const next = blurred(k + 1);
        next.forEach((value, e) => {
          factors[e] = value - itemAt(level, e);
        });
        level = next;
      },
    };
    const { moments, costs: own } = await momentsOf(executor, products, seeds, partOf(run, index * steps, steps, count * steps));
    values.set(
      moments.mean.map((mean) => steps * mean),
      index * elements,
    );
    costs.push(...own);
  }
  const { ends, cost } = await outputsAtEnds(executor, { ...paths, baselines }, run.signal ? { signal: run.signal } : {});
  const account = { steps, parameters: { blur: largest } };
  return { values, accounts: new Array(count).fill(account), ends, costs: [...costs, cost] };
}
