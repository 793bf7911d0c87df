import type { Operator } from '../operator.js';
import { sum } from './sum.js';

/**
 * Mean: y = (x_1 + ... + x_n) / n, broadcast; dx_k = dy / n summed over the axes along which x_k was stretched.
 * On a GPU a pass rewrites it into Sum and Affine. https://onnx.ai/onnx/operators/onnx__Mean.html
 */
export const mean: Operator = {
  ...sum,
  forward: (evaluation) => sum.forward(evaluation).map((total) => total / evaluation.inputs.length),
  backward: (evaluation) => sum.backward(evaluation).map((part) => part?.map((total) => total / evaluation.inputs.length)),
};
