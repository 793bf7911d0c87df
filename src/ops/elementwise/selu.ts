import { elementwise } from './elementwise.js';

/**
 * Selu: y = gamma x where x > 0, else gamma alpha (e^x - 1); dx = gamma dy where x > 0, else gamma alpha e^x dy. The derivative at 0 is
 * that of the left side, as in PyTorch. https://onnx.ai/onnx/operators/onnx__Selu.html
 */
export const selu = elementwise<{ readonly alpha: number; readonly gamma: number }>({
  since: 1,
  followsLayer: true,
  read: (node) => ({ alpha: node.float('alpha', 1.6732631921768188), gamma: node.float('gamma', 1.0507010221481323) }),
  value: (x, { alpha, gamma }) => gamma * (x > 0 ? x : alpha * Math.expm1(x)),
  derivative: (x, _, { alpha, gamma }) => gamma * (x > 0 ? 1 : alpha * Math.exp(x)),
  parameters: (attributes) => ({ ...attributes }),
  kernel: 'selu',
});
