import { elementwise } from './elementwise.js';

/**
 * Abs: y = |x|; dx = sign(x) dy. The derivative at 0 is 0, as in PyTorch. https://onnx.ai/onnx/operators/onnx__Abs.html
 */
export const abs = elementwise({
  since: 1,
  value: Math.abs,
  derivative: Math.sign,
  pieces: { kinks: () => ({ lower: 0, upper: Infinity, slope: 1, offset: 0 }), below: () => -1 },
  kernel: 'abs',
});
