import type { Cost, Executor, Numbers, RunOptions } from '../../../executor.js';
import type { Layer } from '../../../graph/analysis/layers.js';
import { foldPlane, type Plane } from '../../../graph/plane.js';
import { itemAt } from '../../../tensor/items.js';
import type { ImageSpace } from '../../../tensor/pixels.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { enlarge } from '../../enlarge.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, sameSeeds, shareAmongChannels } from '../../maps.js';
import { knownNetwork, type MethodContext, spaceOf } from '../../method.js';
import { type AtLayers, layersOf, parametersOfAll, type SeveralLayersOptions } from './layer_option.js';

/** What a layer holds for one image, folded to its plane, in float64. */
export interface LayerReading {
  readonly plane: Plane;
  /** A_k, [channels][rows * columns] */
  readonly activations: Float64Array;
  /** df / dA_k, [channels][rows * columns] */
  readonly gradients: Float64Array;
}

/** Reads layers at every image of a batch, in the fewest requests. */
export async function eachReading(
  executor: Executor,
  paths: Paths,
  layers: readonly Layer[],
  run: RunOptions,
  visit: (index: number, readings: readonly LayerReading[]) => void,
): Promise<Cost[]> {
  const { elements, classes } = executor;
  const size = layers.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const costs: Cost[] = [];
  let done = 0;
  for (const batch of sameSeeds(paths, imagesAtOnce(Math.max(elements, size)))) {
    const { inputs: images, seeds } = selectPaths(paths, batch);
    const request = { images, seed: partAt(seeds, 0, classes), layers: layers.map(({ value }) => value) };
    const { layers: found, cost } = await executor.layerGradients(request, partOf(run, done, batch.length, paths.count));
    done += batch.length;
    costs.push(cost);
    batch.forEach((index, k) => {
      const readings = layers.map(({ plane }, at) => {
        const { values, gradients } = itemAt(found, at);
        const fold = (data: Numbers) => foldPlane(partAt(data, k, data.length / batch.length), plane);
        return { plane, activations: fold(values), gradients: fold(gradients) };
      });
      visit(index, readings);
    });
  }
  return costs;
}

/** Keeps a map that is the same everywhere from a division by 0: pytorch-grad-cam's number. */
const EPSILON = 1e-7;

/**
 * Maps of a method that makes one number for each place of a layer's plane: what is positive of it, enlarged to the size of the image by
 * linear interpolation between the centres of the places. The channels of an image's pixel share its value equally. Of several layers, whose units differ, it is
 * the mean of their maps, each from 0 at its minimum to 1 at its maximum, as in pytorch-grad-cam.
 */
export function classActivation(mapOf: (reading: LayerReading) => Float64Array) {
  return async (
    executor: Executor,
    paths: Paths,
    options: SeveralLayersOptions & MethodContext,
    run: RunOptions,
  ): Promise<Maps<AtLayers>> => {
    const space = spaceOf(options);
    const layers = layersOf(knownNetwork(options), options);
    const values = new Float64Array(paths.count * executor.elements);
    const costs = await eachReading(executor, paths, layers, run, (index, readings) => {
      const seen = readings.map((reading) => ({ plane: reading.plane, map: mapOf(reading) }));
      values.set(imageMap(seen, options, space), index * executor.elements);
    });
    return { values, accounts: new Array(paths.count).fill({ steps: 1, parameters: parametersOfAll(layers, options) }), costs };
  };
}

/** A map of the image from the maps of one layer or of several, each a number for each place of its layer's plane. See `classActivation`. */
export function imageMap(
  seen: readonly { readonly plane: Plane; readonly map: Float64Array }[],
  { layers }: SeveralLayersOptions,
  space: ImageSpace,
): Float64Array {
  const maps = seen.map(({ plane: { rows, columns }, map }) => {
    const positive = map.map((value) => Math.max(0, value));
    return enlarge(layers ? fromZeroToOne(positive) : positive, rows, columns, space);
  });
  const mean = itemAt(maps, 0).map((_, pixel) => maps.reduce((sum, map) => sum + itemAt(map, pixel), 0) / maps.length);
  return shareAmongChannels(mean, space);
}

function fromZeroToOne(map: Float64Array): Float64Array {
  const least = map.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = map.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  return map.map((value) => (value - least) / (most - least + EPSILON));
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
