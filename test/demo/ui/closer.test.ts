import { describe, expect, test } from 'vitest';
import { squareAround } from '../../../demo/ui/lib/crop.js';
import { bordersOf, sumsOfRegions } from '../../../demo/ui/lib/region_sums.js';

/** Four pixels by two: two regions on the left, one below the other, and one on the right. */
const PATCHES = { labels: Uint32Array.of(0, 0, 2, 2, 1, 1, 2, 2), count: 3 };

describe('regions', () => {
  test('have the sums of the map over their pixels, which add up to that of the map', () => {
    const sums = sumsOfRegions([1, 2, 3, -4, 5, 6, 7, 8], PATCHES);
    expect(sums).toEqual([
      { region: 0, pixels: 2, sum: 3 },
      { region: 1, pixels: 2, sum: 11 },
      { region: 2, pixels: 4, sum: 14 },
    ]);
  });

  test('are parted by lines, and not from the margin', () => {
    const lines = bordersOf(PATCHES, 4, 2);
    expect(lines).toHaveLength(4);
    expect(lines).toEqual(
      expect.arrayContaining([
        [2, 0, 2, 1],
        [2, 1, 2, 2],
        [0, 1, 1, 1],
        [1, 1, 2, 1],
      ]),
    );
  });

  test('one of them is surrounded, at the margin as well', () => {
    // Two pixels in a row have six sides.
    expect(bordersOf(PATCHES, 4, 2, 0)).toHaveLength(6);
    expect(bordersOf(PATCHES, 4, 2, 2)).toHaveLength(8);
  });
});

describe('the square of the magnifier', () => {
  test('has the pixels around one, row by row', () => {
    expect(squareAround({ x: 2, y: 2 }, 3, 5, 5)).toEqual([6, 7, 8, 11, 12, 13, 16, 17, 18]);
  });

  test('is empty beyond the picture', () => {
    expect(squareAround({ x: 0, y: 0 }, 3, 5, 5)).toEqual([null, null, null, null, 0, 1, null, 5, 6]);
    expect(squareAround({ x: 4, y: 4 }, 3, 5, 5)).toEqual([18, 19, null, 23, 24, null, null, null, null]);
  });
});
