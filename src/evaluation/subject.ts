import type { Executor, RunOptions } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import { elementOf, type ImageSpace, type Patches } from '../tensor/pixels.js';

/** One picture whose maps are measured, and how. */
export interface Subject {
  /** Outputs are logits. */
  readonly executor: Executor;
  /** [elements] in the model's input space. */
  readonly image: Float32Array;
  /** The class that is explained. */
  readonly target: number;
  readonly space: ImageSpace;
  /** The units: what is removed as a whole. */
  readonly units: Patches;
  /** [elements] What removed units become; `road`: what their surroundings suggest (road.ts). */
  readonly cover: Float32Array | 'road';
  /** Of all that is drawn for this picture. */
  readonly seed: number;
  /** Executors of copies of the network whose layers are drawn anew, from the output down: the first has few of them, the last all. */
  randomised(): Promise<readonly Executor[]>;
  /** Whether the network is affine in pieces, so that there are exact integrals. */
  readonly piecewise: boolean;
  readonly run: RunOptions;
}

/** The sum over channels, [pixels]. */
export function pixelMap(values: ArrayLike<number>, { pixels }: Pick<ImageSpace, 'pixels'>): Float64Array {
  return Float64Array.from({ length: pixels.pixels }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < pixels.channels; channel++) sum += itemAt(values, elementOf(pixels, pixel, channel));
    return sum;
  });
}

/** The units by their share of a map, the largest first, equal ones by position. */
export function strongestFirst(map: ArrayLike<number>, { labels, count }: Patches): Uint32Array {
  const scores = new Float64Array(count);
  labels.forEach((unit, pixel) => {
    scores[unit] = itemAt(scores, unit) + itemAt(map, pixel);
  });
  return Uint32Array.from({ length: count }, (_, unit) => unit).sort((a, b) => itemAt(scores, b) - itemAt(scores, a) || a - b);
}

/** The image with the removed pixels replaced by another image's. `removed` is 1 at these, [pixels]. */
export function covered(
  image: Float32Array,
  cover: ArrayLike<number>,
  removed: Uint8Array,
  { pixels }: Pick<ImageSpace, 'pixels'>,
): Float32Array {
  const edited = image.slice();
  removed.forEach((is, pixel) => {
    for (let channel = 0; is === 1 && channel < pixels.channels; channel++) {
      const element = elementOf(pixels, pixel, channel);
      edited[element] = itemAt(cover, element);
    }
  });
  return edited;
}
