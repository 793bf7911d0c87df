import type { AttributionMethod } from '../../method.js';
import { classActivation, sumOverChannels } from './class_activation.js';
import { type AtLayers, layersOption, type SeveralLayersOptions } from './layer_option.js';

/**
 * HiResCAM: relu(sum_k A_k df / dA_k), place by place, so that a place counts by its own gradient and not by the mean of the plane. Draelos,
 * Carin: Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks, 2020 (arXiv:2011.08891). Behind
 * the last nonlinearity it equals Grad-CAM where a mean over the plane follows.
 */
export const hiResCam: AttributionMethod<'hires-cam', SeveralLayersOptions, AtLayers> = {
  ...layersOption,
  name: 'hires-cam',
  title: 'HiResCAM',
  path: 'none',
  baseline: 'compared',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'the same, where places of a plane weigh differently', gradients: '1', forwards: '2', sums: 'no' },
  maps: classActivation((reading) => sumOverChannels(reading, (activation, gradient) => activation * gradient)),
};
