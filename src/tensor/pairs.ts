type Numbers = Float32Array | Float64Array;

/** f(a[i], b[i]) for all i. Throws where one array is longer than the other: a defect. */
export function mapPairs(a: Numbers, b: Numbers, f: (a: number, b: number, i: number) => number): Float64Array {
  if (a.length !== b.length) throw new Error(`${a.length} elements beside ${b.length}`);
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = f(a[i]!, b[i]!, i);
  return result;
}
