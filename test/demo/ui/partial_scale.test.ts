import { afterEach, expect, test } from 'vitest';
import { partialMaps, partialScale, percentile, type Subject, shownScale } from '../../../demo/ui/state/signals.js';

const picture = { width: 4, height: 1, channels: 1, data: new Uint8Array(4) } as const;
const subject: Subject = { image: new Float32Array(4), picture, name: 'four', origin: 'picture', digit: null };
const list = [{ head: 'predicted', question: { target: 0 }, pixels: Float32Array.of(1, -2, 3, -8) }] as const;

afterEach(() => {
  partialMaps.value = null;
  percentile.value = null;
});

test('the legend of maps so far is theirs, before there are any others', () => {
  expect([partialScale.value, shownScale.value]).toEqual([null, null]);
  partialMaps.value = { subject, list, scale: 5, share: 0.25 };
  expect(partialScale.value).toBe(5);
  expect(shownScale.value).toBeNull();
});

test('a percentile that was chosen holds for maps so far', () => {
  partialMaps.value = { subject, list, scale: 5, share: 0.25 };
  percentile.value = 100;
  expect(partialScale.value).toBe(8);
});
