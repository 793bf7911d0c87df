import type { AttributionMethod } from '../../method.js';
import { mapsByRules } from './ruled_maps.js';

/**
 * Guided backpropagation: the gradient at the image, but a ReLU lets back only what is above 0. Springenberg et al.: Striving for simplicity: the all
 * convolutional net, 2014 (arXiv:1412.6806), as Captum's `GuidedBackprop`. It hardly depends on the weights of late layers (Adebayo et al.: Sanity checks for
 * saliency maps, 2018, arXiv:1810.03292).
 */
export const guidedBackpropagation = rectified(
  'guided-backprop',
  'Guided backpropagation',
  'a control that looks sharp and fails sanity checks',
);

/**
 * Deconvolution: likewise, but a ReLU lets it back whether it is open or not. Zeiler, Fergus: Visualizing and understanding convolutional networks, 2013
 * (arXiv:1311.2901), as Captum's `Deconvolution`.
 */
export const deconvolution = rectified('deconvolution', 'Deconvolution', 'a control: hardly depends on the class');

function rectified<N extends 'guided-backprop' | 'deconvolution'>(name: N, title: string, when: string): AttributionMethod<N> {
  return {
    name,
    title,
    path: 'none',
    baseline: 'compared',
    options: {},
    needs: { requests: ['ruledGradients'] },
    complete: false,
    summary: { when, gradients: '1', forwards: '2', sums: 'no' },
    maps: (executor, paths, _, run) => mapsByRules(executor, paths, { kind: name }, () => ({}), run),
  };
}
