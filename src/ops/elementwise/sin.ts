import { elementwise } from './elementwise.js';

/**
 * Sin: y = sin(x); dx = cos(x) dy. In float32 x is off by |x| 2^-24, and so are the results.
 * https://onnx.ai/onnx/operators/onnx__Sin.html
 */
export const sin = elementwise({
  since: 7,
  value: Math.sin,
  derivative: (x) => Math.cos(x),
  kernel: 'sin',
});
