import { elementwise } from './elementwise.js';

/**
 * Elu: y = x where x > 0, else alpha (e^x - 1); dx = dy where x > 0, else alpha e^x dy. The derivative at 0 is alpha, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__Elu.html
 */
export const elu = elementwise<{ readonly alpha: number }>({
  since: 1,
  followsLayer: true,
  read: (node) => ({ alpha: node.float('alpha', 1) }),
  value: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
  derivative: (x, _, { alpha }) => (x > 0 ? 1 : alpha * Math.exp(x)),
  kernel: 'elu',
  parameters: ({ alpha }) => ({ alpha }),
});
