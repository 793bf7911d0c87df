import type { Cost, Executor, Numbers, RunOptions } from '../executor.js';
import type { Products } from './batches.js';
import type { IntegralAccount, Paths } from './integral.js';

/** What a method made of a batch of images, each with a baseline and what of the output is explained: of paths. */
export interface Maps {
  /** [count][elements] */
  readonly values: Numbers;
  /** One an image. */
  readonly accounts: readonly IntegralAccount[];
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
export type MapMaker = (executor: Executor, paths: Paths, run: RunOptions) => Promise<Maps>;

export interface AttributionMethod {
  readonly maps: MapMaker;
  /** Where a map is nothing but factors times the gradient at the image. */
  readonly product?: Pick<Products, 'factors'>;
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
