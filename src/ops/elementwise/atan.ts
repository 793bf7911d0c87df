import { elementwise } from './elementwise.js';

/**
 * Atan: y = arctan(x); dx = dy / (1 + x^2).
 * https://onnx.ai/onnx/operators/onnx__Atan.html
 */
export const atan = elementwise({
  since: 7,
  value: Math.atan,
  derivative: (x) => 1 / (1 + x * x),
  kernel: 'atan',
});
