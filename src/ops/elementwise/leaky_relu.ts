import { elementwise } from './elementwise.js';

/**
 * LeakyRelu: y = x where x > 0, else alpha x; dx = dy where x > 0, else alpha dy. The derivative at 0 is alpha, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__LeakyRelu.html
 */
export const leakyRelu = elementwise<{ readonly alpha: number }>({
  since: 1,
  followsLayer: true,
  read: (node) => ({ alpha: node.float('alpha', 0.01) }),
  value: (x, { alpha }) => (x > 0 ? x : alpha * x),
  derivative: (x, _, { alpha }) => (x > 0 ? 1 : alpha),
  linear: ({ alpha }) => alpha === 1,
  pieces: { kinks: () => ({ lower: 0, upper: Infinity, slope: 1, offset: 0 }), below: ({ alpha }) => alpha },
  kernel: 'leaky_relu',
  parameters: ({ alpha }) => ({ alpha }),
});
