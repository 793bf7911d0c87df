import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { elementOf, type ImageSpace } from '../../../tensor/pixels.js';
import { Xoshiro128 } from '../../../tensor/random.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { enlarge } from '../../enlarge.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, shareAmongChannels } from '../../maps.js';
import { type AttributionMethod, type MethodContext, spaceOf } from '../../method.js';
import { DEFAULT_SAMPLES, type SampleOptions, samplesOption } from './coalitions.js';

export interface RiseOptions extends SampleOptions {
  /** Cells of a mask along each axis; 7 by default. */
  readonly cells?: number;
  /** The chance of a cell to be seen; 0.5 by default. */
  readonly keep?: number;
}

export interface RiseParameters extends Required<RiseOptions> {
  /** Seed of the masks. */
  readonly seed: number;
}

const DEFAULT_CELLS = 7;
const DEFAULT_KEEP = 0.5;

/**
 * RISE: what the output is on average where a pixel is seen through random masks,
 *
 *   1 / (N p) sum_k f(b + M_k (x - b)) M_k.
 *
 * A mask is a grid of cells, each seen with the chance p, enlarged by linear interpolation to one cell more than the image, and moved by a
 * random part of a cell. Petsiuk, Das, Saenko: RISE: randomized input sampling for explanation of black-box models, 2018 (arXiv:1806.07421), whose
 * f is the probability and whose b is 0 in the model's input space. All images of a batch get the same masks.
 */
export const rise: AttributionMethod<'rise', RiseOptions, RiseParameters> = {
  name: 'rise',
  title: 'RISE',
  path: 'none',
  baseline: 'cover',
  options: {
    ...samplesOption,
    cells: {
      values: { kind: 'whole', least: 1, most: 1000 },
      placeholder: 'n',
      help: `cells of a mask along each axis (default: ${DEFAULT_CELLS})`,
    },
    keep: {
      values: { kind: 'share', from: 'above 0' },
      placeholder: 'p',
      help: `the chance of a cell to be seen (default: ${DEFAULT_KEEP})`,
    },
  },
  needs: { requests: ['forward'], pixels: true },
  complete: false,
  summary: { when: 'which region, without gradients or a grid', gradients: '0', forwards: 'samples + 2', sums: 'no' },
  words: ({ samples, cells, keep }, { plural }) =>
    samples === undefined ? [] : [`${plural(samples, 'mask', 'masks')} of ${cells}x${cells} cells, ${keep} seen`],
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: RiseOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<RiseParameters>> {
  const space = spaceOf(options);
  const { samples = DEFAULT_SAMPLES, cells = DEFAULT_CELLS, keep = DEFAULT_KEEP, seed = 0 } = options;
  const { elements, classes } = executor;
  const { pixels } = space;
  const values = new Float64Array(paths.count * elements);
  const costs: Cost[] = [];
  const atOnce = imagesAtOnce(elements);
  for (let index = 0; index < paths.count; index++) {
    const { inputs, baselines, seeds } = selectPaths(paths, [index]);
    const random = Xoshiro128.fromSeed(seed);
    const map = new Float64Array(pixels.pixels);
    for (let first = 0; first < samples; first += atOnce) {
      const count = Math.min(atOnce, samples - first);
      const images = new Float32Array(count * elements);
      const masks = Array.from({ length: count }, () => drawMask(random, cells, keep, space));
      masks.forEach((mask, k) => {
        const image = partAt(images, k, elements);
        mask.forEach((seen, pixel) => {
          for (let channel = 0; channel < pixels.channels; channel++) {
            const element = elementOf(pixels, pixel, channel);
            const covered = itemAt(baselines, element);
            image[element] = covered + seen * (itemAt(inputs, element) - covered);
          }
        });
      });
      const part = partOf(run, index * samples + first, count, paths.count * samples);
      const { outputs, cost } = await executor.forward(images, count, part);
      costs.push(cost);
      masks.forEach((mask, k) => {
        const score = seeds.reduce((sum, weight, c) => sum + weight * itemAt(outputs, k * classes + c), 0);
        mask.forEach((seen, pixel) => {
          map[pixel] = itemAt(map, pixel) + (score * seen) / (samples * keep);
        });
      });
    }
    values.set(shareAmongChannels(map, space), index * elements);
  }
  return { values, accounts: new Array(paths.count).fill({ steps: 1, parameters: { samples, cells, keep, seed } }), costs };
}

/** A mask [height * width] of numbers from 0, covered, to 1. */
export function drawMask(random: Xoshiro128, cells: number, keep: number, { width, height }: ImageSpace): Float64Array {
  const grid = Float64Array.from({ length: cells * cells }, () => (random.uniform() < keep ? 1 : 0));
  const [cellHeight, cellWidth] = [Math.ceil(height / cells), Math.ceil(width / cells)];
  const [down, across] = [random.below(cellHeight), random.below(cellWidth)];
  const large = { height: (cells + 1) * cellHeight, width: (cells + 1) * cellWidth };
  const enlarged = enlarge(grid, cells, cells, large);
  return Float64Array.from({ length: width * height }, (_, pixel) =>
    itemAt(enlarged, (Math.floor(pixel / width) + down) * large.width + (pixel % width) + across),
  );
}
