import type { AttributionMethod } from '../../method.js';
import { mapsByRules, type RuledParameters } from '../rules/ruled_maps.js';

/** Keeps denominators away from 0. */
const EPSILON = 1e-6;

/**
 * AttnLRP: layer-wise relevance propagation with rules for attention. Achtibat et al.: AttnLRP: attention-aware layer-wise relevance propagation for
 * transformers, 2024 (arXiv:2402.05602). src/graph/passes/rules/composites.ts has the rules.
 */
export const attentionRelevance: AttributionMethod<'attn-lrp', object, RuledParameters> = {
  name: 'attn-lrp',
  title: 'AttnLRP',
  path: 'none',
  baseline: 'compared',
  options: {},
  needs: { requests: ['ruledGradients'] },
  complete: false,
  summary: {
    when: 'transformers, pixel by pixel, at the price of one gradient',
    gradients: '1',
    forwards: '2',
    sums: 'to f(x), but for biases',
  },
  words: ({ byGradient }) => (byGradient ? [`${byGradient.join(', ')} by gradient`] : []),
  maps: (executor, paths, _, run) => mapsByRules(executor, paths, { kind: 'attn-lrp', epsilon: EPSILON }, (found) => found, run),
};
