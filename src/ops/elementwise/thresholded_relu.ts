import { elementwise } from './elementwise.js';

/**
 * ThresholdedRelu: y = x where x > alpha, else 0; dx = dy where x > alpha, else 0. The derivative at alpha is 0.
 * It jumps at alpha by alpha, so there are no `pieces`: `Kinks` describe continuous functions only (docs/exact.md).
 * https://onnx.ai/onnx/operators/onnx__ThresholdedRelu.html
 */
export const thresholdedRelu = elementwise<{ readonly alpha: number }>({
  since: 10,
  followsLayer: true,
  canBeDead: true,
  jumps: true,
  notes: { note: 'jumps at `alpha`: integrals of its gradient miss that, and `delta` shows it' },
  read: (node) => ({ alpha: node.float('alpha', 1) }),
  value: (x, { alpha }) => (x > alpha ? x : 0),
  derivative: (x, _, { alpha }) => (x > alpha ? 1 : 0),
  kernel: 'thresholded_relu',
  parameters: ({ alpha }) => ({ alpha }),
});
