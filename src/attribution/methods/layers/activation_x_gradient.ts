import type { Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { distribute } from '../../enlarge.js';
import type { Paths } from '../../integral/integral.js';
import { type Maps, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, knownNetwork, type MethodContext, spaceOf } from '../../method.js';
import { eachReading, sumOverChannels } from '../activations/class_activation.js';
import { type AtLayer, type LayerOptions, layerOption, parametersOf } from '../activations/layer_option.js';

/**
 * Activation x gradient: sum_k A_k df / dA_k at every place of a layer's plane, positive or negative. Captum's `LayerGradientXActivation`; HiResCAM is
 * what is positive of it. A place's value is spread over the pixels around it so that the sum stays.
 */
export const activationXGradient: AttributionMethod<'activation-x-gradient', LayerOptions, AtLayer> = {
  ...layerOption,
  name: 'activation-x-gradient',
  title: 'Activation × gradient',
  path: 'none',
  baseline: 'compared',
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'what a layer says for and against', gradients: '1', forwards: '2', sums: 'of linear layers behind it' },
  maps,
};

async function maps(executor: Executor, paths: Paths, options: LayerOptions & MethodContext, run: RunOptions): Promise<Maps<AtLayer>> {
  const space = spaceOf(options);
  const layer = knownNetwork(options).layer(options.layer);
  const { rows, columns } = layer.plane;
  const values = new Float64Array(paths.count * executor.elements);
  const costs = await eachReading(executor, paths, [layer], run, (index, readings) => {
    const map = sumOverChannels(itemAt(readings, 0), (activation, gradient) => activation * gradient);
    values.set(shareAmongChannels(distribute(map, rows, columns, space), space), index * executor.elements);
  });
  return { values, accounts: new Array(paths.count).fill({ steps: 1, parameters: parametersOf(layer) }), costs };
}
