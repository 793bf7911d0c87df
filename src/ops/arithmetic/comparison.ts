import { type Binary, binary } from './binary.js';

/** y = 1 where a and b compare so, else 0, broadcast. It is constant in pieces. */
function comparison(since: number, kernel: Binary['kernel'], holds: (a: number, b: number) => boolean) {
  return binary({
    since,
    inputs: [2, 2],
    flat: true,
    jumps: true,
    type: 'bool',
    value: (a, b) => Number(holds(a, b)),
    linear: () => false,
    kernel,
  });
}

/** Equal: y = 1 where a = b, else 0. https://onnx.ai/onnx/operators/onnx__Equal.html */
export const equal = comparison(1, 'EQUAL', (a, b) => a === b);

/** Greater: y = 1 where a > b, else 0. https://onnx.ai/onnx/operators/onnx__Greater.html */
export const greater = comparison(1, 'GREATER', (a, b) => a > b);

/** GreaterOrEqual: y = 1 where a >= b, else 0. https://onnx.ai/onnx/operators/onnx__GreaterOrEqual.html */
export const greaterOrEqual = comparison(12, 'GREATER_OR_EQUAL', (a, b) => a >= b);

/** Less: y = 1 where a < b, else 0. https://onnx.ai/onnx/operators/onnx__Less.html */
export const less = comparison(1, 'LESS', (a, b) => a < b);

/** LessOrEqual: y = 1 where a <= b, else 0. https://onnx.ai/onnx/operators/onnx__LessOrEqual.html */
export const lessOrEqual = comparison(12, 'LESS_OR_EQUAL', (a, b) => a <= b);
