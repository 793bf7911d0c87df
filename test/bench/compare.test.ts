import { describe, expect, test } from 'vitest';
import { type Agreement, compare, compareAll, distance, WrongMap } from '../../bench/harness/compare.js';

describe('distance', () => {
  test.each<[string, number[], number[], number]>([
    ['equal maps', [1, -2], [1, -2], 0],
    // 0.5 apart where the largest absolute value of both is 2.
    ['the largest difference by the largest value', [1, -2], [1.5, -2], 0.25],
    ['maps that are zero everywhere', [0, 0], [0, 0], 0],
    ['another number of elements', [1], [1, 1], Number.POSITIVE_INFINITY],
    ['not a number', [1, Number.NaN], [1, 1], Number.POSITIVE_INFINITY],
    ['infinite', [1, Number.POSITIVE_INFINITY], [1, Number.POSITIVE_INFINITY], Number.POSITIVE_INFINITY],
  ])('%s', (_, a, b, expected) => {
    expect(distance(Float32Array.from(a), Float32Array.from(b))).toBe(expected);
  });
});

const strict = (tolerance: number): Agreement => ({ tolerance, images: 1, steps: Number.POSITIVE_INFINITY });

describe('compare: a gate within rounding of 0', () => {
  const agreement = { tolerance: 1e-4, images: 4, steps: 64 };
  const maps = (differences: number[]) => Float32Array.from(differences.flatMap((difference) => [1, difference]));
  const compared = (differences: number[]) => compare(maps([0, 0, 0, 0]), maps(differences), agreement).same;

  // Half a point's share is 0.5 / 64 = 0.0078.
  test('may change one image of four by a part of one point', () => expect(compared([0, 0.0077, 0, 0])).toBe(true));
  test('but by no more than that', () => expect(compared([0, 0.0079, 0, 0])).toBe(false));
  test('and not two images of four', () => expect(compared([0, 0.001, 0, 0.001])).toBe(false));
  test('of a single image, by a part of one point', () => {
    const alone = (difference: number) => compare(maps([0]), maps([difference]), { ...agreement, images: 1 }).same;
    expect([0.0077, 0.0079].map(alone)).toEqual([true, false]);
  });
  test('of a path of one point there is no other', () => {
    expect(compare(maps([0]), maps([0.001]), strict(1e-4))).toEqual({ same: false, apart: expect.closeTo(0.001, 7) });
  });
});

describe('compareAll', () => {
  const maps = (entries: Record<string, number[]>) => new Map(Object.entries(entries).map(([name, map]) => [name, Float32Array.from(map)]));

  test('returns the largest distance of any two', () => {
    // 1/64 and 1/32 are exact in float32: a and c are furthest apart.
    expect(compareAll(maps({ a: [1, 0], b: [1, 1 / 64], c: [1, 1 / 32] }), strict(0.05), 'job')).toBe(1 / 32);
  });

  test('names the one that differs from most of the others', () => {
    const all = maps({ a: [1, 0], b: [1, 0.25], c: [1, 0], d: [1, 0] });
    expect(() => compareAll(all, strict(1e-4), 'M1, 1 image, 64 steps')).toThrow(WrongMap);
    expect(() => compareAll(all, strict(1e-4), 'M1, 1 image, 64 steps')).toThrow(
      'M1, 1 image, 64 steps: the map of b differs from that of a by 2.50e-1 of the largest value, and is not that of 3 of 3 others (tolerance 0.0001)',
    );
  });

  test('one map has nothing to differ from', () => {
    expect(compareAll(maps({ a: [1] }), strict(0), 'job')).toBe(0);
  });
});
