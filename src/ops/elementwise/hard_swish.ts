import { elementwise } from './elementwise.js';

/**
 * HardSwish: y = x max(0, min(1, x / 6 + 1/2)); dx = 0 where x <= -3, dy where x >= 3, else (x / 3 + 1/2) dy.
 * At the kinks the derivative is that of the straight piece, as in PyTorch since https://github.com/pytorch/pytorch/pull/148049.
 * https://onnx.ai/onnx/operators/onnx__HardSwish.html
 */
export const hardSwish = elementwise({
  since: 14,
  followsLayer: true,
  canBeDead: true,
  value: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
  derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  kernel: 'hard_swish',
});
