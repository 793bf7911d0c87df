import { sizeOf } from '../tensor/tensor.js';
import { binary, cotangent, operands, reductionParameters } from './binary.js';
import type { Dispatch, Lowering } from './operator.js';

/**
 * Add: y = a + b, broadcast; da = dy and db = dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Add.html
 */
export const add = binary({
  value: (a, b) => a + b,
  derivatives: () => [1, 1],
  linear: () => true,
  forward: 'add_forward',
  backward: (lowering, position) => sumOfCotangents(lowering, position, 1),
});

/** The cotangent of an operand whose derivative is the number `factor` everywhere. */
export function sumOfCotangents(lowering: Lowering<unknown>, position: 0 | 1, factor: number): Dispatch {
  const { operand } = operands(lowering, position);
  const { output } = lowering;
  return {
    kernel: 'add_backward',
    bindings: [cotangent(output.name), cotangent(operand.name)],
    parameters: { factor, ...reductionParameters(operand.shape, output.shape) },
    tiles: sizeOf(operand.shape),
  };
}
