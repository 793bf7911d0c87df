import { elementwise } from './elementwise.js';
import { logistic } from './sigmoid.js';

/** tanh(log(1 + e^x)), and 1 minus its square. Both are computed from e = e^-|x|, so that nothing overflows or cancels. */
function gate(x: number): { t: number; rest: number } {
  const e = Math.exp(-Math.abs(x));
  const [above, whole, root] = x > 0 ? [1 + 2 * e, 1 + 2 * e + 2 * e * e, 2 * (1 + e) * e] : [e * (e + 2), e * (e + 2) + 2, 2 * (1 + e)];
  return { t: above / whole, rest: (root / whole) ** 2 };
}

/**
 * Mish: y = x t with t = tanh(log(1 + e^x)); dx = (t + x (1 - t^2) s(x)) dy with the logistic function s.
 * https://onnx.ai/onnx/operators/onnx__Mish.html
 */
export const mish = elementwise({
  since: 18,
  value: (x) => x * gate(x).t,
  derivative: (x) => {
    const { t, rest } = gate(x);
    return t + x * rest * logistic(x);
  },
  kernel: 'mish',
});
