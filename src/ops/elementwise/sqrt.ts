import { elementwise } from './elementwise.js';

/**
 * Sqrt: y = sqrt(x); dx = dy / (2 y). The derivative at 0 has no finite value and counts as 0. Then the norm sqrt(sum x^2) has the gradient
 * 0 at 0, as in ReduceL2 and torch.norm, and not 0 times infinity. https://onnx.ai/onnx/operators/onnx__Sqrt.html
 */
export const sqrt = elementwise({ since: 1, value: Math.sqrt, derivative: (x, y) => (x > 0 ? 0.5 / y : 0), kernel: 'sqrt' });
