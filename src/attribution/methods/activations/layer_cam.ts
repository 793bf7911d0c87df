import type { AttributionMethod } from '../../method.js';
import { classActivation, sumOverChannels } from './class_activation.js';
import { type AtLayers, layersOption, type SeveralLayersOptions } from './layer_option.js';

/**
 * LayerCAM: relu(sum_k relu(df / dA_k) A_k), place by place: what is there and would speak for the class if there were more of it. Jiang, Zhang,
 * Hou, Cheng, Wei: LayerCAM: exploring hierarchical class activation maps for localization, IEEE Transactions on Image Processing 30, 2021.
 */
export const layerCam: AttributionMethod<'layer-cam', SeveralLayersOptions, AtLayers> = {
  ...layersOption,
  name: 'layer-cam',
  title: 'LayerCAM',
  path: 'none',
  baseline: 'compared',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'the same at an early layer, and so finer', gradients: '1', forwards: '2', sums: 'no' },
  maps: classActivation((reading) => sumOverChannels(reading, (activation, gradient) => Math.max(0, gradient) * activation)),
};
