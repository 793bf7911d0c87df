import type { Cost, Executor, RunOptions } from '../../../executor.js';
import type { Layer } from '../../../graph/analysis/layers.js';
import { foldPlane, type Plane } from '../../../graph/plane.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { enlarge } from '../../enlarge.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, sameSeeds, shareAmongChannels } from '../../maps.js';
import { knownNetwork, type MethodContext, spaceOf } from '../../method.js';
import { type AtLayer, type LayerOptions, parametersOf } from './layer_option.js';

/** What a layer holds for one image, folded to its plane, in float64. */
export interface LayerReading {
  readonly plane: Plane;
  /** A_k, [channels][rows * columns] */
  readonly activations: Float64Array;
  /** df / dA_k, [channels][rows * columns] */
  readonly gradients: Float64Array;
}

/** Reads a layer at every image of a batch, in the fewest requests. */
export async function eachReading(
  executor: Executor,
  paths: Paths,
  { value, shape, plane }: Layer,
  run: RunOptions,
  visit: (index: number, reading: LayerReading) => void,
): Promise<Cost[]> {
  const { elements, classes } = executor;
  const size = sizeOf(shape);
  const costs: Cost[] = [];
  let done = 0;
  for (const batch of sameSeeds(paths, imagesAtOnce(Math.max(elements, size)))) {
    const { inputs: images, seeds } = selectPaths(paths, batch);
    const request = { images, seed: partAt(seeds, 0, classes), layer: value };
    const { values, gradients, cost } = await executor.layerGradients(request, partOf(run, done, batch.length, paths.count));
    done += batch.length;
    costs.push(cost);
    batch.forEach((index, k) => {
      const fold = (data: typeof values) => foldPlane(partAt(data, k, size), plane);
      visit(index, { plane, activations: fold(values), gradients: fold(gradients) });
    });
  }
  return costs;
}

/**
 * Maps of a method that makes one number for each place of a layer's plane: what is positive of it, enlarged to the size of the image by
 * linear interpolation between the centres of the places. The channels of an image's pixel share its value equally.
 */
export function classActivation(mapOf: (reading: LayerReading) => Float64Array) {
  return async (executor: Executor, paths: Paths, options: LayerOptions & MethodContext, run: RunOptions): Promise<Maps<AtLayer>> => {
    const space = spaceOf(options);
    const layer = knownNetwork(options).layer(options.layer);
    const { rows, columns } = layer.plane;
    const values = new Float64Array(paths.count * executor.elements);
    const costs = await eachReading(executor, paths, layer, run, (index, reading) => {
      const seen = mapOf(reading).map((value) => Math.max(0, value));
      values.set(shareAmongChannels(enlarge(seen, rows, columns, space), space), index * executor.elements);
    });
    return { values, accounts: new Array(paths.count).fill({ steps: 1, parameters: parametersOf(layer) }), costs };
  };
}

/** sum_k w_k A_k, with one weight for each channel of a reading. */
export function weightedSum({ activations, plane }: LayerReading, weightOf: (channel: number) => number): Float64Array {
  const places = plane.rows * plane.columns;
  const map = new Float64Array(places);
  for (let channel = 0; channel < plane.channels; channel++) {
    const weight = weightOf(channel);
    partAt(activations, channel, places).forEach((value, place) => {
      map[place] = itemAt(map, place) + weight * value;
    });
  }
  return map;
}

/** sum_k u_k(place), where `u` is a function of an activation and its gradient. */
export function sumOverChannels(
  { activations, gradients, plane }: LayerReading,
  term: (activation: number, gradient: number) => number,
): Float64Array {
  const map = new Float64Array(plane.rows * plane.columns);
  activations.forEach((activation, i) => {
    const place = i % map.length;
    map[place] = itemAt(map, place) + term(activation, itemAt(gradients, i));
  });
  return map;
}
