/** A pixel, or a block of pixels, with its share of an attribution. Columns and rows count from 1, as people do. */
export interface Spot {
  readonly column: number;
  readonly row: number;
  readonly value: number;
}

export interface MapSummary {
  /** Of all values, of the positive and of the negative ones. */
  readonly sum: number;
  readonly positive: number;
  readonly negative: number;
  /** The five of the largest magnitude: pixels of small pictures, regions of large ones. */
  readonly strongest: readonly Spot[];
  /** Whether `strongest` are regions, sixteen by sixteen to a picture. */
  readonly regions: boolean;
}

/** Pictures with more pixels than this are summed up by region: single pixels of a photograph mean nothing to a listener. */
const MOST_PIXELS = 64 * 64;
const REGIONS = 16;

/** What an attribution map [height][width] says, for those who do not see it. */
export function summarise(values: ArrayLike<number>, width: number, height: number): MapSummary {
  let positive = 0;
  let negative = 0;
  for (let p = 0; p < values.length; p++) {
    if (values[p]! > 0) positive += values[p]!;
    else negative += values[p]!;
  }
  const regions = width * height > MOST_PIXELS;
  const cells = regions ? regionSums(values, width, height) : values;
  const columns = regions ? REGIONS : width;
  const strongest = Array.from({ length: cells.length }, (_, i) => i)
    .filter((i) => cells[i] !== 0)
    .sort((a, b) => Math.abs(cells[b]!) - Math.abs(cells[a]!) || a - b)
    .slice(0, 5)
    .map((i) => ({ column: (i % columns) + 1, row: Math.floor(i / columns) + 1, value: cells[i]! }));
  return { sum: positive + negative, positive, negative, strongest, regions };
}

function regionSums(values: ArrayLike<number>, width: number, height: number): Float64Array {
  const sums = new Float64Array(REGIONS * REGIONS);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * REGIONS) / height) * REGIONS;
    for (let x = 0; x < width; x++) sums[row + Math.floor((x * REGIONS) / width)]! += values[y * width + x]!;
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
