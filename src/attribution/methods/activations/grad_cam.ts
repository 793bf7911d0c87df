import { partAt } from '../../maps.js';
import type { AttributionMethod } from '../../method.js';
import { classActivation, type LayerReading, weightedSum } from './class_activation.js';
import { type AtLayers, layersOption, type SeveralLayersOptions } from './layer_option.js';

/**
 * Grad-CAM: the channels A_k of a layer, each weighted with the mean of its gradient over the plane, where their sum is positive,
 *
 *   relu(sum_k w_k A_k),   w_k = mean over the plane of df / dA_k,
 *
 * enlarged to the size of the image. Selvaraju et al.: Grad-CAM: visual explanations from deep networks via gradient-based localization, 2017
 * (arXiv:1610.02391).
 */
export const gradCam: AttributionMethod<'grad-cam', SeveralLayersOptions, AtLayers> = {
  ...layersOption,
  name: 'grad-cam',
  title: 'Grad-CAM',
  path: 'none',
  baseline: 'compared',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'which region of a photograph; deep networks', gradients: '1', forwards: '2', sums: 'no' },
  maps: classActivation(mapOf),
};

function mapOf(reading: LayerReading): Float64Array {
  const { gradients, plane } = reading;
  const places = plane.rows * plane.columns;
  return weightedSum(reading, (channel) => partAt(gradients, channel, places).reduce((sum, slope) => sum + slope / places, 0));
}
