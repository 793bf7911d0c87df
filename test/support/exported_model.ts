import { sizeOf } from '../../src/tensor/tensor.js';
import { floatTensor, type ModelDescription, type TensorInit } from './onnx_builder.js';
import { mulberry32, uniformArray } from './random.js';

/** A classifier as an exporter might write it: an entry of test/support/exported_models.ts. */
export interface ExportedModel {
  readonly name: string;
  readonly description: ModelDescription;
}

const random = mulberry32(31);

/** Weights in [-0.8, 0.8]. */
export function weights(...shape: number[]): TensorInit {
  return floatTensor(shape, uniformArray(random, sizeOf(shape), -0.8, 0.8));
}

/** Variances and divisors in [0.5, 1.5]. */
export function positive(...shape: number[]): TensorInit {
  return floatTensor(shape, uniformArray(random, sizeOf(shape), 0.5, 1.5));
}

type Given = Omit<ModelDescription, 'outputs' | 'inputs'> & Partial<Pick<ModelDescription, 'inputs' | 'outputs'>>;

/** A model with the input `x`, 1x2x6x5 with a symbolic batch, and the output `y`, unless `given` says otherwise. */
export function model(name: string, given: Given): ExportedModel {
  return { name, description: { inputs: { x: ['N', 2, 6, 5] }, outputs: ['y'], ...given } };
}

/** The constants of a BatchNormalization over 4 channels. */
export const batchNormalization = { scale: weights(4), shift: weights(4), mean: weights(4), variance: positive(4) };
