import { PathlightError } from '../../../errors.js';
import { COMPOSITES, type CompositeName } from '../../../graph/passes/rules/composites.js';
import type { Box } from '../../../graph/passes/rules/relevance.js';
import { mapPairs } from '../../../tensor/pairs.js';
import type { ImageSpace } from '../../../tensor/pixels.js';
import { type AttributionMethod, spaceOf } from '../../method.js';
import { mapsByRules, type RuledParameters } from './ruled_maps.js';

export interface RelevanceOptions {
  /** Which rule is for which layer: one of COMPOSITES, `epsilon-plus` by default. */
  readonly composite?: CompositeName;
  /** Keeps the denominators of the epsilon rule away from 0; 1e-6 by default. */
  readonly epsilon?: number;
  /** How much the gamma rule favours contributions of the output's sign; 0.25 by default. */
  readonly gamma?: number;
}

/** As `result.json` tells it. */
export interface RelevanceParameters extends RuledParameters {
  readonly composite: CompositeName;
  readonly epsilon: number;
  /** Of the composite with the gamma rule. */
  readonly gamma?: number;
}

/** The largest epsilon and gamma. A larger number is taken for a mistake. */
const MOST_WEIGHT = 1e6;

const DEFAULTS = { composite: 'epsilon-plus', epsilon: 1e-6, gamma: 0.25 } as const;

/**
 * Layer-wise relevance propagation: the output is shared among the units of the layer before it by what each contributed, and so on down to the image. Which
 * rule says what a unit contributed depends on the layer (src/graph/passes/rules/composites.ts, with the papers). It starts from the output itself: with a
 * contrast, from both outputs, that of the contrast negated.
 */
export const layerwiseRelevance: AttributionMethod<'lrp', RelevanceOptions, RelevanceParameters> = {
  name: 'lrp',
  title: 'Layer-wise relevance propagation (LRP)',
  path: 'none',
  baseline: 'compared',
  options: {
    composite: {
      values: { kind: 'choice', names: COMPOSITES },
      placeholder: 'name',
      help: `which rule is for which layer: ${COMPOSITES.join(', ')} (default: ${DEFAULTS.composite})`,
    },
    epsilon: {
      values: { kind: 'above 0', most: MOST_WEIGHT },
      placeholder: 'e',
      help: `keeps the denominators of the epsilon rule away from 0 (default: ${DEFAULTS.epsilon})`,
    },
    gamma: {
      values: { kind: 'above 0', most: MOST_WEIGHT },
      placeholder: 'g',
      help: `how much the gamma rule favours contributions of the output's sign (default: ${DEFAULTS.gamma})`,
    },
  },
  needs: { requests: ['ruledGradients'], pixels: true },
  complete: false,
  summary: {
    when: 'clear maps at the price of a few gradients; convolutional networks',
    gradients: '1 to 5',
    forwards: '3 to 7',
    sums: 'to f(x), but for biases',
  },
  words: ({ composite, gamma, byGradient }) => [
    ...(composite ? [`composite ${composite}`] : []),
    ...(gamma === undefined ? [] : [`gamma ${gamma}`]),
    ...(byGradient ? [`${byGradient.join(', ')} by gradient`] : []),
  ],
  async maps(executor, paths, options, run) {
    const { composite, epsilon, gamma } = checked(options);
    const rules = { kind: 'lrp', composite, epsilon, gamma, box: boxOf(spaceOf(options)) } as const;
    const told = { composite, epsilon, ...(composite === 'epsilon-gamma-box' && { gamma }) };
    return mapsByRules(executor, paths, rules, (found) => ({ ...told, ...found }), run);
  },
};

function checked(options: RelevanceOptions): Required<RelevanceOptions> {
  const { composite = DEFAULTS.composite, epsilon = DEFAULTS.epsilon, gamma = DEFAULTS.gamma } = options;
  if (!COMPOSITES.includes(composite)) throw new PathlightError('method.composite', { composite, known: COMPOSITES });
  for (const [option, value] of Object.entries({ epsilon, gamma })) {
    if (!(value > 0 && value <= MOST_WEIGHT)) throw new PathlightError('method.above-0', { option, value, most: MOST_WEIGHT });
  }
  return { composite, epsilon, gamma };
}

/** The range from black to white, whichever is the larger. */
function boxOf({ black, white, pixels }: ImageSpace): Box {
  const ends = (pick: (a: number, b: number) => number) => [...mapPairs(black, white, (a, b) => pick(a, b))];
  return { low: ends(Math.min), high: ends(Math.max), layout: pixels.layout };
}
