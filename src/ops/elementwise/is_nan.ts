import { elementwise } from './elementwise.js';

/** IsNaN: y = 1 where x is not a number, else 0; dx = 0. https://onnx.ai/onnx/operators/onnx__IsNaN.html */
export const isNan = elementwise({
  since: 9,
  flat: true,
  jumps: true,
  type: 'bool',
  value: (x) => Number(Number.isNaN(x)),
  kernel: 'is_nan',
});
