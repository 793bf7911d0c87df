import { elementwise } from './elementwise.js';

/**
 * Sinh: y = (e^x - e^-x) / 2; dx = cosh(x) dy.
 * https://onnx.ai/onnx/operators/onnx__Sinh.html
 */
export const sinh = elementwise({
  since: 9,
  value: Math.sinh,
  derivative: (x) => Math.cosh(x),
  kernel: 'sinh',
});
