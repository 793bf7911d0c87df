import { elementwise } from './elementwise.js';

/**
 * Ceil: y = the smallest integer that is not below x; dx = 0.
 * https://onnx.ai/onnx/operators/onnx__Ceil.html
 */
export const ceil = elementwise({ since: 1, flat: true, jumps: true, value: Math.ceil, kernel: 'ceil' });
