import { afterEach, expect, test, vi } from 'vitest';
import { playSteps } from '../../../demo/ui/lib/animation.js';

afterEach(() => vi.unstubAllGlobals());

/** The steps shown by frames that began at these times, in milliseconds. */
function shown(times: readonly number[], first: number, last: number, duration: number): number[] {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => frames.splice(0));
  const steps: number[] = [];
  playSteps(first, last, duration, (step) => steps.push(step));
  for (const time of times) for (const frame of frames.splice(0)) frame(time);
  return steps;
}

test('steps come at an even pace and end at the last, once', () => {
  expect(shown([100, 350, 600, 1_099, 1_100, 1_200], 0, 4, 1_000)).toEqual([0, 1, 2, 3, 4]);
  expect(shown([100, 5_000, 6_000], 1, 4, 1_000)).toEqual([1, 4]);
});

test('a first frame that began before the call shows the first step, not one below it', () => {
  expect(shown([performance.now() - 300, performance.now() + 10_000], 0, 64, 4_000)).toEqual([0, 64]);
});

test('nothing is shown after it was stopped', () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => frames.splice(0));
  const steps: number[] = [];
  const stop = playSteps(0, 4, 1_000, (step) => steps.push(step));
  stop();
  expect(frames).toEqual([]);
  expect(steps).toEqual([]);
});
