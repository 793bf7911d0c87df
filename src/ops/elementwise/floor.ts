import { elementwise } from './elementwise.js';

/**
 * Floor: y = the largest integer that is not above x; dx = 0.
 * https://onnx.ai/onnx/operators/onnx__Floor.html
 */
export const floor = elementwise({ since: 1, flat: true, jumps: true, value: Math.floor, kernel: 'floor' });
