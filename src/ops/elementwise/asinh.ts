import { elementwise } from './elementwise.js';

/**
 * Asinh: y = log(x + sqrt(x^2 + 1)); dx = dy / sqrt(x^2 + 1).
 * https://onnx.ai/onnx/operators/onnx__Asinh.html
 */
export const asinh = elementwise({
  since: 9,
  value: Math.asinh,
  derivative: (x) => 1 / Math.hypot(x, 1),
  kernel: 'asinh',
});
