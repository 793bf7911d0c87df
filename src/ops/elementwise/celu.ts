import { elementwise } from './elementwise.js';

/**
 * Celu: y = x where x > 0, else alpha (e^(x / alpha) - 1); dx = dy where x > 0, else e^(x / alpha) dy: 1 at 0 from both sides.
 * https://onnx.ai/onnx/operators/onnx__Celu.html
 */
export const celu = elementwise<{ readonly alpha: number }>({
  since: 12,
  followsLayer: true,
  read: (node) => {
    const alpha = node.float('alpha', 1);
    if (alpha === 0) throw node.error('celu.alpha');
    return { alpha };
  },
  value: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
  derivative: (x, _, { alpha }) => (x > 0 ? 1 : Math.exp(x / alpha)),
  parameters: ({ alpha }) => ({ alpha }),
  kernel: 'celu',
});
