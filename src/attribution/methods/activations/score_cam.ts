import type { Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { elementOf } from '../../../tensor/pixels.js';
import { softmax } from '../../../tensor/softmax.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { stretch } from '../../enlarge.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt } from '../../maps.js';
import { type AttributionMethod, knownNetwork, type MethodContext, spaceOf } from '../../method.js';
import { eachReading, imageMap, type LayerReading, weightedSum } from './class_activation.js';
import { type AtLayers, layersOf, layersOption, parametersOfAll, type SeveralLayersOptions } from './layer_option.js';

/** Keeps a channel that is the same everywhere from a division by 0: pytorch-grad-cam's number. */
const EPSILON = 1e-8;

/**
 * Score-CAM: relu(sum_k w_k A_k), where the weight of a channel is the softmax, over the channels, of the output of the image seen through that channel:
 *
 *   w = softmax_k f(b + M_k (x - b)),   M_k = A_k enlarged to the size of the image, from 0 at its minimum to 1 at its maximum.
 *
 * Wang et al.: Score-CAM: score-weighted visual explanations for convolutional neural networks, 2020 (arXiv:1910.01279), as pytorch-grad-cam
 * has it, whose b is 0 in the model's input space. Masks are enlarged from corner to corner, maps from centre to centre, as there.
 */
export const scoreCam: AttributionMethod<'score-cam', SeveralLayersOptions, AtLayers> = {
  ...layersOption,
  name: 'score-cam',
  title: 'Score-CAM',
  path: 'none',
  baseline: 'cover',
  needs: { requests: ['layerGradients', 'forward'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'class activation by what is seen, not by gradients', gradients: '1', forwards: 'channels + 2', sums: 'no' },
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: SeveralLayersOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<AtLayers>> {
  const space = spaceOf(options);
  const layers = layersOf(knownNetwork(options), options);
  const { elements, classes } = executor;
  const { pixels } = space;
  const values = new Float64Array(paths.count * elements);
  const found: (readonly LayerReading[])[] = [];
  const quiet = run.signal ? { signal: run.signal } : {};
  const costs = await eachReading(executor, paths, layers, quiet, (index, readings) => {
    found[index] = readings;
  });
  const atOnce = imagesAtOnce(elements);
  const total = paths.count * layers.reduce((sum, { plane }) => sum + plane.channels, 0);
  let done = 0;
  for (let index = 0; index < paths.count; index++) {
    const { inputs, baselines, seeds } = selectPaths(paths, [index]);
    const seen = [];
    for (const reading of itemAt(found, index)) {
      const weights = softmax(await scoresOf(reading, inputs, baselines, seeds));
      seen.push({ plane: reading.plane, map: weightedSum(reading, (channel) => itemAt(weights, channel)) });
    }
    values.set(imageMap(seen, options, space), index * elements);
  }
  return { values, accounts: new Array(paths.count).fill({ steps: 1, parameters: parametersOfAll(layers, options) }), costs };

  /** The output of the image seen through each channel of a layer. */
  async function scoresOf({ plane, activations }: LayerReading, inputs: Float32Array, baselines: Float32Array, seeds: Float32Array) {
    const { channels, rows, columns } = plane;
    const scores = new Float64Array(channels);
    for (let first = 0; first < channels; first += atOnce) {
      const count = Math.min(atOnce, channels - first);
      const images = new Float32Array(count * elements);
      for (let k = 0; k < count; k++) {
        const image = partAt(images, k, elements);
        maskOf(partAt(activations, first + k, rows * columns), rows, columns).forEach((seen, pixel) => {
          for (let channel = 0; channel < pixels.channels; channel++) {
            const element = elementOf(pixels, pixel, channel);
            const covered = itemAt(baselines, element);
            image[element] = covered + seen * (itemAt(inputs, element) - covered);
          }
        });
      }
      const { outputs, cost } = await executor.forward(images, count, partOf(run, done, count, total));
      done += count;
      costs.push(cost);
      for (let k = 0; k < count; k++) {
        scores[first + k] = seeds.reduce((sum, weight, c) => sum + weight * itemAt(outputs, k * classes + c), 0);
      }
    }
    return scores;
  }

  function maskOf(channel: Float64Array, rows: number, columns: number): Float64Array {
    const large = stretch(channel, rows, columns, space);
    const least = large.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
    const most = large.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
    return large.map((value) => (value - least) / (most - least + EPSILON));
  }
}
