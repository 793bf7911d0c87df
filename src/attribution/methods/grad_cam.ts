import type { Cost, Executor, RunOptions } from '../../executor.js';
import type { Layer } from '../../graph/analysis/layers.js';
import type { ImageSpace } from '../../tensor/pixels.js';
import { sizeOf } from '../../tensor/tensor.js';
import { imagesAtOnce, partOf } from '../batches.js';
import { type Paths, selectPaths } from '../integral/integral.js';
import { type Maps, partAt, sameSeeds, shareAmongChannels } from '../maps.js';

/**
 * Grad-CAM: the channels A_k of a layer, each weighted with the mean of its gradient over the plane, as far as they speak for f,
 *
 *   relu(sum_k w_k A_k),   w_k = mean over the plane of df / dA_k,
 *
 * and then as large as the image, interpolated linearly between the centres of the layer's pixels. Selvaraju et al.: Grad-CAM: visual explanations
 * from deep networks via gradient-based localization, 2017 (arXiv:1610.02391). All channels of a pixel of the image share its value equally.
 */
export async function gradCam(executor: Executor, paths: Paths, layer: Layer, space: ImageSpace, run: RunOptions): Promise<Maps> {
  const { elements } = executor;
  const { count } = paths;
  const [, channels, rows, columns] = layer.shape as readonly [number, number, number, number];
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
        for (let i = 0; i < map.length; i++) map[i]! += weight * plane[i]!;
      }
      const seen = map.map((value) => Math.max(0, value));
      values.set(shareAmongChannels(enlarge(seen, rows, columns, space), space), index * elements);
    });
  }
  const account = { steps: 1, parameters: { layer: { name: layer.name, channels, rows, columns } } };
  return { values, accounts: new Array(count).fill(account), costs };
}

/**
 * Linear interpolation along both axes. Pixel i of n has its centre at (i + 1/2) / n of the axis; beyond the outermost centres their values
 * go on. The same as PyTorch's `bilinear` without aligned corners.
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
      const at = (r: number) => map[r * columns + x.first]! * (1 - x.share) + map[r * columns + x.second]! * x.share;
      enlarged[row * width + column] = at(y.first) * (1 - y.share) + at(y.second) * y.share;
    });
  });
  return enlarged;
}

/** For every one of `length` pixels the two of `coarse` pixels between whose centres its own lies, and the share of the second. */
function weightsAlong(length: number, coarse: number): { first: number; second: number; share: number }[] {
  return Array.from({ length }, (_, i) => {
    const position = Math.max(0, ((i + 0.5) * coarse) / length - 0.5);
    const first = Math.min(coarse - 1, Math.floor(position));
    return { first, second: Math.min(coarse - 1, first + 1), share: position - first };
  });
}
