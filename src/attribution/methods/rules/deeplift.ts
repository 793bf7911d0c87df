import { itemAt } from '../../../tensor/items.js';
import type { AttributionMethod } from '../../method.js';

/** As `result.json` tells it. */
export interface DeepLiftParameters {
  /** The operators that have no rule, and were passed by their gradient: because of them the map need not sum to f(x) - f(b). */
  readonly byGradient?: readonly string[];
}

/**
 * DeepLIFT with the rescale rule: (x - b) m, with the multipliers m of one backward pass in which nonlinear functions have the slope of the secant from the
 * baseline's value to the image's (src/ops/shared/rescale.ts). Shrikumar, Greenside, Kundaje: Learning important features through propagating
 * activation differences, 2017 (arXiv:1704.02685); max pooling as Captum's `DeepLift` has it.
 */
export const deepLift: AttributionMethod<'deeplift', object, DeepLiftParameters> = {
  name: 'deeplift',
  title: 'DeepLIFT',
  path: 'none',
  baseline: 'start',
  options: {},
  needs: { requests: ['multipliers'] },
  complete: true,
  summary: {
    when: 'complete at the price of one gradient; convolutional networks',
    gradients: '1',
    forwards: '2',
    sums: 'unless operators were passed by their gradient',
  },
  words: ({ byGradient }) => (byGradient ? [`${byGradient.join(', ')} by gradient`] : []),
  async maps(executor, paths, _, run) {
    const { multipliers, byGradient, cost, ...ends } = await executor.multipliers({ ...paths, rule: 'rescale' }, run);
    const { count, inputs, baselines } = paths;
    const account = { steps: 1, ...(byGradient.length > 0 && { parameters: { byGradient } }) };
    return {
      values: Float64Array.from(multipliers, (multiplier, i) => (itemAt(inputs, i) - itemAt(baselines, i)) * multiplier),
      accounts: new Array(count).fill(account),
      ends,
      costs: [cost],
    };
  },
};
