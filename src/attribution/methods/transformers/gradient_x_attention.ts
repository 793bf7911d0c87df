import type { AttributionMethod } from '../../method.js';
import { type AttentionParameters, meanOverHeads, ONE_PASS, ofAttention, plusIdentity, throughLayers } from './attention_maps.js';

/**
 * Gradient x attention: relevance R of tokens for tokens, R = 1 at the image and R + A R = (1 + A) R behind each attention, where A is the mean over heads
 * of what is above 0 of attention times its gradient. Chefer, Gur, Wolf: Generic attention-model explainability for interpreting bi-modal and encoder-decoder
 * transformers, 2021 (arXiv:2103.15679), equations 5 and 6.
 */
export const gradientTimesAttention: AttributionMethod<'gradient-x-attention', object, AttentionParameters> = {
  ...ofAttention,
  name: 'gradient-x-attention',
  title: 'Gradient x attention',
  summary: { when: 'which region; transformers', ...ONE_PASS },
  maps: throughLayers((attended) => {
    const seen = meanOverHeads(attended, (value, gradient) => Math.max(0, value * gradient));
    return plusIdentity(seen, attended.tokens);
  }),
};
