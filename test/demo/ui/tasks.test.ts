import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../demo/ui/controls/notice.js';
import { attempt, createLatest, createPump, pending } from '../../../demo/ui/state/tasks.js';

// How requests of the page give way to each other, and where their failures are told.

describe('a pump', () => {
  test('runs once more however often it is asked while it runs, and with what is newest', async () => {
    const seen: number[] = [];
    let newest = 0;
    const release: (() => void)[] = [];
    const pump = createPump(async () => {
      seen.push(newest);
      await new Promise<void>((resolve) => release.push(resolve));
    });
    const done = pump();
    for (newest = 1; newest < 5; newest++) void pump();
    release.shift()!();
    await Promise.resolve();
    await Promise.resolve();
    release.shift()!();
    await done;
    expect(seen).toEqual([0, 5]);
    void pump();
    expect(seen).toHaveLength(3);
  });
  test('runs again after work that failed', async () => {
    let runs = 0;
    const pump = createPump(async () => {
      if (runs++ === 0) throw new Error('the first one fails');
    });
    await expect(pump()).rejects.toThrow('the first one fails');
    await pump();
    expect(runs).toBe(2);
  });
});

test('the newest request raises the signal of the one before', () => {
  const latest = createLatest();
  const first = latest.next();
  expect(first.aborted).toBe(false);
  const second = latest.next();
  expect([first.aborted, second.aborted]).toEqual([true, false]);
  latest.stop();
  expect(second.aborted).toBe(true);
});

// Files of tests share a process, and one before may have left a request that nobody answers: so counts are relative.
describe('an attempt', () => {
  const never = new AbortController().signal;
  const told: Problem = { page: () => 'what stood there' };

  test('answers, and counts while it is under way', async () => {
    const place = signal<Problem | null>({ engine: { code: 'defect', values: undefined, message: 'an old failure' } });
    const before = pending.value;
    const running = attempt(place, never, async () => 7);
    expect(pending.value).toBe(before + 1);
    expect(await running).toBe(7);
    expect([pending.value, place.value]).toEqual([before, null]);
  });
  test('leaves a sentence of the page itself', async () => {
    const place = signal<Problem | null>(told);
    await attempt(place, never, async () => 7);
    expect(place.value).toBe(told);
  });
  test('that fails says so in its place', async () => {
    const place = signal<Problem | null>(null);
    const before = pending.value;
    expect(await attempt(place, never, () => Promise.reject(new Error('a class that does not exist')))).toBeUndefined();
    expect(place.value).toEqual({ engine: { code: 'defect', message: 'a class that does not exist' } });
    expect(pending.value).toBe(before);
  });
  test('that was given up is not told of, whether it fails or not', async () => {
    const place = signal<Problem | null>(told);
    const given = AbortSignal.abort();
    expect(await attempt(place, given, async () => 7)).toBeUndefined();
    expect(await attempt(place, given, () => Promise.reject(new Error('too late')))).toBeUndefined();
    expect(place.value).toBe(told);
  });
});
