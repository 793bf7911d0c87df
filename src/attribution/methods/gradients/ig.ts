import { PathlightError } from '../../../errors.js';
import type { Executor, RunOptions } from '../../../executor.js';
import { integrateExactly } from '../../integral/exact.js';
import { integrateBySteps, type PathIntegrals, type Paths } from '../../integral/integral.js';
import { integrateInParts } from '../../integral/parts.js';
import { DEFAULT_RULE } from '../../integral/quadrature.js';
import { integrateAdaptively } from '../../integral/refine.js';
import { mapsOfIntegrals, timesFactors } from '../../maps.js';
import type { AttributionMethod, IntegralOptions } from '../../method.js';

/**
 * Integrated Gradients: (x - b) * sum_k w_k grad f(b + a_k (x - b)). Sundararajan, Taly, Yan: Axiomatic attribution for deep networks, 2017
 * (arXiv:1703.01365).
 */
export const integratedGradients: AttributionMethod<'ig'> = {
  name: 'ig',
  title: 'Integrated gradients',
  path: 'quadrature',
  baseline: 'start',
  options: {},
  needs: { requests: ['pathGradient', 'regions', 'gradients', 'forward'] },
  complete: true,
  summary: { when: 'the default: complete, with a baseline one can argue for', gradients: 'n', forwards: '2', sums: 'yes' },
  check(network, { steps }) {
    if (steps === 'exact') network.checkPiecewiseLinear();
  },
  maps: async (executor, paths, options, run) => mapsOfIntegrals(paths, await integrate(executor, paths, options, run), difference),
};

function difference(x: number, b: number): number {
  return x - b;
}

function integrate(executor: Executor, paths: Paths, options: IntegralOptions, run: RunOptions): Promise<PathIntegrals> {
  const { steps, rule = DEFAULT_RULE, tolerance, maxSteps, onPartial } = options;
  if (tolerance !== undefined && steps !== 'auto') throw new PathlightError('steps.tolerance-without-auto', { tolerance, steps });
  if (steps === 'auto') return integrateAdaptively(executor, paths, { rule, tolerance, maxSteps }, run);
  if (steps !== 'exact' && onPartial) {
    const tell = (gradients: Float64Array, done: number) =>
      onPartial(Float32Array.from(timesFactors(paths, gradients, difference)), done, steps);
    return integrateInParts(executor, paths, { rule, steps }, run, tell);
  }
  if (steps !== 'exact') return integrateBySteps(executor, paths, { rule, steps }, run);
  if (options.rule !== undefined) throw new PathlightError('rule.exact', { rule });
  return integrateExactly(executor, paths, { maxEvaluations: maxSteps }, run);
}
