import type { Patches } from '../../../src/index.js';

export interface RegionSum {
  readonly region: number;
  readonly pixels: number;
  readonly sum: number;
}

/** What a map [pixels] gives to each region, in the order of their numbers. */
export function sumsOfRegions(map: ArrayLike<number>, { labels, count }: Patches): readonly RegionSum[] {
  const sums = new Float64Array(count);
  const pixels = new Uint32Array(count);
  labels.forEach((region, pixel) => {
    sums[region] = (sums[region] ?? 0) + (map[pixel] ?? 0);
    pixels[region] = (pixels[region] ?? 0) + 1;
  });
  return Array.from(sums, (sum, region) => ({ region, pixels: pixels[region] ?? 0, sum }));
}

/** The lines between regions, and around one of them: pairs of corners x, y, x, y in pixels. */
export function bordersOf(
  { labels }: Pick<Patches, 'labels'>,
  width: number,
  height: number,
  around: number | null = null,
): readonly (readonly [x1: number, y1: number, x2: number, y2: number])[] {
  const lines: [number, number, number, number][] = [];
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? -1 : (labels[y * width + x] ?? -1));
  const parted = (a: number, b: number) => a !== b && (around === null ? a >= 0 && b >= 0 : a === around || b === around);
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      if (y < height && parted(at(x - 1, y), at(x, y))) lines.push([x, y, x, y + 1]);
      if (x < width && parted(at(x, y - 1), at(x, y))) lines.push([x, y, x + 1, y]);
    }
  }
  return lines;
}
