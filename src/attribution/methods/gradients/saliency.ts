import { gradientTimes } from '../../maps.js';
import type { AttributionMethod } from '../../method.js';

/**
 * The signed gradient of f at x. Simonyan, Vedaldi, Zisserman: Deep inside convolutional networks, 2013 (arXiv:1312.6034), who take its
 * absolute value.
 */
export const saliency: AttributionMethod<'saliency'> = {
  name: 'saliency',
  title: 'Saliency',
  path: 'none',
  baseline: 'compared',
  options: {},
  needs: { requests: ['pathGradient'] },
  complete: false,
  diagnosed: true,
  summary: { when: 'a quick look; what changes the output at once', gradients: '1', forwards: '2', sums: 'no' },
  maps: gradientTimes(() => 1),
  product: {},
};
