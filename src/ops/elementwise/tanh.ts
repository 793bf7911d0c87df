import { elementwise } from './elementwise.js';

/**
 * Tanh: y = (e^x - e^-x) / (e^x + e^-x); dx = dy / cosh(x)^2. 1 - y^2 would not do: where |y| is near 1, float32 has lost 1 - |y|.
 * https://onnx.ai/onnx/operators/onnx__Tanh.html
 */
export const tanh = elementwise({
  since: 1,
  value: (x) => Math.tanh(x),
  derivative: (x) => {
    const e = Math.exp(-2 * Math.abs(x));
    return (4 * e) / (1 + e) ** 2;
  },
  kernel: 'tanh',
});
