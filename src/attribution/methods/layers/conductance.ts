import { type Cost, type Executor, type RunOptions, readLayer } from '../../../executor.js';
import { foldPlane } from '../../../graph/plane.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { distribute } from '../../enlarge.js';
import type { Paths } from '../../integral/integral.js';
import { type Maps, partAt, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, knownNetwork, type MethodContext, pointsOf, spaceOf } from '../../method.js';
import { sumOverChannels } from '../activations/class_activation.js';
import { type AtLayer, type LayerOptions, layerOption, parametersOf } from '../activations/layer_option.js';

/**
 * Conductance of a layer: how much of f(x) - f(b) flows through each of its units along the straight path from b to x,
 *
 *   integral of df / dA dA(p(a)) = sum_k (g_k + g_{k+1}) / 2 (A_{k+1} - A_k),   p(a_k) = b + k / n (x - b), g_k = df / dA at p(a_k).
 *
 * Dhamdhere, Sundararajan, Yan: How important is a neuron?, 2018 (arXiv:1805.12233), computed without the gradient of the layer as by Shrikumar, Su,
 * Kundaje: Computationally efficient measures of internal neuron importance, 2018 (arXiv:1807.09946). Captum's `LayerConductance` takes the slope at the
 * beginning of a step, here the mean of both ends. The channels of a place are summed, and its value is spread over the pixels
 * around it so that the sum stays: f(x) - f(b) where every way to the output leads through the layer.
 */
export const conductance: AttributionMethod<'conductance', LayerOptions, AtLayer> = {
  ...layerOption,
  name: 'conductance',
  title: 'Conductance of a layer',
  path: 'points',
  baseline: 'start',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'what flows through a layer', gradients: 'n + 1', forwards: '2', sums: 'as n grows, of layers that nothing bypasses' },
  maps,
};

async function maps(executor: Executor, paths: Paths, options: LayerOptions & MethodContext, run: RunOptions): Promise<Maps<AtLayer>> {
  const space = spaceOf(options);
  const steps = pointsOf(conductance, options);
  const layer = knownNetwork(options).layer(options.layer);
  const { elements, classes } = executor;
  const size = sizeOf(layer.shape);
  const values = new Float64Array(paths.count * elements);
  const costs: Cost[] = [];
  const atOnce = imagesAtOnce(Math.max(elements, size));
  for (let index = 0; index < paths.count; index++) {
    const [input, baseline] = [partAt(paths.inputs, index, elements), partAt(paths.baselines, index, elements)];
    const seed = partAt(paths.seeds, index, classes);
    const flows = new Float64Array(size);
    let before: { readonly activations: Float64Array; readonly slopes: Float64Array } | undefined;
    for (let first = 0; first <= steps; first += atOnce) {
      const count = Math.min(atOnce, steps + 1 - first);
      const images = new Float32Array(count * elements);
      for (let k = 0; k < count; k++) {
        const alpha = (first + k) / steps;
        baseline.forEach((b, e) => {
          images[k * elements + e] = b + alpha * (itemAt(input, e) - b);
        });
      }
      const part = partOf(run, index * (steps + 1) + first, count, paths.count * (steps + 1));
      const found = await readLayer(executor, { images, seed, layer: layer.value }, part);
      costs.push(found.cost);
      for (let k = 0; k < count; k++) {
        const own = {
          activations: Float64Array.from(partAt(found.values, k, size)),
          slopes: Float64Array.from(partAt(found.gradients, k, size)),
        };
        if (before) {
          const { activations, slopes } = before;
          own.slopes.forEach((slope, i) => {
            const step = itemAt(own.activations, i) - itemAt(activations, i);
            flows[i] = itemAt(flows, i) + ((slope + itemAt(slopes, i)) / 2) * step;
          });
        }
        before = own;
      }
    }
    const { plane } = layer;
    const folded = {
      plane,
      activations: foldPlane(flows, plane),
      gradients: new Float64Array(plane.channels * plane.rows * plane.columns),
    };
    const map = sumOverChannels(folded, (flow) => flow);
    values.set(shareAmongChannels(distribute(map, plane.rows, plane.columns, space), space), index * elements);
  }
  return { values, accounts: new Array(paths.count).fill({ steps, parameters: parametersOf(layer) }), costs };
}
