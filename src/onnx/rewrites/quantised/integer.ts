import type { NodeReader } from '../../../ops/node_reader.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { biased } from '../activations.js';
import { inputName, type NodeWriter, type RewrittenOperator, reshaped } from '../rewrite.js';
import { CONVOLUTION_ATTRIBUTES, convolutionAttributes } from '../windows/stacked_convolution.js';
import { dynamicallyQuantised } from './linear.js';
import { dequantised } from './quantise.js';
import { isZero } from './same.js';

/** q - zero, where the zero points of several places lie along an axis, counted from the end. */
function shifted(write: NodeWriter, q: string, zero: string | undefined, fromEnd: number): string {
  if (zero === undefined || isZero(write, zero)) return q;
  const numbers = write.shape(zero);
  const rank = write.shape(q).length;
  const lies = numbers.length === 1 && sizeOf(numbers) > 1;
  const shape = Array.from({ length: rank }, (_, axis) => (axis === rank - fromEnd ? sizeOf(numbers) : 1));
  return write.add('Sub', [q, lies ? reshaped(write, zero, shape) : zero]);
}

/** ConvInteger: Conv of x - x_zero and w - w_zero. https://onnx.ai/onnx/operators/onnx__ConvInteger.html */
export const convInteger: RewrittenOperator = {
  since: 10,
  inputs: [2, 4],
  attributes: CONVOLUTION_ATTRIBUTES,
  rewrite(node, write) {
    const [x, w] = [node.input(0), node.input(1)];
    const operands = [shifted(write, x.name, inputName(node, 2), 0), shifted(write, w.name, inputName(node, 3), w.shape.length)];
    return [write.add('Conv', operands, convolutionAttributes(node))];
  },
};

function product(node: NodeReader, write: NodeWriter, [a, b]: readonly string[], zeros: readonly (string | undefined)[]): string {
  return write.add('MatMul', [shifted(write, a ?? node.input(0).name, zeros[0], 2), shifted(write, b ?? node.input(1).name, zeros[1], 1)]);
}

/** MatMulInteger: the product of a - a_zero and b - b_zero. https://onnx.ai/onnx/operators/onnx__MatMulInteger.html */
export const matMulInteger: RewrittenOperator = {
  since: 10,
  inputs: [2, 4],
  rewrite: (node, write) => [product(node, write, [], [inputName(node, 2), inputName(node, 3)])],
};

/**
 * MatMulIntegerToFloat: the same times both scales, plus a bias.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulIntegerToFloat
 */
export const matMulIntegerToFloat: RewrittenOperator = {
  since: 1,
  inputs: [4, 7],
  rewrite(node, write) {
    const integers = product(node, write, [], [inputName(node, 4), inputName(node, 5)]);
    const scales = write.add('Mul', [node.input(2).name, node.input(3).name]);
    return [biased(write, write.add('Mul', [scales, integers]), inputName(node, 6))];
  },
};

/**
 * DynamicQuantizeMatMul: the product of a, which it quantises by its own range, and of weights.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.DynamicQuantizeMatMul
 */
export const dynamicQuantizeMatMul: RewrittenOperator = {
  since: 1,
  inputs: [3, 5],
  rewrite(node, write) {
    const weights = dequantised(node, write, node.input(1).name, { scale: node.input(2).name, zero: inputName(node, 3), axis: -1 });
    const { q, scale, zero } = dynamicallyQuantised(write, node.input(0).name);
    const integers = write.add('MatMul', [shifted(write, q, zero, 0), weights]);
    return [biased(write, write.add('Mul', [scale, integers]), inputName(node, 4))];
  },
};
