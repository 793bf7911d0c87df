/*
 * Arithmetic on whole arrays. Each function is a loop of its own, since V8 makes one loop for all callers of a function that takes a function: it then
 * calls it for each element, which costs five times as much as the arithmetic.
 */

/** a[i] + b[i] for all i. */
export function sumOf(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = a[i]! + b[i]!;
  return result;
}

/** a[i] - b[i] for all i. */
export function differenceOf(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = a[i]! - b[i]!;
  return result;
}

/** a[i] b[i] for all i. */
export function productOf(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = a[i]! * b[i]!;
  return result;
}

/** a[i] / b[i] for all i. */
export function quotientOf(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = a[i]! / b[i]!;
  return result;
}

/** factor a[i] for all i. */
export function scaled(a: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = factor * a[i]!;
  return result;
}
