import { elementwise } from './elementwise.js';
import { logistic } from './sigmoid.js';

/**
 * Softplus: y = log(1 + e^x), computed as max(x, 0) + log(1 + e^-|x|), which neither overflows nor cancels; dx = dy / (1 + e^-x).
 * https://onnx.ai/onnx/operators/onnx__Softplus.html
 */
export const softplus = elementwise({
  since: 1,
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: logistic,
  kernel: 'softplus',
});
