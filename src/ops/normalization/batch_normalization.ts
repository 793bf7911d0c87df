import { sizeOf } from '../../tensor/tensor.js';
import type { Evaluation, Operator } from '../operator.js';
import { checkRank, sizeBetween } from '../shared/axes.js';

export interface BatchNormalizationAttributes {
  readonly epsilon: number;
}

/**
 * BatchNormalization at inference, inputs (x, scale, bias, mean, variance), all but x constants of one number a channel (axis 1):
 * y = scale (x - mean) / sqrt(variance + epsilon) + bias; dx = scale / sqrt(variance + epsilon) dy.
 * On a GPU a pass rewrites it into Affine. https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
 */
export const batchNormalization: Operator<BatchNormalizationAttributes> = {
  since: 1,
  followsLayer: true,
  read(node) {
    const { shape } = node.input(0);
    checkRank(node, shape);
    if (node.int('spatial', 1) !== 1) {
      throw node.error('normalization.spatial');
    }
    if (node.int('training_mode', 0) !== 0) {
      throw node.error('node.training', { value: 1 });
    }
    if (shape.length < 2) {
      throw node.error('node.input-shape', { shape, needs: 'channels' });
    }
    for (const [offset, name] of ['scale', 'bias', 'mean', 'variance'].entries()) {
      const constant = node.constant(offset + 1);
      if (sizeOf(constant.shape) !== shape[1]) {
        throw node.error('normalization.parameter', { parameter: name, found: constant.shape, channels: shape[1]!, shape });
      }
    }
    const epsilon = node.float('epsilon', 1e-5);
    const smallest = Math.min(...node.constant(4).data);
    if (!(smallest + epsilon > 0)) {
      throw node.error('normalization.variance', { variance: smallest, epsilon });
    }
    return { attributes: { epsilon }, shape, inputs: [0, 1, 2, 3, 4] };
  },
  linear: () => true,
  forward(evaluation) {
    const channel = channelOf(evaluation);
    const factors = factorsOf(evaluation);
    const [x, , bias, mean] = evaluation.inputs;
    return x!.data.map((v, i) => factors[channel(i)]! * (v - mean!.data[channel(i)]!) + bias!.data[channel(i)]!);
  },
  backward(evaluation) {
    const channel = channelOf(evaluation);
    const factors = factorsOf(evaluation);
    return [evaluation.cotangent.map((dy, i) => factors[channel(i)]! * dy), undefined, undefined, undefined, undefined];
  },
};

/** scale / sqrt(variance + epsilon), one a channel. */
function factorsOf({ inputs, attributes }: Evaluation<BatchNormalizationAttributes>): Float64Array {
  const variance = inputs[4]!.data;
  return inputs[1]!.data.map((scale, c) => scale / Math.sqrt(variance[c]! + attributes.epsilon));
}

function channelOf({ shape }: Evaluation<BatchNormalizationAttributes>): (element: number) => number {
  const inner = sizeBetween(shape, 2);
  return (element) => Math.floor(element / inner) % shape[1]!;
}
