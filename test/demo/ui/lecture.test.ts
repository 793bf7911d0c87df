import { expect, test } from 'vitest';
import { nextPlace, PARTS, type Place, placeAfterKey, placeBefore, START } from '../../../demo/ui/state/lecture.js';

// Where the keys of a keyboard and of a presenter lead.

test('a presenter goes through all parts of all slides to the end, and back', () => {
  const walked: Place[] = [START];
  const count = PARTS.reduce((sum, parts) => sum + parts, 0);
  for (let i = 1; i < count; i++) walked.push(nextPlace(walked[i - 1] ?? START));
  expect(new Set(walked.map(({ slide, part }) => `${slide}.${part}`)).size).toBe(count);
  const end = walked.at(-1) ?? START;
  expect(end.slide).toBe(PARTS.length - 1);
  expect(nextPlace(end)).toEqual(end);
  for (const place of walked.slice(0, -1).reverse()) expect(placeBefore(walked[walked.indexOf(place) + 1] ?? end)).toEqual(place);
  expect(placeBefore(START)).toEqual(START);
});

test.each([
  ['PageDown', { slide: 1, part: 1 }],
  ['ArrowRight', { slide: 1, part: 1 }],
  [' ', { slide: 1, part: 1 }],
  ['PageUp', { slide: 0, part: 0 }],
  ['ArrowLeft', { slide: 0, part: 0 }],
  ['Home', START],
  ['End', { slide: PARTS.length - 1, part: 0 }],
  ['Escape', null],
  ['x', undefined],
  ['constructor', undefined],
] as const)('%s', (key, to) => {
  expect(placeAfterKey({ slide: 1, part: 0 }, key)).toEqual(to);
});
