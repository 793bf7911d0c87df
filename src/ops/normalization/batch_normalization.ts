import { fourOf, itemAt } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Evaluation, Operator } from '../operator.js';
import { checkRank } from '../shared/axes.js';

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
        throw node.error('normalization.parameter', { parameter: name, found: constant.shape, channels: itemAt(shape, 1), shape });
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
    const factors = factorsOf(evaluation);
    const y = new Float64Array(x.data.length);
    eachChannel(evaluation, (c, start, end) => {
      const [factor, shift, centre] = [itemAt(factors, c), itemAt(bias.data, c), itemAt(mean.data, c)];
      for (let i = start; i < end; i++) y[i] = factor * (x.data[i]! - centre) + shift;
    });
    return y;
  },
  backward(evaluation) {
    const dy = evaluation.cotangent;
    const factors = factorsOf(evaluation);
    const dx = new Float64Array(dy.length);
    eachChannel(evaluation, (c, start, end) => {
      const factor = itemAt(factors, c);
      for (let i = start; i < end; i++) dx[i] = factor * dy[i]!;
    });
    return [dx, undefined, undefined, undefined, undefined];
  },
};

/** scale / sqrt(variance + epsilon), for each channel. */
function factorsOf({ inputs, attributes }: Evaluation<BatchNormalizationAttributes>): Float64Array {
  const [scale, variance] = [itemAt(inputs, 1), itemAt(inputs, 4)];
  return mapPairs(scale.data, variance.data, (s, v) => s / Math.sqrt(v + attributes.epsilon));
}

/** Calls `visit` for the elements of every channel of every image: those from `start` up to, but without, `end`. */
function eachChannel(
  { shape }: Evaluation<BatchNormalizationAttributes>,
  visit: (channel: number, start: number, end: number) => void,
): void {
  const [channels, each] = [sizeAt(shape, 1), sizeOf(shape.slice(2))];
  for (let plane = 0; plane < sizeAt(shape, 0) * channels; plane++) visit(plane % channels, plane * each, (plane + 1) * each);
}
