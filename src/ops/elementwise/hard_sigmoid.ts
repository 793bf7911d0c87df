import { elementwise } from './elementwise.js';

/**
 * HardSigmoid: y = max(0, min(1, alpha x + beta)); dx = alpha dy where 0 < y < 1, else 0. The derivative at both kinks is 0, as in PyTorch.
 * https://onnx.ai/onnx/operators/onnx__HardSigmoid.html
 */
export const hardSigmoid = elementwise<{ readonly alpha: number; readonly beta: number }>({
  since: 1,
  canBeDead: true,
  read: (node) => ({ alpha: node.float('alpha', 0.2), beta: node.float('beta', 0.5) }),
  value: (x, { alpha, beta }) => Math.max(0, Math.min(1, alpha * x + beta)),
  derivative: (_, y, { alpha }) => (y > 0 && y < 1 ? alpha : 0),
  linear: ({ alpha }) => alpha === 0,
  pieces: {
    kinks: ({ alpha, beta }) => {
      const ends = [-beta / alpha, (1 - beta) / alpha];
      return { lower: Math.min(...ends), upper: Math.max(...ends), slope: alpha, offset: beta };
    },
    below: () => 0,
  },
  kernel: 'hard_sigmoid',
  parameters: (attributes) => ({ ...attributes }),
});
