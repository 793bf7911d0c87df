import { expect, test } from 'vitest';
import { forwardSchedule } from '../../../src/gpu/requests/evaluate.js';
import { pathSchedule } from '../../../src/gpu/requests/path/path_schedule.js';
import { numbersOf, packed } from '../../../src/ops/shared/packed.js';
import { smallNetworks } from '../../support/small_networks.js';

test('what is made of a constant is the same a key, and made when it is asked for', () => {
  const [one, other] = [new Float32Array(1), new Float32Array(1)];
  let made = 0;
  const make = () => Float32Array.of(++made);
  const first = packed(one, 'a', 1, make);
  expect(packed(one, 'a', 1, make)).toBe(first);
  expect(packed(one, 'b', 1, make)).not.toBe(first);
  expect(packed(other, 'a', 1, make)).not.toBe(first);
  expect([first.byteLength, made]).toEqual([4, 0]);
  expect([...numbersOf(first), ...numbersOf(first)]).toEqual([1, 2]);
});

test('the schedules of a network share their weights', () => {
  const graph = smallNetworks.M1();
  const [forward, path] = [forwardSchedule(graph), pathSchedule(graph)].map(({ constants }) => [...constants]) as [object[], object[]];
  const bytes = (all: readonly object[]) => (all as { byteLength: number }[]).reduce((sum, { byteLength }) => sum + byteLength, 0);
  // All but biases, which are small and not kept.
  expect(bytes(forward.filter((data) => path.includes(data)))).toBeGreaterThan(0.95 * bytes(forward));
});

test('the size of packed weights is known before they are made', () => {
  for (const name of ['M1', 'M2'] as const) {
    for (const data of pathSchedule(smallNetworks[name]()).constants) expect(numbersOf(data).byteLength).toBe(data.byteLength);
  }
});
