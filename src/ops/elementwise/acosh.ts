import { elementwise } from './elementwise.js';

/**
 * Acosh: y = log(x + sqrt(x^2 - 1)); dx = dy / sqrt(x^2 - 1). The derivative at 1 has no finite value and counts as 0.
 * https://onnx.ai/onnx/operators/onnx__Acosh.html
 */
export const acosh = elementwise({
  since: 9,
  value: Math.acosh,
  derivative: (x) => (x > 1 ? 1 / Math.sqrt((x - 1) * (x + 1)) : 0),
  kernel: 'acosh',
});
