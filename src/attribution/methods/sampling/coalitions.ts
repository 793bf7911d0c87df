import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { elementOf, type ImageSpace, type PatchChoice, type Patches } from '../../../tensor/pixels.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import type { Paths } from '../../integral/integral.js';
import { partAt, shareAmongChannels } from '../../maps.js';
import { type MethodOption, MOST } from '../../method.js';

export interface PatchOptions {
  /** What is covered as a whole. Blocks whose side is a seventh of the image's shorter side by default. */
  readonly patch?: PatchChoice;
}

export interface SampleOptions {
  /** How many evaluations of covered images, or of gradients, there are. */
  readonly samples?: number;
}

/** The most evaluations of covered images that a method makes, unless it is told another number. */
export const DEFAULT_SAMPLES = 2048;
/** Default side of a patch, as a share of the image's shorter side: 32 pixels of 224, 4 of 28. */
const PATCH_SHARE = 1 / 7;

export const patchOption = {
  patch: {
    values: { kind: 'patch' },
    placeholder: 'size',
    help: 'what is covered as a whole: blocks of so many pixels a side, superpixels, or a picture with one colour for each patch (default: blocks of 1/7 of the shorter side; occlusion: windows)',
  },
} satisfies Record<string, MethodOption>;

export const samplesOption = {
  samples: {
    values: { kind: 'whole', least: 1, most: MOST },
    placeholder: 'n',
    help: `how many evaluations of the network (default: ${DEFAULT_SAMPLES}; gradient-shap: 64)`,
  },
} satisfies Record<string, MethodOption>;

export function defaultPatch({ width, height }: Pick<ImageSpace, 'width' | 'height'>): number {
  return Math.max(1, Math.round(PATCH_SHARE * Math.min(width, height)));
}

/** One image of which patches are covered with its baseline, and what the network makes of it. */
export class Coalitions {
  readonly costs: Cost[] = [];
  readonly #input: Float32Array;
  readonly #baseline: Float32Array;
  readonly #seed: Float32Array;

  constructor(
    private readonly executor: Executor,
    paths: Paths,
    index: number,
    private readonly patches: Patches,
    private readonly space: ImageSpace,
  ) {
    this.#input = partAt(paths.inputs, index, executor.elements);
    this.#baseline = partAt(paths.baselines, index, executor.elements);
    this.#seed = partAt(paths.seeds, index, executor.classes);
  }

  /** f of `count` coalitions: those patches are seen that `isSeen` names, the others are covered. */
  async scores(count: number, isSeen: (coalition: number, patch: number) => boolean, run: RunOptions): Promise<Float64Array> {
    const { elements, classes } = this.executor;
    const { pixels } = this.space;
    const scores = new Float64Array(count);
    const atOnce = imagesAtOnce(elements);
    for (let first = 0; first < count; first += atOnce) {
      const size = Math.min(atOnce, count - first);
      const images = new Float32Array(size * elements);
      for (let k = 0; k < size; k++) {
        const image = partAt(images, k, elements);
        image.set(this.#input);
        this.patches.labels.forEach((patch, pixel) => {
          if (isSeen(first + k, patch)) return;
          for (let channel = 0; channel < pixels.channels; channel++) {
            const element = elementOf(pixels, pixel, channel);
            image[element] = itemAt(this.#baseline, element);
          }
        });
      }
      const { outputs, cost } = await this.executor.forward(images, size, partOf(run, first, size, count));
      this.costs.push(cost);
      for (let k = 0; k < size; k++) {
        scores[first + k] = this.#seed.reduce((sum, weight, c) => sum + weight * itemAt(outputs, k * classes + c), 0);
      }
    }
    return scores;
  }

  /** A map [elements] in which each patch's value is spread evenly over its pixels and channels. */
  spread(values: Float64Array): Float64Array {
    const { labels, count } = this.patches;
    const sizes = new Uint32Array(count);
    for (const label of labels) sizes[label] = itemAt(sizes, label) + 1;
    return shareAmongChannels(
      Float64Array.from(labels, (label) => itemAt(values, label) / itemAt(sizes, label)),
      this.space,
    );
  }
}
