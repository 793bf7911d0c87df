/** An array of `size` zeros to which data[i] is added at places[i], for all i. Throws where there are more places than data: a defect. */
export function scatter(size: number, places: ArrayLike<number>, data: Float64Array): Float64Array {
  if (places.length !== data.length) throw new Error(`${places.length} places for ${data.length} elements`);
  const result = new Float64Array(size);
  for (let i = 0; i < data.length; i++) result[places[i]!]! += data[i]!;
  return result;
}
