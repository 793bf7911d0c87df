import { expect, test } from 'vitest';
import { allPrefixes, type Candidates, firstOfEqual, grownSets, pairs, prefixes, undoneSingles } from '../../src/edit/candidates.js';
import { pixelPatches } from '../../src/tensor/pixels.js';
import { buildCandidates } from '../support/fake_executor.js';

const PIXELS = 5;

/** The sets of changed pixels that an executor builds: the image is 0, the paint 1. */
function setsOf({ ranks, rows }: Candidates): number[][] {
  const pixels = { pixels: PIXELS, channels: 1, layout: 'nchw' } as const;
  const image = new Float32Array(PIXELS);
  const built = buildCandidates({ image, paint: image.map(() => 1), pixels, patches: pixelPatches(PIXELS), ranks, candidates: rows });
  return built.map((edited) => [...edited.keys()].filter((pixel) => edited[pixel] === 1));
}

test('prefixes of one order, pixels outside of it never changed', () => {
  expect(setsOf(prefixes(Uint32Array.of(3, 0, 4), [1, 3, 2], PIXELS))).toEqual([[3], [0, 3, 4], [0, 3]]);
});

test('all prefixes, order by order', () => {
  expect(setsOf(allPrefixes([Uint32Array.of(2, 1), Uint32Array.of(1, 4)], PIXELS))).toEqual([[2], [1, 2], [1], [1, 4]]);
});

test('every set with one of its pixels undone', () => {
  expect(setsOf(undoneSingles(Uint32Array.of(4, 0, 2), PIXELS))).toEqual([
    [0, 2],
    [2, 4],
    [0, 4],
  ]);
});

test('every set with one more pixel of the choices', () => {
  const grown = grownSets([Uint32Array.of(1), Uint32Array.of(3, 0)], Uint32Array.of(0, 1, 3), PIXELS);
  expect(setsOf(grown)).toEqual([
    [0, 1],
    [1, 3],
    [0, 1, 3],
  ]);
  expect([...grown.parents]).toEqual([0, 0, 1]);
  expect([...grown.added]).toEqual([0, 3, 1]);
});

test('every pair of the choices', () => {
  expect([...pairs(Uint32Array.of(0, 2, 3), PIXELS)].flatMap(setsOf)).toEqual([
    [0, 2],
    [0, 3],
    [2, 3],
  ]);
});

test('the pairs of a 28 x 28 digit come in several lists, each pair once', () => {
  const lists = [
    ...pairs(
      Uint32Array.from({ length: 784 }, (_, i) => i),
      784,
    ),
  ];
  const keys = new Set(
    lists.flatMap(({ rows }) => Array.from({ length: rows.length / 4 }, (_, i) => rows[4 * i + 2]! * 784 + rows[4 * i + 3]!)),
  );
  expect(lists.length).toBeGreaterThan(1);
  expect(keys.size).toBe(306_936);
});

test.each([
  [
    'two sets that differ in one patch',
    [
      [0, 1],
      [2, 0],
    ],
  ],
  [
    'three that grow into one',
    [
      [0, 1],
      [1, 2],
      [2, 0],
    ],
  ],
  [
    'a set beside one that shares nothing',
    [
      [0, 1],
      [3, 4],
      [4, 0],
      [0, 2],
    ],
  ],
  ['single patches', [[3], [1], [0]]],
  ['the empty set', [[]]],
])('of equal grown sets the first is known: %s', (_, lists) => {
  const sets = lists.map((list) => Uint32Array.from(list));
  const grown = grownSets(sets, Uint32Array.of(0, 1, 2, 3, 4), PIXELS);
  const keys = Array.from(grown.added, (patch, i) => [...sets[grown.parents[i]!]!, patch].sort().join());
  expect([...firstOfEqual(sets, grown)]).toEqual(keys.map((key) => keys.indexOf(key)));
});
