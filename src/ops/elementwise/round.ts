import { elementwise } from './elementwise.js';

/** Round: y = the nearest integer, of two the even one; dx = 0. https://onnx.ai/onnx/operators/onnx__Round.html */
export const round = elementwise({ since: 11, flat: true, jumps: true, value: roundHalfToEven, kernel: 'round' });

/** To the nearest integer, halves to the even one. */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) {
    return Math.round(x);
  }
  return floor % 2 === 0 ? floor : floor + 1;
}
