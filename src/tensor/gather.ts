/** data[places[i]] for all i. */
export function gather(data: ArrayLike<number>, places: ArrayLike<number>): Float64Array {
  const result = new Float64Array(places.length);
  for (let i = 0; i < result.length; i++) result[i] = data[places[i]!]!;
  return result;
}
