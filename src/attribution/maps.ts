import type { Cost, Executor, Numbers, RunOptions } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import { elementOf, type ImageSpace } from '../tensor/pixels.js';
import type { IntegralAccount } from './account.js';
import { integrateAt, type PathIntegrals, type Paths } from './integral/integral.js';

/** The maps that a method made of a batch of images, and how. */
export interface Maps<P extends object = object> {
  /** [count][elements] */
  readonly values: Numbers;
  /** One for each image. */
  readonly accounts: readonly IntegralAccount<P>[];
  /** Outputs at the images and at their baselines, where the method knows them; otherwise the caller asks for them. */
  readonly ends?: Ends;
  readonly costs: readonly Cost[];
}

export interface Ends {
  /** [count][classes] */
  readonly outputsAtInput: Numbers;
  /** [count][classes] */
  readonly outputsAtBaseline: Numbers;
}

export type MapMaker<P extends object = object> = (executor: Executor, paths: Paths, run: RunOptions) => Promise<Maps<P>>;

/** Maps from path integrals: the integral of the gradient, times a factor of the image x and its baseline b, element by element. */
export function mapsOfIntegrals(
  paths: Pick<Paths, 'inputs' | 'baselines'>,
  { gradients, accounts, cost, ...ends }: PathIntegrals,
  factor: (x: number, b: number) => number,
): Maps {
  return { values: timesFactors(paths, gradients, factor), accounts, ends, costs: [cost] };
}

/** Gradients [count][elements], each times a factor of the image x and its baseline b. */
export function timesFactors(
  { inputs, baselines }: Pick<Paths, 'inputs' | 'baselines'>,
  gradients: Numbers,
  factor: (x: number, b: number) => number,
): Float64Array {
  const values = new Float64Array(gradients.length);
  for (let i = 0; i < values.length; i++) values[i] = factor(inputs[i]!, baselines[i]!) * gradients[i]!;
  return values;
}

/** Maps from the gradient at the image, times a factor of the image x. */
export function gradientTimes(factor: (x: number) => number) {
  const one = Float64Array.of(1);
  return async (executor: Executor, paths: Paths, _: object, run: RunOptions): Promise<Maps> =>
    mapsOfIntegrals(paths, await integrateAt(executor, paths, one, one, run), factor);
}

export async function outputsAtEnds(
  executor: Executor,
  { count, inputs, baselines }: Pick<Paths, 'count' | 'inputs' | 'baselines'>,
  run: RunOptions,
): Promise<{ readonly ends: Ends; readonly cost: Cost }> {
  const images = new Float32Array(inputs.length + baselines.length);
  images.set(inputs);
  images.set(baselines, inputs.length);
  const { outputs, cost } = await executor.forward(images, 2 * count, run);
  const half = count * executor.classes;
  return { ends: { outputsAtInput: outputs.subarray(0, half), outputsAtBaseline: outputs.subarray(half) }, cost };
}

/** The part of `data` that belongs to item `index`, each item having `size` numbers. */
export function partAt<T extends Numbers>(data: T, index: number, size: number): T {
  return data.subarray(index * size, (index + 1) * size) as T;
}

/** Groups the paths of a batch by their seed, at most `most` paths a group. A request for gradients has one seed. */
export function sameSeeds({ count, seeds }: Pick<Paths, 'count' | 'seeds'>, most: number): number[][] {
  const classes = seeds.length / count;
  const groups: number[][] = [];
  const open = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const key = partAt(seeds, index, classes).join();
    let group = open.get(key);
    if (group === undefined || group.length === most) {
      group = [];
      groups.push(group);
      open.set(key, group);
    }
    group.push(index);
  }
  return groups;
}

/** Turns a map of pixels into a map of elements: each channel of a pixel gets an equal share of its value. */
export function shareAmongChannels(map: Float64Array, { pixels }: Pick<ImageSpace, 'pixels'>): Float64Array {
  const values = new Float64Array(pixels.pixels * pixels.channels);
  for (let pixel = 0; pixel < pixels.pixels; pixel++) {
    for (let channel = 0; channel < pixels.channels; channel++)
      values[elementOf(pixels, pixel, channel)] = itemAt(map, pixel) / pixels.channels;
  }
  return values;
}
