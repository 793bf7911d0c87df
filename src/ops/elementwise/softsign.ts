import { elementwise } from './elementwise.js';

/** Softsign: y = x / (1 + |x|); dx = dy / (1 + |x|)^2. https://onnx.ai/onnx/operators/onnx__Softsign.html */
export const softsign = elementwise({
  since: 1,
  value: (x) => x / (1 + Math.abs(x)),
  derivative: (x) => 1 / (1 + Math.abs(x)) ** 2,
  kernel: 'softsign',
});
