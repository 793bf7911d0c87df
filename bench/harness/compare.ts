/** A contender whose map is not the others'. Ends the run: no time of a wrong result is worth knowing. */
export class WrongMap extends Error {}

/** Largest difference of two maps relative to the largest absolute value of both; Infinity where one holds what is no finite number. */
export function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const gap = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(gap)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, gap);
    largest = Math.max(largest, Math.abs(a[i]!), Math.abs(b[i]!));
  }
  return largest === 0 ? 0 : difference / largest;
}

/**
 * Compares the maps of all contenders with each other, and returns the largest distance of any two.
 * @throws WrongMap that names the contender which lies furthest from the others, if two are further apart than `tolerance`.
 */
export function compareAll(maps: ReadonlyMap<string, Float32Array>, tolerance: number, job: string): number {
  const names = [...maps.keys()];
  const apart = names.map((a) => names.map((b) => distance(maps.get(a)!, maps.get(b)!)));
  const largest = Math.max(0, ...apart.flat());
  if (largest <= tolerance) return largest;
  // The one that disagrees with most of the others; between two, nobody can tell, and both are named.
  const votes = apart.map((row) => row.filter((each) => each > tolerance).length);
  const worst = votes.indexOf(Math.max(...votes));
  const other = apart[worst]!.indexOf(Math.max(...apart[worst]!));
  throw new WrongMap(
    `${job}: the map of ${names[worst]} differs from that of ${names[other]} by ${apart[worst]![other]!.toExponential(2)} ` +
      `of the largest value, and from ${votes[worst]} of ${names.length - 1} others by more than ${tolerance}`,
  );
}
