import { elementwise } from './elementwise.js';

/**
 * Cos: y = cos(x); dx = -sin(x) dy. In float32 x is off by |x| 2^-24, and so are the results.
 * https://onnx.ai/onnx/operators/onnx__Cos.html
 */
export const cos = elementwise({
  since: 7,
  value: Math.cos,
  derivative: (x) => -Math.sin(x),
  kernel: 'cos',
});
