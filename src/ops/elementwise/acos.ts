import { elementwise } from './elementwise.js';

/**
 * Acos: y = arccos(x); dx = -dy / sqrt(1 - x^2). The derivative at -1 and 1 has no finite value and counts as 0, as that of Sqrt at 0.
 * https://onnx.ai/onnx/operators/onnx__Acos.html
 */
export const acos = elementwise({
  since: 7,
  value: Math.acos,
  derivative: (x) => (Math.abs(x) < 1 ? -1 / Math.sqrt((1 - x) * (1 + x)) : 0),
  kernel: 'acos',
});
