import { expect, test } from 'vitest';
import { Moments } from '../../src/tensor/moments.js';

test('one by one and in groups: mean and squared distances, far from 0 too', () => {
  // Mean 1e8 + 3; distances -2, -1, 0, 1, 2. A difference of sums of squares would have lost all of it: (1e8)^2 has no units below 2.
  const values = [1, 2, 3, 4, 5].map((value) => 1e8 + value);
  const alone = new Moments(1);
  for (const value of values) alone.add([value]);
  expect(alone.mean[0]).toBe(1e8 + 3);
  expect(alone.squares[0]).toBeCloseTo(10, 6);
  expect(alone.variance()[0]).toBeCloseTo(2, 6);
  const grouped = new Moments(1);
  grouped.add([values[0]!]);
  grouped.merge(3, [1e8 + 3], [2]);
  grouped.merge(1, [values[4]!], [0]);
  expect(grouped.mean[0]).toBeCloseTo(1e8 + 3, 6);
  expect(grouped.squares[0]).toBeCloseTo(10, 6);
});

test('elements do not see each other', () => {
  const moments = new Moments(2);
  moments.add([1, 10]);
  moments.add([3, 10]);
  expect([[...moments.mean], [...moments.variance()]]).toEqual([
    [2, 10],
    [1, 0],
  ]);
});
