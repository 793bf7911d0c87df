import { itemAt } from '../../../tensor/items.js';
import { partAt } from '../../maps.js';
import type { AttributionMethod } from '../../method.js';
import { classActivation, type LayerReading } from './class_activation.js';
import { type AtLayers, layersOption, type SeveralLayersOptions } from './layer_option.js';
import { firstComponent } from './principal.js';

/**
 * Eigen-CAM: the projection of the activations of every place onto their first principal component, where it is positive. It knows of no class:
 * it shows what a layer sees at all. Muhammad, Yeasin: Eigen-CAM: class activation map using principal components, 2020 (arXiv:2008.00299).
 * As in pytorch-grad-cam, the mean over the plane is taken off first. A component has no sign of its own: here places with larger
 * activations, summed over the channels, are positive.
 */
export const eigenCam: AttributionMethod<'eigen-cam', SeveralLayersOptions, AtLayers> = {
  ...layersOption,
  name: 'eigen-cam',
  title: 'Eigen-CAM',
  path: 'none',
  baseline: 'compared',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'what a layer sees, whatever the class', gradients: '1', forwards: '2', sums: 'no' },
  maps: classActivation(mapOf),
};

function mapOf({ activations, plane }: LayerReading): Float64Array {
  const { channels } = plane;
  const places = plane.rows * plane.columns;
  const centred = new Float64Array(activations.length);
  const totals = new Float64Array(places);
  for (let channel = 0; channel < channels; channel++) {
    const own = partAt(activations, channel, places);
    const mean = own.reduce((sum, value) => sum + value, 0) / places;
    own.forEach((value, place) => {
      centred[channel * places + place] = value - mean;
      totals[place] = itemAt(totals, place) + value;
    });
  }
  const projection = firstComponent(centred, channels, places);
  const agreement = projection.reduce((sum, value, place) => sum + value * itemAt(totals, place), 0);
  return agreement < 0 ? projection.map((value) => -value) : projection;
}
