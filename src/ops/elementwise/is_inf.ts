import { elementwise } from './elementwise.js';

/**
 * IsInf: y = 1 where x is infinite, of the signs that are detected, else 0; dx = 0. https://onnx.ai/onnx/operators/onnx__IsInf.html
 */
export const isInfinite = elementwise<{ readonly negative: boolean; readonly positive: boolean }>({
  since: 10,
  flat: true,
  jumps: true,
  type: 'bool',
  read: (node) => ({ negative: node.int('detect_negative', 1) !== 0, positive: node.int('detect_positive', 1) !== 0 }),
  value: (x, { negative, positive }) => Number((negative && x === -Infinity) || (positive && x === Infinity)),
  kernel: 'is_inf',
  parameters: ({ negative, positive }) => ({ negative: Number(negative), positive: Number(positive) }),
});
