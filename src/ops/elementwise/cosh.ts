import { elementwise } from './elementwise.js';

/**
 * Cosh: y = (e^x + e^-x) / 2; dx = sinh(x) dy.
 * https://onnx.ai/onnx/operators/onnx__Cosh.html
 */
export const cosh = elementwise({
  since: 9,
  value: Math.cosh,
  derivative: (x) => Math.sinh(x),
  kernel: 'cosh',
});
