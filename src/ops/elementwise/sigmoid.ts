import { elementwise } from './elementwise.js';

/** 1 / (1 + e^-x), with no overflow at either end. */
export function logistic(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/**
 * Sigmoid: y = s(x) = 1 / (1 + e^-x); dx = s(x) s(-x) dy. y (1 - y) would not do: where y is near 1, float32 has lost 1 - y.
 * https://onnx.ai/onnx/operators/onnx__Sigmoid.html
 */
export const sigmoid = elementwise({
  since: 1,
  value: logistic,
  derivative: (x) => logistic(x) * logistic(-x),
  kernel: 'sigmoid',
});
