import { describe, expect, test } from 'vitest';
import { explain } from '../../bench/harness/explain.js';
import { referenceMapOf } from './fake_reference.js';

const ENOUGH = 1e-4;
const found = (map: number[], truth: number[], ...jumps: number[][]) =>
  explain(Float32Array.from(map), referenceMapOf({ map: truth, jumps }), ENOUGH);

describe('explain', () => {
  test('a map that is float64 to what is enough needs no gate', () => {
    expect(found([2, 1], [2, 1], [1, 0])).toEqual({ asIs: 0, rest: 0, flips: [] });
  });

  test('several gates, the others staying where they are', () => {
    expect(found([4, 1.25, 0.5, 1], [4, 1, 1, 1], [1, 0, 0, 0], [0, 0.25, 0, 0], [0, 0, -0.5, 0])).toEqual({
      asIs: 0.125,
      rest: 0,
      flips: [1, 2],
    });
  });

  test('a gate taken in too early is let go again', () => {
    // Of (1, 2), the first jump leaves (0.75, 1.75), which is shorter; the second then leaves (-0.25, -0.25), and the first goes.
    expect(found([5, 2], [4, 0], [0.25, 0.25], [1, 2])).toEqual({ asIs: 0.5, rest: 0, flips: [1] });
  });

  test('or exchanged for one that gains nothing beside it', () => {
    // (1, 1) - (1, 0.25) = (0, 0.75), from which taking (1, 1) as well leads no nearer to 0.
    expect(found([5, 1], [4, 0], [1, 0.25], [1, 1])).toEqual({ asIs: 0.25, rest: 0, flips: [1] });
  });

  test('gates beyond those that are needed are not asked for', () => {
    const truth = referenceMapOf({ map: [4, 0], jumps: [[1, 0]] });
    const lazy = {
      ...truth,
      uncertain: [0, 1e-7],
      jump: (index: number) => {
        if (index > 0) throw new Error('asked');
        return truth.jump(index);
      },
    };
    expect(explain(Float32Array.of(5, 0), lazy, ENOUGH).flips).toEqual([0]);
  });

  test('what no gates explain is left', () => {
    const { asIs, rest } = found([4, 0.5, 0], [4, 0, 0], [0, 0, 1], [0, 1, 1]);
    expect([asIs, rest]).toEqual([0.125, 0.125]);
  });

  test.each([
    ['what is not finite', [Number.NaN, 1], [2, 1]],
    ['infinite', [Number.POSITIVE_INFINITY, 1], [2, 1]],
    ['another number of elements', [2, 1, 0], [2, 1]],
    ['missing elements', [2], [2, 1]],
  ])('%s is infinitely far away', (_, map, truth) => {
    expect(found(map, truth, [1, 0]).rest).toBe(Number.POSITIVE_INFINITY);
  });

  test('a map of zeros is compared as it is', () => {
    expect(found([0, 0.5], [0, 0]).rest).toBe(0.5);
  });
});
