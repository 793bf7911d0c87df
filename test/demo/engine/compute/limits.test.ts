import { expect, test } from 'vitest';
import { isQuicklyQuantised, mostEvaluations, mostLengths } from '../../../../demo/engine/compute/limits.js';
import type { Session } from '../../../../src/index.js';
import { shippedSession } from '../host.js';

// How much the page computes unasked, by network and by what runs it.

const [ordinary, naive] = [await shippedSession('digits'), await shippedSession('digits-naive')];
const on = ({ graph }: Pick<Session, 'graph'>, kind: 'cpu' | 'software' | 'gpu') =>
  ({ graph, executor: async () => ({ kind }) }) as unknown as Session;

test('slower executors and larger networks are given less', async () => {
  // The ordinary network has 308,000 multiply-adds: 10 s at 1.5e8 a second are 4,870 passes, two of which are an evaluation.
  const [cpu, software, gpu] = await Promise.all((['cpu', 'software', 'gpu'] as const).map((kind) => mostEvaluations(on(ordinary, kind))));
  expect(cpu).toBeGreaterThan(2000);
  expect(cpu).toBeLessThan(3000);
  expect(software! / cpu!).toBeCloseTo(1e9 / 1.5e8, 1);
  expect(gpu).toBe(65_536);
  expect(await mostEvaluations(on(naive, 'software'))).toBe(65_536);
});

test('every length of a digit is tried on a GPU, every percentage of any picture anywhere', async () => {
  expect(await mostLengths(on(ordinary, 'software'))).toBe(1024);
  const { graph } = ordinary;
  // A hundred such networks one after the other.
  const large = { ...graph, nodes: Array.from({ length: 100 }, () => graph.nodes).flat() };
  expect(await mostLengths(on({ graph: large }, 'cpu'))).toBe(101);
});

test("a digit model's own arithmetic is run unasked, a photograph's on demand", () => {
  expect(isQuicklyQuantised(ordinary)).toBe(true);
  const { graph } = ordinary;
  // Two passes of 75 million multiply-adds take a second.
  const large = { ...graph, nodes: Array.from({ length: 1000 }, () => graph.nodes).flat() };
  expect(isQuicklyQuantised({ graph: large })).toBe(false);
});
