import { expect, test } from 'vitest';
import { PLANS } from '../../../src/gpu/plans.js';
import { forwardSchedule } from '../../../src/gpu/requests/evaluate.js';
import { Schedules } from '../../../src/gpu/requests/schedules.js';
import { smallNetworks } from '../../support/small_networks.js';

test('a schedule is built when it is first asked for, once a kind and plan', () => {
  const built: string[] = [];
  const schedules = new Schedules(smallNetworks.M2());
  const get = (kind: string, plan: 'layered' | 'fused') =>
    schedules.get(kind, PLANS[plan], (graph, parts) => {
      built.push(`${kind} ${plan}`);
      return forwardSchedule(graph, parts);
    });
  const first = get('forward', 'layered');
  expect(get('forward', 'layered')).toBe(first);
  expect(get('forward', 'fused')).not.toBe(first);
  expect(get('gradients', 'layered')).not.toBe(first);
  expect(built).toEqual(['forward layered', 'forward fused', 'gradients layered']);
});
