import { productOf } from '../../tensor/elements.js';
import { binary } from './binary.js';

/**
 * Mul: y = a b, broadcast; da = b dy and db = a dy, each summed over the axes along which the operand was stretched.
 * https://onnx.ai/onnx/operators/onnx__Mul.html
 */
export const mul = binary({
  since: 1,
  inputs: [2, 2],
  notes: { exact: 'where one operand is constant' },
  value: (a, b) => a * b,
  values: productOf,
  derivatives: ['other', 'other'],
  linear: ([a, b]) => !(a && b),
  kernel: 'MUL',
});
