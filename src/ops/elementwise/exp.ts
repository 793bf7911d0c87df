import { elementwise } from './elementwise.js';

/** Exp: y = e^x; dx = y dy. WGSL promises 3 + 2 |x| units in the last place. https://onnx.ai/onnx/operators/onnx__Exp.html */
export const exp = elementwise({ since: 1, value: Math.exp, derivative: (_, y) => y, kernel: 'exp' });
