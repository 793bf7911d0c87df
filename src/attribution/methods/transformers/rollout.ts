import { itemAt } from '../../../tensor/items.js';
import type { AttributionMethod } from '../../method.js';
import { type AttentionParameters, attentionWords, identity, mapsOfAttention, meanOverHeads, product, rowsRead } from './attention_maps.js';

/**
 * Attention rollout: how much the tokens that the scores are read from attend to each token of the image through all layers, A_n ... A_1 with
 * A = (mean over heads + 1) / 2, whose rows sum to 1. Abnar, Zuidema: Quantifying attention flow in transformers, 2020 (arXiv:2005.00928). It is the same for
 * every class.
 */
export const rollout: AttributionMethod<'rollout', object, AttentionParameters> = {
  name: 'rollout',
  title: 'Attention rollout',
  path: 'none',
  baseline: 'compared',
  options: {},
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'where a transformer looks, whatever the class', gradients: 'layers', forwards: 'layers + 2', sums: 'no' },
  check: (network) => {
    network.attention();
  },
  words: attentionWords,
  maps: (executor, paths, options, run) =>
    mapsOfAttention(
      executor,
      paths,
      options,
      {
        of: (attended) =>
          withSelf(
            meanOverHeads(attended, (value) => value),
            attended.tokens,
          ),
        join: (layers, attention) =>
          rowsRead(
            layers.reduce((total, layer) => product(layer, total, attention.tokens)),
            attention,
          ),
      },
      run,
    ),
};

/** (A + 1) / 2, each row divided by its sum. */
function withSelf(matrix: Float64Array, tokens: number): Float64Array {
  const own = identity(tokens);
  const sums = new Float64Array(tokens);
  const both = matrix.map((value, i) => {
    const mean = (value + itemAt(own, i)) / 2;
    const row = Math.floor(i / tokens);
    sums[row] = itemAt(sums, row) + mean;
    return mean;
  });
  return both.map((value, i) => value / itemAt(sums, Math.floor(i / tokens)));
}
