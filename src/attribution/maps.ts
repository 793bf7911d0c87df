import type { Cost, Executor, Numbers, RunOptions } from '../executor.js';
import { at } from '../tensor/at.js';
import { elementOf, type ImageSpace } from '../tensor/pixels.js';
import type { IntegralAccount } from './account.js';
import { integrateAt, type PathIntegrals, type Paths } from './integral/integral.js';

/** What a method made of a batch of images, each with a baseline and what of the output is explained: of paths. */
export interface Maps<P extends object = object> {
  /** [count][elements] */
  readonly values: Numbers;
  /** One an image. */
  readonly accounts: readonly IntegralAccount<P>[];
  /** Outputs where the attribution begins and ends, if the method has met them; otherwise those at the image and its baseline. */
  readonly ends?: Ends;
  readonly costs: readonly Cost[];
}

export interface Ends {
  /** [count][classes] */
  readonly outputsAtInput: Numbers;
  /** [count][classes] */
  readonly outputsAtBaseline: Numbers;
}

/** Makes maps of a batch. */
export type MapMaker<P extends object = object> = (executor: Executor, paths: Paths, run: RunOptions) => Promise<Maps<P>>;

/** Integrals of the gradient along straight paths, each times a factor of the image x and its baseline b. */
export function mapsOfIntegrals(
  { inputs, baselines }: Pick<Paths, 'inputs' | 'baselines'>,
  { gradients, accounts, cost, ...ends }: PathIntegrals,
  factor: (x: number, b: number) => number,
): Maps {
  const values = Float64Array.from(gradients, (gradient, i) => factor(at(inputs, i), at(baselines, i)) * gradient);
  return { values, accounts, ends, costs: [cost] };
}

/** Makes maps of the gradient at the image, times a factor of the image x. */
export function gradientTimes(factor: (x: number) => number) {
  const one = Float64Array.of(1);
  return async (executor: Executor, paths: Paths, _: object, run: RunOptions): Promise<Maps> =>
    mapsOfIntegrals(paths, await integrateAt(executor, paths, one, one, run), factor);
}

/** The outputs at the images and at the baselines of paths. */
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

/** What belongs to path `index` of an array of all. */
export function partAt<T extends Numbers>(data: T, index: number, size: number): T {
  return data.subarray(index * size, (index + 1) * size) as T;
}

/** The paths of a batch by what they explain, at most so many together: requests for gradients have one seed. */
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

/** A map of pixels as one of elements whose sum over channels it is. */
export function shareAmongChannels(map: Float64Array, { pixels }: Pick<ImageSpace, 'pixels'>): Float64Array {
  const values = new Float64Array(pixels.pixels * pixels.channels);
  for (let pixel = 0; pixel < pixels.pixels; pixel++) {
    for (let channel = 0; channel < pixels.channels; channel++)
      values[elementOf(pixels, pixel, channel)] = at(map, pixel) / pixels.channels;
  }
  return values;
}
