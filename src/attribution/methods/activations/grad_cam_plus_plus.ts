import { itemAt } from '../../../tensor/items.js';
import { partAt } from '../../maps.js';
import type { AttributionMethod } from '../../method.js';
import { classActivation, type LayerReading, weightedSum } from './class_activation.js';
import { type AtLayers, layersOption, type SeveralLayersOptions } from './layer_option.js';

/** Keeps the quotient finite where gradient and activations cancel: pytorch-grad-cam's number. */
const EPSILON = 1e-6;

/**
 * Grad-CAM++: relu(sum_k w_k A_k), where the weight of a channel is a sum over its places of positive gradients g,
 *
 *   w_k = sum a g+,   a = g^2 / (2 g^2 + g^3 sum A_k + 1e-6), and 0 where g = 0,
 *
 * so that several places of one channel count together. Chattopadhyay, Sarkar, Howlader, Balasubramanian: Grad-CAM++, 2018 (arXiv:1710.11063),
 * its equation 19 with the exponential of the output left out, as pytorch-grad-cam has it.
 */
export const gradCamPlusPlus: AttributionMethod<'grad-cam++', SeveralLayersOptions, AtLayers> = {
  ...layersOption,
  name: 'grad-cam++',
  title: 'Grad-CAM++',
  path: 'none',
  baseline: 'compared',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'the same, with several objects of one class', gradients: '1', forwards: '2', sums: 'no' },
  maps: classActivation(mapOf),
};

function mapOf(reading: LayerReading): Float64Array {
  const { activations, gradients, plane } = reading;
  const places = plane.rows * plane.columns;
  return weightedSum(reading, (channel) => {
    const total = partAt(activations, channel, places).reduce((sum, value) => sum + value, 0);
    let weight = 0;
    for (let place = 0; place < places; place++) {
      const slope = itemAt(gradients, channel * places + place);
      if (slope > 0) weight += slope ** 3 / (2 * slope ** 2 + total * slope ** 3 + EPSILON);
    }
    return weight;
  });
}
