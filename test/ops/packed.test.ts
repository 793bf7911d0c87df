import { expect, test } from 'vitest';
import { forwardSchedule, pathSchedule } from '../../src/gpu/schedules.js';
import { packed } from '../../src/ops/packed.js';
import { smallNetworks } from '../support/small_networks.js';

test('what is made of a constant is made once a key', () => {
  const [one, other] = [new Float32Array(1), new Float32Array(1)];
  let made = 0;
  const make = () => Float32Array.of(++made);
  const first = packed(one, 'a', make);
  expect(packed(one, 'a', make)).toBe(first);
  expect([packed(one, 'b', make)[0], packed(other, 'a', make)[0], packed(one, 'a', make)[0]]).toEqual([2, 3, 1]);
});

test('the schedules of a network share their weights', () => {
  const graph = smallNetworks.M1();
  const [forward, path] = [forwardSchedule(graph), pathSchedule(graph)].map(({ constants }) => [...constants]) as [object[], object[]];
  const bytes = (all: readonly object[]) => (all as Float32Array[]).reduce((sum, { byteLength }) => sum + byteLength, 0);
  // All but biases, which are small and not kept.
  expect(bytes(forward.filter((data) => path.includes(data)))).toBeGreaterThan(0.95 * bytes(forward));
});
