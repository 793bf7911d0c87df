import { describe, expect, test } from 'vitest';
import { Xoshiro128 } from '../../src/tensor/random.js';

describe('Xoshiro128', () => {
  test('gives the sequence of the published generator', () => {
    // The state 1, 2, 3, 4 and its first ten numbers, as in the tests of other implementations of xoshiro128**.
    const generator = new Xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => generator.next())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('shuffles to permutations that only the seed decides', () => {
    const items = Uint32Array.from({ length: 784 }, (_, i) => i);
    const first = Xoshiro128.fromSeed(7).shuffle(items);
    expect(Xoshiro128.fromSeed(7).shuffle(items)).toEqual(first);
    expect(Xoshiro128.fromSeed(8).shuffle(items)).not.toEqual(first);
    expect(first.slice().sort()).toEqual(items);
  });

  test('draws all numbers below a bound about equally often', () => {
    const generator = Xoshiro128.fromSeed(1);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) {
      counts[generator.below(6)]!++;
    }
    // Each count is binomial with the standard deviation sqrt(60,000 x 1/6 x 5/6) = 91; five of them are exceeded once in a million.
    for (const count of counts) {
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * 91);
    }
  });

  test('has no bias for a bound that does not divide 2^32', () => {
    // 2^32 draws taken modulo 3 x 2^30 would fall below 2^30 half of the time, not a third.
    const generator = Xoshiro128.fromSeed(2);
    let low = 0;
    for (let i = 0; i < 9000; i++) {
      low += generator.below(3 * 2 ** 30) < 2 ** 30 ? 1 : 0;
    }
    // Standard deviation sqrt(9000 x 1/3 x 2/3) = 45.
    expect(Math.abs(low - 3000)).toBeLessThan(5 * 45);
  });
});

test('normal numbers have mean 0, variance 1, and the share of a normal distribution within one deviation', () => {
  const random = Xoshiro128.fromSeed(3);
  const count = 40_000;
  const draws = Array.from({ length: count }, () => random.normal());
  const mean = draws.reduce((sum, x) => sum + x, 0) / count;
  const variance = draws.reduce((sum, x) => sum + x * x, 0) / count;
  const within = draws.filter((x) => Math.abs(x) < 1).length / count;
  // Four standard errors each: 1 / sqrt(n), sqrt(2 / n), sqrt(0.683 * 0.317 / n).
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  expect(Math.abs(within - 0.6827)).toBeLessThan(4 * Math.sqrt(0.217 / count));
});
