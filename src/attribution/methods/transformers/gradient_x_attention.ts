import { itemAt } from '../../../tensor/items.js';
import type { AttributionMethod } from '../../method.js';
import { type AttentionParameters, attentionWords, identity, mapsOfAttention, meanOverHeads, product, rowsRead } from './attention_maps.js';

/**
 * Gradient x attention: relevance R of tokens for tokens, R = 1 at the image and R + A R behind each attention, where A is the mean over heads of what is
 * above 0 of attention times its gradient. Chefer, Gur, Wolf: Generic attention-model explainability for interpreting bi-modal and encoder-decoder
 * transformers, 2021 (arXiv:2103.15679), equations 5 and 6.
 */
export const gradientTimesAttention: AttributionMethod<'gradient-x-attention', object, AttentionParameters> = {
  name: 'gradient-x-attention',
  title: 'Gradient x attention',
  path: 'none',
  baseline: 'compared',
  options: {},
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'which region; transformers', gradients: 'layers', forwards: 'layers + 2', sums: 'no' },
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
        of: (attended) => meanOverHeads(attended, (value, gradient) => Math.max(0, value * gradient)),
        join: (layers, attention) => {
          const { tokens } = attention;
          const start = identity(tokens);
          const relevance = layers.reduce(
            (total, layer) => product(layer, total, tokens).map((value, i) => value + itemAt(total, i)),
            start,
          );
          return rowsRead(relevance, attention);
        },
      },
      run,
    ),
};
