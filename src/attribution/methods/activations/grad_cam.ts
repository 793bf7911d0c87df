import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import type { ImageSpace } from '../../../tensor/pixels.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, sameSeeds, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, knownNetwork, type MethodContext, spaceOf } from '../../method.js';

export interface LayerOptions {
  /** The layer: the name of a node. By default the last convolution, with the normalisation and activation after it. */
  readonly layer?: string;
}

/** The layer, in the form that `result.json` has. */
export interface LayerParameters {
  /** The name of the layer's node. */
  readonly name: string;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Grad-CAM: the channels A_k of a layer, each weighted with the mean of its gradient over the plane, where their sum is positive,
 *
 *   relu(sum_k w_k A_k),   w_k = mean over the plane of df / dA_k,
 *
 * enlarged to the size of the image by linear interpolation between the centres of the layer's pixels. Selvaraju et al.: Grad-CAM: visual
 * explanations from deep networks via gradient-based localization, 2017 (arXiv:1610.02391). The channels of an image's pixel share its
 * value equally.
 */
export const gradCam: AttributionMethod<'grad-cam', LayerOptions, { readonly layer: LayerParameters }> = {
  name: 'grad-cam',
  title: 'Grad-CAM',
  path: 'none',
  baseline: 'compared',
  options: {
    layer: { values: { kind: 'layer' }, placeholder: 'name', help: 'a node of the network (default: the last convolution)' },
  },
  needs: { requests: ['layerGradients'], pixels: true, layers: true },
  complete: false,
  summary: { when: 'which region of a photograph; deep convolutional networks', gradients: '1', forwards: '2', sums: 'no' },
  check(network, { layer }) {
    network.layer(layer);
  },
  words: ({ layer }) => (layer ? [`layer ${layer.name}, ${layer.channels} channels of ${layer.rows}x${layer.columns}`] : []),
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: LayerOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<{ readonly layer: LayerParameters }>> {
  const space = spaceOf(options);
  const layer = knownNetwork(options).layer(options.layer);
  const { elements } = executor;
  const { count } = paths;
  const [channels, rows, columns] = [itemAt(layer.shape, 1), itemAt(layer.shape, 2), itemAt(layer.shape, 3)];
  const size = sizeOf(layer.shape);
  const values = new Float64Array(count * elements);
  const costs: Cost[] = [];
  let done = 0;
  for (const batch of sameSeeds(paths, imagesAtOnce(Math.max(elements, size)))) {
    const { inputs: images, seeds } = selectPaths(paths, batch);
    const seed = partAt(seeds, 0, executor.classes);
    const found = await executor.layerGradients({ images, seed, layer: layer.value }, partOf(run, done, batch.length, count));
    done += batch.length;
    costs.push(found.cost);
    batch.forEach((index, k) => {
      const [activations, gradients] = [partAt(found.values, k, size), partAt(found.gradients, k, size)];
      const map = new Float64Array(rows * columns);
      for (let channel = 0; channel < channels; channel++) {
        const [plane, slopes] = [partAt(activations, channel, map.length), partAt(gradients, channel, map.length)];
        let weight = 0;
        for (const slope of slopes) weight += slope / map.length;
        plane.forEach((value, i) => {
          map[i] = itemAt(map, i) + weight * value;
        });
      }
      const seen = map.map((value) => Math.max(0, value));
      values.set(shareAmongChannels(enlarge(seen, rows, columns, space), space), index * elements);
    });
  }
  const account = { steps: 1, parameters: { layer: { name: layer.name, channels, rows, columns } } };
  return { values, accounts: new Array(count).fill(account), costs };
}

/**
 * Enlarges a map by linear interpolation along both axes. The centre of pixel i of n lies at (i + 1/2) / n of the axis. Beyond the
 * outermost centres, their values repeat. This equals PyTorch's `bilinear` with `align_corners=False`.
 */
export function enlarge(
  map: Float64Array,
  rows: number,
  columns: number,
  { width, height }: Pick<ImageSpace, 'width' | 'height'>,
): Float64Array {
  const [ys, xs] = [weightsAlong(height, rows), weightsAlong(width, columns)];
  const enlarged = new Float64Array(width * height);
  ys.forEach((y, row) => {
    xs.forEach((x, column) => {
      const along = (r: number) => itemAt(map, r * columns + x.first) * (1 - x.share) + itemAt(map, r * columns + x.second) * x.share;
      enlarged[row * width + column] = along(y.first) * (1 - y.share) + along(y.second) * y.share;
    });
  });
  return enlarged;
}

/** For each of `length` pixels: the two of `coarse` pixels whose centres enclose its own, and the share of the second. */
function weightsAlong(length: number, coarse: number): { first: number; second: number; share: number }[] {
  return Array.from({ length }, (_, i) => {
    const position = Math.max(0, ((i + 0.5) * coarse) / length - 0.5);
    const first = Math.min(coarse - 1, Math.floor(position));
    return { first, second: Math.min(coarse - 1, first + 1), share: position - first };
  });
}
