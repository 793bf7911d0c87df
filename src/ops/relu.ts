import { elementwise } from './elementwise.js';

/**
 * Relu: y = max(x, 0); dx = dy where x > 0, else 0. The derivative at 0 is 0, as in PyTorch and TensorFlow.
 * https://onnx.ai/onnx/operators/onnx__Relu.html
 */
export const relu = elementwise({
  value: (x) => Math.max(x, 0),
  derivative: (x) => (x > 0 ? 1 : 0),
  pieces: { kinks: () => ({ lower: 0, upper: Infinity, slope: 1, offset: 0 }), below: () => 0 },
  kernel: 'relu',
  reads: 'output',
});
