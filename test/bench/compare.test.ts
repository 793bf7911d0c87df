import { describe, expect, test } from 'vitest';
import { type Agreement, compareAll, distance, WrongMap } from '../../bench/harness/compare.js';
import { referenceOf } from './fake_reference.js';

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

const maps = (entries: Record<string, number[]>) => new Map(Object.entries(entries).map(([name, map]) => [name, Float32Array.from(map)]));

describe('compareAll, with nobody to judge', () => {
  const strict = (tolerance: number): Agreement => ({ tolerance, images: 1 });

  test('returns the largest distance of any two', async () => {
    // 1/64 and 1/32 are exact in float32: a and c are furthest apart.
    const found = await compareAll(maps({ a: [1, 0], b: [1, 1 / 64], c: [1, 1 / 32] }), strict(0.05), 'job');
    expect(found).toEqual({ apart: 1 / 32, rest: 1 / 32, judged: 0, flips: 0 });
  });

  test('names the one that differs from most of the others', async () => {
    const all = maps({ a: [1, 0], b: [1, 0.25], c: [1, 0], d: [1, 0] });
    const comparing = compareAll(all, strict(1e-4), 'M1, 1 image, 64 steps');
    await expect(comparing).rejects.toThrow(WrongMap);
    await expect(comparing).rejects.toThrow(
      'M1, 1 image, 64 steps: the map of b differs from that of a by 2.50e-1 of the largest value, and is not that of 3 of 3 others (tolerance 0.0001)',
    );
  });

  test('one map has nothing to differ from', async () => {
    expect((await compareAll(maps({ a: [1] }), strict(0), 'job')).apart).toBe(0);
  });

  test('no image of several may differ', async () => {
    const differing = compareAll(maps({ a: [1, 2, 3, 4], b: [1, 2, 3, 4.001] }), { tolerance: 1e-4, images: 4 }, 'job');
    await expect(differing).rejects.toThrow(WrongMap);
  });
});

describe('compareAll, with float64 as the judge', () => {
  // Two images of two elements: in the first a gate near its kink would add 1/64 to the second element, in the second there is none.
  const truth = [
    { map: [1, 0.5], jumps: [[0, 1 / 64]] },
    { map: [0.5, 1], jumps: [] },
  ];
  const compared = (entries: Record<string, number[]>, more: Partial<Agreement> = {}) =>
    compareAll(maps(entries), { tolerance: 1e-4, images: 2, reference: referenceOf(truth), ...more }, 'job');
  const right = [1, 0.5, 0.5, 1];
  const flipped = [1, 0.5 + 1 / 64, 0.5, 1];

  test('a contender may have a gate near its kink on the other side', async () => {
    expect(await compared({ a: right, b: flipped })).toEqual({ apart: 1 / 64, rest: 0, judged: 1, flips: 1 });
  });
  test('all may', async () => {
    expect(await compared({ a: flipped, b: flipped, c: right })).toEqual({ apart: 1 / 64, rest: 0, judged: 1, flips: 2 });
  });
  test.each([
    ['half of a jump', [1, 0.5 + 1 / 128, 0.5, 1]],
    ['a jump the other way', [1, 0.5 - 1 / 64, 0.5, 1]],
    ['another element', [1 + 1 / 64, 0.5, 0.5, 1]],
    ['a jump that another image has', [1, 0.5, 0.5, 1 + 1 / 64]],
    ['one image by 1%', [1, 0.5, 0.505, 1.01]],
    ['not a number', [1, Number.NaN, 0.5, 1]],
  ])('but nothing else: %s', async (_, wrong) => {
    await expect(compared({ a: right, b: wrong })).rejects.toThrow(/^job: the map of b differs from that of float64 /);
  });
  test('the line has the image, the distances and the number of gates', async () => {
    // The jump is 1/64: half of it, 1/128, is left with the gate on either side.
    await expect(compared({ a: right, b: [1, 0.5 + 1 / 128, 0.5, 1] })).rejects.toThrow(
      'job: the map of b differs from that of float64 by 7.81e-3 of the largest value in image 1, and by 7.81e-3 at best with gates within ' +
        'rounding on the other side (tolerance 0.00005, 1 such gates)',
    );
  });
  test('is not asked where all agree', async () => {
    const nobody = { mapOf: () => Promise.reject(new Error('asked')) };
    expect((await compared({ a: right, b: right }, { reference: nobody })).judged).toBe(0);
  });
  test('unless it judges all images: what all have wrong is seen, too', async () => {
    const wrong = [1.01, 0.505, 0.5, 1];
    await expect(compared({ a: wrong, b: wrong }, { judgeAll: true })).rejects.toThrow(WrongMap);
    expect((await compared({ a: right, b: right }, { judgeAll: true })).judged).toBe(2);
  });
});
