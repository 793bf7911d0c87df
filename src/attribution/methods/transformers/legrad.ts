import { PathlightError } from '../../../errors.js';
import type { Attention, AttentionLayer } from '../../../graph/analysis/attention.js';
import type { RuleSet } from '../../../graph/passes/rules/rule_set.js';
import { itemAt } from '../../../tensor/items.js';
import type { AttributionMethod } from '../../method.js';
import { type AttentionParameters, mapsOfAttention, meanOverHeads, ofAttention } from './attention_maps.js';

/**
 * LeGrad: the scores are read from the tokens behind each layer as if it were the last, and of their gradient at this layer's attention what is above 0 is
 * averaged over heads, tokens that look, and layers. Bousselham et al.: LeGrad: an explainability method for vision transformers via feature formation
 * sensitivity, 2024 (arXiv:2404.03214). Its map is not scaled to [0, 1] here.
 */
export const leGrad: AttributionMethod<'legrad', object, AttentionParameters> = {
  ...ofAttention,
  name: 'legrad',
  title: 'LeGrad',
  summary: { when: 'which region; transformers, where late layers matter less', gradients: 'layers', forwards: 'layers + 2', sums: 'no' },
  check: (network) => {
    const attention = network.attention();
    for (const layer of attention.layers) shortcutBehind(layer, attention);
  },
  maps: (executor, paths, options, run) =>
    mapsOfAttention(
      executor,
      paths,
      options,
      {
        of: (attended) => {
          const { tokens } = attended;
          const pairs = meanOverHeads(attended, (_, gradient) => Math.max(0, gradient));
          const means = new Float64Array(tokens);
          pairs.forEach((value, i) => {
            means[i % tokens] = itemAt(means, i % tokens) + value / tokens;
          });
          return means;
        },
        join: (layers, { tokens }) =>
          Float64Array.from({ length: tokens }, (_, token) => layers.reduce((sum, layer) => sum + itemAt(layer, token) / layers.length, 0)),
        rules: shortcutBehind,
      },
      run,
    ),
};

/** From the tokens behind a layer to the head. Throws PathlightError where the blocks leave no such values. */
function shortcutBehind({ behind }: AttentionLayer, { layers }: Attention): RuleSet {
  const last = layers.at(-1)?.behind;
  if (behind === undefined || last === undefined) throw new PathlightError('attention.no-sums');
  return { kind: 'shortcut', from: behind, to: last };
}
