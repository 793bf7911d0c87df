import { itemAt } from '../../../tensor/items.js';
import type { AttributionMethod } from '../../method.js';
import { type AttentionParameters, meanOverHeads, ONE_PASS, ofAttention, plusIdentity, throughLayers } from './attention_maps.js';

/**
 * Attention rollout: how much the tokens that the scores are read from attend to each token of the image through all layers, A_n ... A_1 with
 * A = (mean over heads + 1) / 2, whose rows sum to 1. Abnar, Zuidema: Quantifying attention flow in transformers, 2020 (arXiv:2005.00928). It is the same for
 * every class.
 */
export const rollout: AttributionMethod<'rollout', object, AttentionParameters> = {
  ...ofAttention,
  name: 'rollout',
  title: 'Attention rollout',
  summary: { when: 'where a transformer looks, whatever the class', ...ONE_PASS },
  maps: throughLayers((attended) => {
    const half = meanOverHeads(attended, (value) => value / 2);
    return rowsToOne(plusIdentity(half, attended.tokens, 1 / 2), attended.tokens);
  }),
};

/** Each row divided by its sum. */
function rowsToOne(matrix: Float64Array, size: number): Float64Array {
  const sums = new Float64Array(size);
  matrix.forEach((value, i) => {
    const row = Math.floor(i / size);
    sums[row] = itemAt(sums, row) + value;
  });
  return matrix.map((value, i) => value / itemAt(sums, Math.floor(i / size)));
}
