import { PathlightError } from '../../../errors.js';
import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { type ImageValues, toFloat32 } from '../../../tensor/arguments.js';
import { itemAt } from '../../../tensor/items.js';
import { makeBaseline } from '../../baseline.js';
import { imagesAtOnce } from '../../batches.js';
import { type MethodContext, spaceOf } from '../../method.js';

export interface BaselineSetOptions {
  /** The baselines: images [elements] in the model's input space, or a number of images of noise, uniform between black and white, seeded. */
  readonly baselines?: number | readonly ImageValues[];
}

/** A set of baselines, each made only when it is needed. */
export interface BaselineSet {
  readonly count: number;
  /** [elements] of baseline `index`. */
  readonly at: (index: number) => Float32Array;
}

export function baselineSet({ baselines, seed = 0, ...context }: BaselineSetOptions & MethodContext, elements: number): BaselineSet {
  if (baselines === undefined) throw new PathlightError('method.no-baselines');
  const count = typeof baselines === 'number' ? baselines : baselines.length;
  if (!(Number.isInteger(count) && count >= 1)) throw new PathlightError('baseline.count', { baselines: count });
  if (typeof baselines !== 'number') {
    const images = baselines.map((baseline, index) => toFloat32(baseline, `baselines[${index}]`));
    return { count, at: (index) => checked(itemAt(images, index), index, elements) };
  }
  const space = spaceOf(context);
  const [shape, background] = [new Float32Array(elements), () => space.black];
  return { count, at: (index) => makeBaseline('noise', shape, space, { background, seed: seed + 1 + index }) };
}

/** The mean of the outputs at all baselines, [classes]. */
export async function meanOutputs(executor: Executor, baselines: BaselineSet, run: RunOptions) {
  const { count } = baselines;
  const { elements, classes } = executor;
  const sum = new Float64Array(classes);
  const costs: Cost[] = [];
  const atOnce = imagesAtOnce(elements);
  for (let first = 0; first < count; first += atOnce) {
    const size = Math.min(atOnce, count - first);
    const images = new Float32Array(size * elements);
    for (let k = 0; k < size; k++) images.set(baselines.at(first + k), k * elements);
    const { outputs, cost } = await executor.forward(images, size, run);
    outputs.forEach((output, i) => {
      sum[i % classes] = itemAt(sum, i % classes) + output;
    });
    costs.push(cost);
  }
  return { outputs: sum.map((total) => total / count), costs };
}

function checked(baseline: Float32Array, index: number, elements: number): Float32Array {
  if (baseline.length === elements) return baseline;
  throw new PathlightError('baseline.in-set', { index, numbers: baseline.length, wanted: elements });
}
