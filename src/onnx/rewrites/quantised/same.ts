import type { Tensor } from '../../../tensor/tensor.js';
import type { NodeWriter } from '../rewrite.js';
import type { Quantisation } from './values.js';

/** Whether integers mean the same by both. */
export function sameQuantisation(write: NodeWriter, a: Quantisation, b: Quantisation): boolean {
  return (
    (a.axis ?? 1) === (b.axis ?? 1) &&
    (a.block ?? 0) === (b.block ?? 0) &&
    sameNumbers(write, a.scale, b.scale) &&
    (a.zero === undefined || b.zero === undefined ? isZero(write, a.zero) && isZero(write, b.zero) : sameNumbers(write, a.zero, b.zero))
  );
}

function sameNumbers(write: NodeWriter, a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [write.constant(a), write.constant(b)];
  return first !== undefined && second !== undefined && equal(first.data, second.data);
}

function equal(a: Tensor['data'], b: Tensor['data']): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

/** Whether a zero point is 0 everywhere. */
export function isZero(write: NodeWriter, zero: string | undefined): boolean {
  return zero === undefined || (write.constant(zero)?.data.every((number) => number === 0) ?? false);
}
