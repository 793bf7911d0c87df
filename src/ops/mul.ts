import { sizeOf } from '../tensor/tensor.js';
import { binary, cotangent, operands, reductionParameters, value } from './binary.js';
import type { Dispatch, Lowering } from './operator.js';

/**
 * Mul: y = a b, broadcast; da = b dy and db = a dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Mul.html
 */
export const mul = binary({
  value: (a, b) => a * b,
  derivatives: (a, b) => [b, a],
  linear: ([a, b]) => !(a && b),
  forward: 'mul_forward',
  backward: (lowering, position) => weightedSum(lowering, position, 'mul_backward'),
});

/** The cotangent of an operand by a kernel that reads the other operand and dy. */
export function weightedSum(lowering: Lowering<unknown>, position: 0 | 1, kernel: string): Dispatch {
  const { operand, other } = operands(lowering, position);
  const { output } = lowering;
  return {
    kernel,
    bindings: [value(other.name), cotangent(output.name), cotangent(operand.name)],
    parameters: reductionParameters(operand.shape, output.shape, other.shape),
    tiles: sizeOf(operand.shape),
  };
}
