import { describe, expect, test } from 'vitest';
import {
  areaUnder,
  bootstrap,
  entropyOfShares,
  giniIndex,
  medianOf,
  spearman,
  structuralSimilarity,
} from '../../src/evaluation/statistics.js';

describe('statistics', () => {
  test('the area under a curve is that of its trapezoids, over 0 to 1', () => {
    expect(areaUnder([1, 0.5, 0])).toBe(0.5);
    expect(areaUnder([1, 0, 0, 0])).toBeCloseTo(1 / 6, 12);
  });

  test('rank correlation: equal values share a rank', () => {
    expect(spearman([1, 2, 3, 4], [10, 20, 40, 30])).toBeCloseTo(0.8, 12);
    // Ranks 1.5, 1.5, 3, 4 and 4, 3, 1.5, 1.5: minus 4 by the root of 4.5 times 4.5.
    expect(spearman([1, 1, 2, 3], [4, 3, 2, 2])).toBeCloseTo(-4 / 4.5, 12);
    expect(spearman([1, 2, 3], [7, 7, 7])).toBe(0);
  });

  test('the median', () => {
    expect([medianOf([7]), medianOf([9, 1, 5]), medianOf([1, 2, 10, 4])]).toEqual([7, 5, 3]);
  });

  test('the Gini index: 0 for equal sizes, 1 - 1/n where one has all, signs do not count', () => {
    expect(giniIndex([2, -2, 2])).toBeCloseTo(0, 12);
    expect(giniIndex([0, 0, -5, 0])).toBeCloseTo(0.75, 12);
    expect(giniIndex([0, 0])).toBe(0);
    // The mean absolute difference of all pairs, by the mean: |1-2|, |1-3|, |2-3| of mean 2.
    expect(giniIndex([1, 2, 3])).toBeCloseTo((2 * (1 + 2 + 1)) / (2 * 9 * 2), 12);
  });

  test('the entropy of shares: log n for equal sizes, 0 where one has all', () => {
    expect(entropyOfShares([1, -1, 1, -1])).toBeCloseTo(Math.log(4), 12);
    expect(entropyOfShares([0, 3])).toBe(0);
    expect(entropyOfShares([0, 0])).toBe(0);
  });

  test('an interval of a mean: seeded, around it, narrower with more values; one value has none', () => {
    const values = Array.from({ length: 50 }, (_, i) => i % 10);
    const few = bootstrap(values.slice(0, 10), 1);
    const many = bootstrap(values, 1);
    expect(many).toEqual(bootstrap(values, 1));
    expect(many.mean).toBe(4.5);
    // Standard errors of the mean are 2.87 / sqrt(n); an interval of 95% is 3.9 of them wide.
    expect(many.high - many.low).toBeGreaterThan(1.3);
    expect(many.high - many.low).toBeLessThan(1.9);
    expect(few.high - few.low).toBeGreaterThan(1.8 * (many.high - many.low));
    expect(bootstrap([3], 1)).toEqual({ mean: 3, low: 3, high: 3 });
  });
});

test("structural similarity is scikit-image's, of planes that are no squares", () => {
  const plane = (step: number, start: number, modulus: number) =>
    Float64Array.from({ length: 99 }, (_, i) => ((i * step + start) % modulus) / modulus);
  const [a, b] = [plane(37, 0, 101), plane(53, 7, 97)];
  // skimage.metrics.structural_similarity(a, b, data_range=1.0), version 0.26, of 9 rows and 11 columns.
  expect(structuralSimilarity(a, b, 11, 9)).toBeCloseTo(0.07325836858922768, 12);
  expect(
    structuralSimilarity(
      a,
      a.map((value) => value / 2 + 0.1),
      11,
      9,
    ),
  ).toBeCloseTo(0.7527343309956834, 12);
  expect(structuralSimilarity(a, a, 11, 9)).toBeCloseTo(1, 12);
  expect(structuralSimilarity(a.subarray(0, 6), a.subarray(0, 6), 3, 2)).toBeCloseTo(1, 12);
});
