import { PathlightError } from '../errors.js';
import type { Numbers } from '../executor.js';

/** The largest number of float32, in which models compute. A float64 executor may give larger ones, which a device would give as infinity. */
const LARGEST = 2 ** 128 - 2 ** 104;

/** Whether all of these are numbers that a model can give. */
export function areNumbers(values: Numbers): boolean {
  return firstNoNumber(values) === -1;
}

/** The index of the first that is no such number, or -1. */
function firstNoNumber(values: Numbers): number {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]!) <= LARGEST)) return i;
  return -1;
}

/**
 * Refuses outputs of a model that are NaN, infinite, or beyond float32: nothing can be read from them.
 *
 * @param of what the outputs are of.
 */
export function checkOutputs(outputs: Numbers, of: 'image' | 'baseline' = 'image'): void {
  const index = firstNoNumber(outputs);
  const value = outputs[index];
  if (value !== undefined) throw new PathlightError('output.no-number', { of, class: index, value });
}

/** Refuses a map with elements that are NaN, infinite, or beyond float32. */
export function checkMap(map: Numbers, method: string): void {
  const element = firstNoNumber(map);
  const value = map[element];
  if (value !== undefined) throw new PathlightError('map.no-number', { method, element, value });
}
