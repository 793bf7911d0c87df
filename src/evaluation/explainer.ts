import type { Executor, RunOptions } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import { elementOf, type ImageSpace } from '../tensor/pixels.js';
import { Xoshiro128 } from '../tensor/random.js';

/** A map of one image, and what the method says about it. */
export interface Explanation {
  /** [elements], in the layout of the image. */
  readonly values: Float32Array;
  /** Of a method whose maps sum to f(x) - f(b): |delta| / |f(x) - f(b)|. Null for other methods. */
  readonly relativeDelta: number | null;
}

/** What makes maps: a method with its settings, or a control. */
export interface Explainer {
  readonly name: string;
  /** Maps of the target's output at these images [elements], in their order, on any executor of the network or of a randomised copy of it. */
  explain(executor: Executor, images: readonly Float32Array[], target: number, run: RunOptions): Promise<Explanation[]>;
  /**
   * The exact map that this method approaches, for piecewise-linear networks; absent where the method approaches none.
   * Throws PathlightError where the image has too many linear regions.
   */
  exact?(executor: Executor, image: Float32Array, target: number, run: RunOptions): Promise<Explanation>;
}

/** The names of the controls: maps that know nothing of the network. */
export const CONTROLS = ['random', 'edges'] as const;
export type Control = (typeof CONTROLS)[number];

export function isControl(name: string): name is Control {
  return (CONTROLS as readonly string[]).includes(name);
}

/** The controls. `random` draws anew for every map, since a map that ignores the image would pass for a stable one. */
export function controlsFor(space: ImageSpace, seed: number): Record<Control, Explainer> {
  const random = Xoshiro128.fromSeed(seed);
  const { pixels } = space;
  const each = (name: Control, map: (image: Float32Array) => Float32Array): Explainer => ({
    name,
    explain: async (_, images) => images.map((image) => ({ values: map(image), relativeDelta: null })),
  });
  return {
    random: each('random', () => Float32Array.from({ length: pixels.pixels * pixels.channels }, () => 2 * random.uniform() - 1)),
    edges: each('edges', (image) => edgeMap(image, space)),
  };
}

/**
 * The strength of the edges of an image, 0 and above: the length of Sobel's gradient of the mean over channels. All channels of a pixel have the same
 * value. Adebayo et al. (Sanity checks for saliency maps, 2018) show that such a map looks like an explanation.
 */
export function edgeMap(image: Float32Array, { pixels, width, height }: ImageSpace): Float32Array {
  const grey = Float64Array.from({ length: pixels.pixels }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < pixels.channels; channel++) sum += itemAt(image, elementOf(pixels, pixel, channel));
    return sum / pixels.channels;
  });
  const clamped = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  const at = (row: number, column: number) => itemAt(grey, clamped(row, height) * width + clamped(column, width));
  const map = new Float32Array(image.length);
  for (let pixel = 0; pixel < pixels.pixels; pixel++) {
    const column = pixel % width;
    const row = (pixel - column) / width;
    const across = (dr: number) => at(row + dr, column + 1) - at(row + dr, column - 1);
    const down = (dc: number) => at(row + 1, column + dc) - at(row - 1, column + dc);
    const strength = Math.hypot(across(-1) + 2 * across(0) + across(1), down(-1) + 2 * down(0) + down(1));
    for (let channel = 0; channel < pixels.channels; channel++) map[elementOf(pixels, pixel, channel)] = strength;
  }
  return map;
}
