import { elementwise } from './elementwise.js';

/** Log: y = log(x), natural; dx = dy / x. Only of numbers above 0. https://onnx.ai/onnx/operators/onnx__Log.html */
export const log = elementwise({ since: 1, value: Math.log, derivative: (x) => 1 / x, kernel: 'log' });
