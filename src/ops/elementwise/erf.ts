import { itemAt } from '../../tensor/items.js';
import { elementwise } from './elementwise.js';

/**
 * Erf: y = 2 / sqrt(pi) * integral from 0 to x of e^-t^2 dt; dx = 2 / sqrt(pi) e^-x^2 dy. https://onnx.ai/onnx/operators/onnx__Erf.html
 */
export const erf = elementwise({
  since: 9,
  value: errorFunction,
  derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  kernel: 'erf',
});

/** From here on erfc is computed as a continued fraction and erf as 1 - erfc. Below, erf is a series and erfc is 1 - erf. */
const CROSSOVER = 2;
/** Terms of the continued fraction. At the crossover its relative error is 8e-17, and beyond less. */
const LEVELS = 60;

/** 1 / (2 n + 1), far more than the series needs. */
const INVERSE_ODD = Float64Array.from({ length: 128 }, (_, n) => 1 / (2 * n + 1));

/** erf(x), with a relative error of 1e-15. */
export function errorFunction(x: number): number {
  if (Math.abs(x) >= CROSSOVER) return Math.sign(x) * (1 - complement(Math.abs(x)));
  // 2 / sqrt(pi) e^-x^2 (x + 2 x^3 / 3 + 4 x^5 / 15 + ...): all terms have one sign (Abramowitz and Stegun, 7.1.6).
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= 2 * x * x * itemAt(INVERSE_ODD, n);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 - erf(x), with a relative error of 2e-13 even where it is small. */
export function complementaryErrorFunction(x: number): number {
  return x >= CROSSOVER ? complement(x) : 1 - errorFunction(x);
}

/** erfc(x) = e^-x^2 / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...)))) (Abramowitz and Stegun, 7.1.14). */
function complement(x: number): number {
  let fraction = 0;
  for (let k = LEVELS; k >= 1; k--) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
