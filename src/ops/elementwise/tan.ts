import { elementwise } from './elementwise.js';

/**
 * Tan: y = tan(x); dx = dy / cos(x)^2.
 * https://onnx.ai/onnx/operators/onnx__Tan.html
 */
export const tan = elementwise({
  since: 7,
  value: Math.tan,
  derivative: (x) => 1 / Math.cos(x) ** 2,
  kernel: 'tan',
});
