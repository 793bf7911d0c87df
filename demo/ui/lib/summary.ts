/** A pixel, or a region of pixels, with its sum of an attribution. Columns and rows count from 1. */
export interface Spot {
  readonly column: number;
  readonly row: number;
  readonly value: number;
}

export interface MapSummary {
  /** The sum of all values, of the positive ones, and of the negative ones. */
  readonly sum: number;
  readonly positive: number;
  readonly negative: number;
  /** The five spots of the largest magnitude: pixels of small pictures, regions of large ones. */
  readonly strongest: readonly Spot[];
  /** Whether `strongest` are regions. A picture has 16 x 16 of them. */
  readonly regions: boolean;
}

/** Pictures with more pixels are described by region: a single pixel of a photograph means nothing to a listener. */
const MOST_PIXELS = 64 * 64;
const REGIONS = 16;

/** Describes an attribution map [height][width] for those who do not see it. */
export function summarise(values: Iterable<number>, width: number, height: number): MapSummary {
  let positive = 0;
  let negative = 0;
  for (const value of values) {
    if (value > 0) positive += value;
    else negative += value;
  }
  const regions = width * height > MOST_PIXELS;
  const cells = regions ? regionSums(values, width, height) : values;
  const columns = regions ? REGIONS : width;
  // `sort` is stable: spots of equal magnitude keep their order.
  const strongest = Array.from(cells, (value, i) => ({ column: (i % columns) + 1, row: Math.floor(i / columns) + 1, value }))
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, 5);
  return { sum: positive + negative, positive, negative, strongest, regions };
}

function regionSums(values: Iterable<number>, width: number, height: number): Float64Array {
  const sums = new Float64Array(REGIONS * REGIONS);
  let p = 0;
  for (const value of values) {
    const row = Math.floor((Math.floor(p / width) * REGIONS) / height);
    sums[row * REGIONS + Math.floor(((p % width) * REGIONS) / width)]! += value;
    p++;
  }
  return sums;
}

/** Runs of consecutive true flags, as [first, last]. */
export function windows(flags: readonly boolean[]): [first: number, last: number][] {
  const found: [number, number][] = [];
  flags.forEach((flag, i) => {
    if (!flag) return;
    const last = found.at(-1);
    if (last !== undefined && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  });
  return found;
}
