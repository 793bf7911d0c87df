import { type Cost, type Executor, type RunOptions, readLayer } from '../../../executor.js';
import { foldPlane } from '../../../graph/plane.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { distribute } from '../../enlarge.js';
import type { Paths } from '../../integral/integral.js';
import { type Maps, partAt, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, knownNetwork, type MethodContext, spaceOf } from '../../method.js';
import { sumOverChannels } from '../activations/class_activation.js';
import { type AtLayer, type LayerOptions, layerOption, parametersOf } from '../activations/layer_option.js';
import { integratedGradients } from '../gradients/ig.js';

/**
 * Integrated gradients of a layer: the path leads from the layer's values at the baseline to those at the image, A(b) to A(x),
 *
 *   sum_k (A(x) - A(b)) integral of df / dA along A(b) + a (A(x) - A(b)),
 *
 * while values that pass the layer by stay those of the image. Captum's `LayerIntegratedGradients`, after Sundararajan, Taly, Yan, 2017
 * (arXiv:1703.01365). The channels of a place are summed, and its value is spread over the pixels around it so that the sum stays: f(x) minus f
 * with the layer's values of the baseline.
 */
export const layerIntegratedGradients: AttributionMethod<'layer-ig', LayerOptions, AtLayer> = {
  ...layerOption,
  name: 'layer-ig',
  title: 'Integrated gradients of a layer',
  path: 'quadrature',
  baseline: 'start',
  needs: { requests: ['layerGradients', 'behind'], pixels: true, layers: true },
  complete: true,
  summary: { when: 'what a layer holds, complete', gradients: 'n of what follows the layer', forwards: '4', sums: 'with the layer at b' },
  maps,
};

async function maps(executor: Executor, paths: Paths, options: LayerOptions & MethodContext, run: RunOptions): Promise<Maps<AtLayer>> {
  const space = spaceOf(options);
  const layer = knownNetwork(options).layer(options.layer);
  const { elements } = executor;
  const { count, seeds } = paths;
  const size = sizeOf(layer.shape);
  const quiet = run.signal ? { signal: run.signal } : {};
  const { executor: rest, others, image } = await executor.behind(layer.value);
  try {
    const costs: Cost[] = [];
    const inputs = new Float32Array(count * rest.elements);
    const baselines = new Float32Array(count * rest.elements);
    const seed = new Float32Array(executor.classes);
    const read = async (images: Float32Array, value: string) => {
      if (value === image) return images;
      const found = await readLayer(executor, { images, seed, layer: value }, quiet);
      costs.push(found.cost);
      return found.values;
    };
    let begin = 0;
    for (const [position, value] of [layer.value, ...others].entries()) {
      const atInput = await read(paths.inputs, value);
      const atBaseline = position === 0 ? await read(paths.baselines, value) : atInput;
      const own = atInput.length / count;
      for (let index = 0; index < count; index++) {
        inputs.set(partAt(atInput, index, own), index * rest.elements + begin);
        baselines.set(partAt(atBaseline, index, own), index * rest.elements + begin);
      }
      begin += own;
    }
    const made = await integratedGradients.maps(rest, { count, inputs, baselines, seeds }, options, run);
    const { plane } = layer;
    const values = new Float64Array(count * elements);
    for (let index = 0; index < count; index++) {
      const flows = foldPlane(partAt(made.values, index, rest.elements).subarray(0, size), plane);
      const map = sumOverChannels({ plane, activations: flows, gradients: flows }, (flow) => flow);
      values.set(shareAmongChannels(distribute(map, plane.rows, plane.columns, space), space), index * elements);
    }
    const accounts = made.accounts.map((account) => ({ ...account, parameters: parametersOf(layer) }));
    return { values, accounts, ...(made.ends && { ends: made.ends }), costs: [...costs, ...made.costs] };
  } finally {
    rest.destroy();
  }
}
