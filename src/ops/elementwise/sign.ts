import { elementwise } from './elementwise.js';

/**
 * Sign: y = 1 above 0, -1 below, and 0 at 0; dx = 0.
 * https://onnx.ai/onnx/operators/onnx__Sign.html
 */
export const sign = elementwise({ since: 9, flat: true, jumps: true, value: Math.sign, kernel: 'sign' });
