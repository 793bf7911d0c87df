import { expect, test } from 'vitest';
import { rankCurves } from '../../../demo/ui/lib/curve_ranking.js';

const answer = (deleted: number, inserted: number) => ({
  deletion: new Float64Array(2),
  insertion: new Float64Array(2),
  deleted,
  inserted,
  side: 1,
});

test('maps are ranked by insertion minus deletion; what is refused or to come has no rank', () => {
  const rows = [
    { of: 'a', outcome: answer(0.5, 0.6) },
    { of: 'b', outcome: { refused: { code: 'defect' } } },
    { of: 'c', outcome: answer(0.1, 0.5) },
    { of: 'd', outcome: null },
    { of: 'e', outcome: answer(0.9, 0.2) },
  ];
  expect(rankCurves(rows).map(({ of }) => of)).toEqual(['c', 'a', 'e']);
  expect(rankCurves(rows)[0]!.gain).toBeCloseTo(0.4, 12);
});
