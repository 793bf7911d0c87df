import { gather } from '../../tensor/gather.js';
import { fourOf, itemAt } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Evaluation, Operator } from '../operator.js';
import { checkRank } from '../shared/axes.js';
import { broadcastIndices } from '../shared/broadcast.js';

export interface BatchNormalizationAttributes {
  readonly epsilon: number;
}

/**
 * BatchNormalization at inference: y = scale (x - mean) / sqrt(variance + epsilon) + bias; dx = scale / sqrt(variance + epsilon) dy. The
 * inputs are (x, scale, bias, mean, variance), and all but x are constants with one number for each channel (axis 1).
 * On a GPU a pass rewrites it into Affine. https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
 */
export const batchNormalization: Operator<BatchNormalizationAttributes> = {
  since: 1,
  inputs: [5, 5],
  outputs: 5,
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
    // A spread of many channels would be more arguments than a call may have.
    let smallest = Number.POSITIVE_INFINITY;
    for (const variance of node.constant(4).data) smallest = Math.min(smallest, variance);
    if (!(smallest + epsilon > 0)) {
      throw node.error('normalization.variance', { variance: smallest, epsilon });
    }
    return { attributes: { epsilon }, shape, inputs: [0, 1, 2, 3, 4] };
  },
  linear: () => true,
  forward(evaluation) {
    const [x, , bias, mean] = fourOf(evaluation.inputs);
    const channels = channelsOf(evaluation);
    const centred = mapPairs(x.data, gather(mean.data, channels), (v, m) => v - m);
    const scaled = mapPairs(gather(factorsOf(evaluation), channels), centred, (factor, v) => factor * v);
    return mapPairs(scaled, gather(bias.data, channels), (v, b) => v + b);
  },
  backward(evaluation) {
    const factors = gather(factorsOf(evaluation), channelsOf(evaluation));
    return [mapPairs(factors, evaluation.cotangent, (factor, dy) => factor * dy), undefined, undefined, undefined, undefined];
  },
};

/** scale / sqrt(variance + epsilon), for each channel. */
function factorsOf({ inputs, attributes }: Evaluation<BatchNormalizationAttributes>): Float64Array {
  const [scale, variance] = [itemAt(inputs, 1), itemAt(inputs, 4)];
  return mapPairs(scale.data, variance.data, (s, v) => s / Math.sqrt(v + attributes.epsilon));
}

/** The channel of every element. */
function channelsOf({ shape }: Evaluation<BatchNormalizationAttributes>): Uint32Array {
  return broadcastIndices([sizeAt(shape, 1), ...shape.slice(2).map(() => 1)], shape);
}
