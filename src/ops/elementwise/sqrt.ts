import { elementwise } from './elementwise.js';

/**
 * Sqrt: y = sqrt(x); dx = dy / (2 y). The derivative at 0, which has no finite value, is 0: then the norm sqrt(sum x^2) has the gradient 0 at
 * 0, as ReduceL2 and torch.norm have, and not 0 times infinity. https://onnx.ai/onnx/operators/onnx__Sqrt.html
 */
export const sqrt = elementwise({ since: 1, value: Math.sqrt, derivative: (x, y) => (x > 0 ? 0.5 / y : 0), kernel: 'sqrt' });
