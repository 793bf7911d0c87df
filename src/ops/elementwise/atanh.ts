import { elementwise } from './elementwise.js';

/**
 * Atanh: y = log((1 + x) / (1 - x)) / 2; dx = dy / (1 - x^2).
 * https://onnx.ai/onnx/operators/onnx__Atanh.html
 */
export const atanh = elementwise({
  since: 9,
  value: Math.atanh,
  derivative: (x) => 1 / ((1 - x) * (1 + x)),
  kernel: 'atanh',
});
