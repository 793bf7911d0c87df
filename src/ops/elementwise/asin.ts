import { elementwise } from './elementwise.js';

/**
 * Asin: y = arcsin(x); dx = dy / sqrt(1 - x^2). The derivative at -1 and 1 has no finite value and counts as 0, as that of Sqrt at 0.
 * https://onnx.ai/onnx/operators/onnx__Asin.html
 */
export const asin = elementwise({
  since: 7,
  value: Math.asin,
  derivative: (x) => (Math.abs(x) < 1 ? 1 / Math.sqrt((1 - x) * (1 + x)) : 0),
  kernel: 'asin',
});
