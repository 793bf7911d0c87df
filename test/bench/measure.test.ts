import { describe, expect, test } from 'vitest';
import { WrongMap } from '../../bench/harness/compare.js';
import { CannotRun } from '../../bench/harness/contender.js';
import { type Entrant, isTiming, measure, median, type Protocol } from '../../bench/harness/measure.js';

const PROTOCOL: Protocol = {
  rounds: 4,
  slow: 10_000,
  slowRounds: 2,
  longest: 30_000,
  tolerance: 1e-4,
  images: 1,
};

/** An entrant whose k-th run takes times[k] (the last one from then on) and gives `map`; its name is appended to `order` at every run. */
function fake(name: string, times: readonly number[], order: string[] = [], map: (run: number) => number[] = () => [1, -0.5]): Entrant {
  let runs = 0;
  return {
    name,
    run: async () => {
      order.push(name);
      const milliseconds = times[Math.min(runs, times.length - 1)]!;
      return { milliseconds, map: Float32Array.from(map(runs++)) };
    },
  };
}

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('the times to warm up do not count; quick entrants warm up twice', async () => {
  const { entrants, apart } = await measure('job', [fake('a', [900, 800, 4, 1, 3, 2]), fake('b', [9000, 7])], PROTOCOL);
  expect(entrants).toEqual([
    { name: 'a', median: 2.5, least: 1, most: 4, rounds: 4 },
    { name: 'b', median: 7, least: 7, most: 7, rounds: 4 },
  ]);
  expect(apart).toBe(0);
});

test('rounds are interleaved, and each begins with another entrant', async () => {
  const order: string[] = [];
  await measure('job', [fake('a', [5000], order), fake('b', [5000], order), fake('c', [5000], order)], PROTOCOL);
  expect(order.join('')).toBe('abc' + 'abc' + 'bca' + 'cab' + 'abc');
});

test('slow entrants take part in fewer rounds, spread over all', async () => {
  const order: string[] = [];
  const { entrants } = await measure('job', [fake('a', [3000], order), fake('S', [10_001], order)], PROTOCOL);
  expect(order.join('')).toBe('aS' + 'a' + 'Sa' + 'a' + 'Sa');
  expect(entrants.map((each) => isTiming(each) && each.rounds)).toEqual([4, 2]);
});

test('an entrant that would take too long is left out, with what it would take', async () => {
  const order: string[] = [];
  const { entrants } = await measure('job', [fake('a', [1], order), { ...fake('b', [1], order), expected: 30_001 }], PROTOCOL);
  expect(order).not.toContain('b');
  expect(entrants[1]).toEqual({ name: 'b', reason: 'not run: about 30.0 s an attribution' });
});

test('an entrant that cannot run is a reason, and the others are measured', async () => {
  const broken: Entrant = { name: 'b', run: () => Promise.reject(new CannotRun('out of memory')) };
  const { entrants } = await measure('job', [broken, fake('a', [1])], PROTOCOL);
  expect(entrants).toEqual([
    { name: 'b', reason: 'out of memory' },
    { name: 'a', median: 1, least: 1, most: 1, rounds: 4 },
  ]);
});

test('any other error ends the run', async () => {
  const broken: Entrant = { name: 'b', run: () => Promise.reject(new TypeError('a defect')) };
  await expect(measure('job', [broken], PROTOCOL)).rejects.toThrow('a defect');
});

describe('a wrong map ends the run', () => {
  test('before any time counts', async () => {
    const order: string[] = [];
    const off = fake('wrong', [1], order, () => [1.01, -0.505]);
    const running = measure('M1, 1 image, 64 steps', [fake('a', [1], order), off, fake('c', [1], order)], PROTOCOL);
    await expect(running).rejects.toThrow(WrongMap);
    // 0.01 / 1.01
    await expect(running).rejects.toThrow(/^M1, 1 image, 64 steps: the map of wrong differs from that of a by 9\.90e-3 /);
    expect(order.join(' ')).toBe('a a wrong wrong c c');
  });

  test('in a timed round, too', async () => {
    const late = fake('late', [1], [], (run) => (run < 3 ? [1, -0.5] : [1, 0.5]));
    await expect(measure('job', [fake('a', [1]), late], PROTOCOL)).rejects.toThrow(
      'job, round 2: the map of late differs from that of late at first by 1.00e+0',
    );
  });

  test('differences of rounding do not', async () => {
    const { apart } = await measure('job', [fake('a', [1]), fake('b', [1], [], () => [1, -0.50005])], PROTOCOL);
    // 5e-5, to float32's rounding of 0.50005.
    expect(apart).toBeCloseTo(5e-5, 7);
  });
});
