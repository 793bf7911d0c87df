import { elementwise } from './elementwise.js';

/** Reciprocal: y = 1 / x; dx = -dy / x^2. https://onnx.ai/onnx/operators/onnx__Reciprocal.html */
export const reciprocal = elementwise({ since: 1, value: (x) => 1 / x, derivative: (x) => -1 / (x * x), kernel: 'reciprocal' });
