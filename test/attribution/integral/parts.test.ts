import { afterEach, expect, test, vi } from 'vitest';
import { nextPart } from '../../../src/attribution/integral/parts.js';
import { attributeTasks, type MethodOptions } from '../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import type { ImageSpace } from '../../../src/tensor/pixels.js';
import { sums } from '../../support/piecewise_networks.js';

const image = Float32Array.from({ length: 16 }, (_, i) => i);
const task = { image, baseline: new Float32Array(16), target: 0 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** An executor on whose clock every node of a path takes so many milliseconds, and the nodes of its requests. */
function slow(milliseconds: number): { readonly executor: CpuExecutor; readonly parts: Float64Array[] } {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const executor = new CpuExecutor(sums);
  const parts: Float64Array[] = [];
  const pathGradient = executor.pathGradient.bind(executor);
  executor.pathGradient = async (request, options) => {
    parts.push(request.alphas.slice());
    const answer = await pathGradient(request, options);
    now += milliseconds * request.alphas.length;
    return answer;
  };
  return { executor, parts };
}

async function explain(executor: CpuExecutor, options: Partial<MethodOptions>) {
  return (await attributeTasks(executor, [task], { method: 'ig', steps: 64, ...options })).attributions[0]!;
}

test('a long path comes in parts: all its nodes once and in order, and the maps so far are those of its first nodes', async () => {
  const { executor, parts } = slow(100);
  const told: { values: Float32Array; done: number; total: number }[] = [];
  const progress: number[] = [];
  const map = await explain(executor, {
    onPartial: (values, done, total) => told.push({ values, done, total }),
    onProgress: (done) => progress.push(done),
  });
  const whole = await explain(new CpuExecutor(sums), {});
  expect(parts.flatMap((nodes) => [...nodes])).toEqual(Array.from({ length: 64 }, (_, k) => (k + 0.5) / 64));
  expect(map.steps).toBe(64);
  // Sums in another order in float64, then rounded to float32: they may differ in its last place.
  map.values.forEach((value, i) => {
    expect(Math.abs(value - whole.values[i]!)).toBeLessThanOrEqual(2 ** -23 * Math.abs(value));
  });
  expect(told.length).toBeGreaterThan(3);
  // Half of the path with half as many nodes is the rule of the path to its middle.
  for (const { values, done, total } of told) {
    expect(total).toBe(64);
    const middle = { ...task, image: image.map((x) => (x * done) / 64) };
    const { attributions } = await attributeTasks(new CpuExecutor(sums), [middle], { method: 'ig', steps: done });
    // Points of the shorter path are rounded to float32 (2^-24), and its gradients jump at kinks that no point here lies on.
    attributions[0]!.values.forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(2 ** -20 * Math.abs(value));
    });
  }
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBe(64);
});

test('a path that takes less than a second is not told of, and has two parts', async () => {
  const { executor, parts } = slow(10);
  const onPartial = vi.fn();
  await explain(executor, { onPartial });
  expect(onPartial).not.toHaveBeenCalled();
  expect(parts.map(({ length }) => length)).toEqual([6, 58]);
});

test('smoothing tells of no part, nor do steps of other kinds', async () => {
  const onPartial = vi.fn();
  const space: ImageSpace = {
    pixels: { pixels: 16, channels: 1, layout: 'nchw' },
    width: 4,
    height: 4,
    black: Float32Array.of(0),
    white: Float32Array.of(15),
  };
  await explain(slow(1000).executor, { onPartial, smooth: 2, space });
  await explain(slow(1000).executor, { onPartial, steps: 'auto' });
  expect(onPartial).not.toHaveBeenCalled();
});

test.each([
  ['a node of 100 ms', 100, 50, 10],
  ['a node of a second', 1000, 50, 6],
  ['a node of 10 ms', 10, 1000, 98],
  ['the rest would take less than two seconds', 100, 19, 19],
  ['a clock that stands still', 0, 1000, 1000],
])('the next part: %s', (_, milliseconds, left, size) => {
  expect(nextPart(milliseconds, left)).toBe(size);
});
