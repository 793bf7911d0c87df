/**
 * Where the entries of each of `count` lists begin, if the lists lie one after the other. `places` gives the list of every entry. The last
 * of the count + 1 results is where the last list ends.
 */
export function startsOf(count: number, places: Uint32Array): Uint32Array {
  const sizes = new Uint32Array(count + 1);
  for (const place of places) sizes[place + 1]!++;
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return start;
  });
}
