import { type CandidateBatch, type Cost, type Executor, NO_PATCH } from '../../src/executor.js';
import { elementOf } from '../../src/tensor/pixels.js';
import { mulberry32, normalArray } from './random.js';

/** Computes the outputs of one image. */
export type Model = (image: ArrayLike<number>) => number[];

export interface FakeExecutor extends Executor {
  /** Sizes of the batches that were evaluated. */
  readonly batches: number[];
}

export const NO_COST: Cost = { plan: 'cpu', dispatches: 0, submits: 0, uploadedBytes: 0, readbackBytes: 0, peakBytes: 0, milliseconds: 0 };

/** A plain function as an executor, for tests of code that asks only for outputs and verdicts. */
export function fakeExecutor(model: Model, elements: number, cost = NO_COST): FakeExecutor {
  const classes = model(new Float64Array(elements)).length;
  const batches: number[] = [];
  return {
    kind: 'cpu',
    adapter: 'plain function',
    elements,
    classes,
    bySigmoid: false,
    batches,
    async forward(images, count) {
      const outputs = Array.from({ length: count }, (_, i) => model(images.subarray(i * elements, (i + 1) * elements))).flat();
      return { outputs: Float64Array.from(outputs), cost };
    },
    async evaluate(batch, target) {
      const images = buildCandidates(batch);
      batches.push(images.length);
      const outputs = images.map(model);
      const margins = outputs.map((output) => marginOf(output, target));
      return {
        predicted: Uint32Array.from(outputs, (output) => output.indexOf(Math.max(...output))),
        margin: Float64Array.from(margins),
        probability: Float64Array.from(outputs, (output) => 1 / output.reduce((sum, other) => sum + Math.exp(other - output[target]!), 0)),
        cost,
      };
    },
    epsilon: 2 ** -53,
    gradients: () => Promise.reject(new Error('a plain function has no gradients')),
    gradientMoments: () => Promise.reject(new Error('a plain function has no gradients')),
    layerGradients: () => Promise.reject(new Error('a plain function has no layers')),
    behind: () => Promise.reject(new Error('a plain function has no layers')),
    ruledGradients: () => Promise.reject(new Error('a plain function has no operators')),
    multipliers: () => Promise.reject(new Error('a plain function has no operators')),
    regions: () => Promise.reject(new Error('a plain function has no regions')),
    pathGradient: () => Promise.reject(new Error('a plain function has no gradient')),
    destroy() {},
  };
}

/** The images of a batch, exactly as `CandidateBatch` describes them. */
export function buildCandidates({ image, paint, pixels, patches, ranks, candidates }: CandidateBatch): Float32Array[] {
  return Array.from({ length: candidates.length / 4 }, (_, i) => {
    const [sequence, length, ...toggles] = candidates.subarray(4 * i, 4 * i + 4);
    const edited = image.slice();
    for (let pixel = 0; pixel < pixels.pixels; pixel++) {
      const inPrefix = ranks[sequence! * patches.count + patches.labels[pixel]!]! < length!;
      const toggled = toggles.filter((toggle) => toggle !== NO_PATCH && toggle === patches.labels[pixel]).length % 2 === 1;
      for (let channel = 0; inPrefix !== toggled && channel < pixels.channels; channel++) {
        const element = elementOf(pixels, pixel, channel);
        edited[element] = paint[element]!;
      }
    }
    return edited;
  });
}

/** Output of the target minus the largest other. */
export function marginOf(outputs: readonly number[], target: number): number {
  return outputs[target]! - Math.max(...outputs.filter((_, index) => index !== target));
}

/** outputs_c = bias_c + sum_i weights_ci x_i. */
export function linearModel(weights: readonly (readonly number[])[], bias: readonly number[]): Model {
  return (image) => weights.map((row, c) => row.reduce((sum, weight, i) => sum + weight * image[i]!, bias[c]!));
}

/** A seeded network of two layers, outputs = B relu(A x + a) + b, with standard normal weights. */
export function reluModel(seed: number, elements: number, hidden: number, classes: number): Model {
  const uniform = mulberry32(seed);
  const [first, bias, second, last] = [elements * hidden, hidden, hidden * classes, classes].map((count) => normalArray(uniform, count));
  return (image) => {
    const units = Array.from(bias!, (value, h) => {
      let sum = value;
      for (let i = 0; i < elements; i++) {
        sum += first![h * elements + i]! * image[i]!;
      }
      return Math.max(sum, 0);
    });
    return Array.from(last!, (value, c) => units.reduce((sum, unit, h) => sum + second![c * hidden + h]! * unit, value));
  };
}
