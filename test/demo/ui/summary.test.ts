import { expect, test } from 'vitest';
import { moveCursor } from '../../../demo/ui/lib/cursor.js';
import { summarise, windows } from '../../../demo/ui/lib/summary.js';

test('the sums and the five strongest pixels of a small map, counted from 1', () => {
  const values = Float32Array.of(0, 1, -8, 2, 0, 3, -4, 0.5, 0.25);
  const summary = summarise(values, 3, 3);
  expect(summary).toMatchObject({ sum: -5.25, positive: 6.75, negative: -12, regions: false });
  expect(summary.strongest).toEqual([
    { column: 3, row: 1, value: -8 },
    { column: 1, row: 3, value: -4 },
    { column: 3, row: 2, value: 3 },
    { column: 1, row: 2, value: 2 },
    { column: 2, row: 1, value: 1 },
  ]);
});

test('pixels of a zero map are not called strong', () => {
  expect(summarise(new Float32Array(9), 3, 3)).toEqual({ sum: 0, positive: 0, negative: 0, strongest: [], regions: false });
});

test('large maps are summed up by sixteenths', () => {
  const values = new Float32Array(80 * 64);
  values[0] = 1;
  values[81] = 1; // Row 1, column 1: the same region, of 5 x 4 pixels.
  values[63 * 80 + 79] = -3;
  expect(summarise(values, 80, 64)).toMatchObject({
    regions: true,
    strongest: [
      { column: 16, row: 16, value: -3 },
      { column: 1, row: 1, value: 2 },
    ],
  });
});

test('windows are the runs of true flags, both ends included', () => {
  expect(windows([false, true, true, false, true])).toEqual([
    [1, 2],
    [4, 4],
  ]);
  expect(windows([false, false])).toEqual([]);
});

test.each([
  ['ArrowLeft', { x: 0, y: 1 }],
  ['ArrowUp', { x: 0, y: 0 }],
  ['ArrowRight', { x: 1, y: 1 }],
  ['ArrowDown', { x: 0, y: 1 }],
  ['End', { x: 3, y: 1 }],
  ['PageUp', { x: 0, y: 0 }],
  ['a', undefined],
])('from the lower left of 4 x 2 pixels, %s goes to %o', (key, to) => {
  expect(moveCursor({ x: 0, y: 1 }, key, 4, 2)).toEqual(to);
});
