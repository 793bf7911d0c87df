import { expect, test } from 'vitest';
import { howFound } from '../../src/api/records.js';

// What a report says of how an edit was found: credit to attribution only where a map ordered the pixels.

test.each([
  ['contrast', 'contrast', /^found by attribution \(contrast\)/],
  ['flip', 'flipTarget', /^found by attribution \(flip\)/],
  ['greedy', null, /^found by trying, not by attribution \(greedy\)/],
  ['random', null, /^found by trying, not by attribution \(random\)/],
] as const)('an edit of %s by the map %s', (strategy, map, said) => {
  expect(howFound({ strategy, map, changedPatches: 3 })).toMatch(said);
});

test('where nothing was changed nothing was found', () => {
  expect(howFound({ strategy: null, map: null, changedPatches: 0 })).toBeNull();
});
