import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BenchPage, type ChromeContender, openBenchPage } from '../../bench/contenders/chrome.js';
import { WrongMap } from '../../bench/harness/compare.js';
import { measure, PROTOCOL } from '../../bench/harness/measure.js';

// The bench in a real page, with contenders that need no peer's package.

const JOB = { images: 2, steps: 4 };
let page: BenchPage;
const entrant = (contender: ChromeContender) => ({ name: contender.name, run: () => contender.attribute(JOB) });

async function enter(entry: string): Promise<ChromeContender> {
  const contender = page.contender(entry, entry);
  await contender.load('M2');
  return contender;
}

beforeAll(async () => {
  page = await openBenchPage('test/browser/bench.html');
});
beforeEach(({ task }) => {
  task.meta.webgpu = 'chrome';
});
afterAll(() => page?.close());

test('a page of the bench is isolated, so that WebAssembly has threads', async () => {
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('a peer whose map is off by 1% stops the run', async () => {
  const right = await enter('pathlight');
  const wrong = await enter('scaled');
  const running = measure('M2', [entrant(right), entrant(wrong)], PROTOCOL);
  await expect(running).rejects.toThrow(WrongMap);
  // Relative to the larger map: 0.01 / 1.01.
  await expect(running).rejects.toThrow(/^M2: the map of \w+ differs from that of \w+ by 9\.90e-3 of the largest value/);
});

test('a peer that fails is listed with the reason, and the others are measured', async () => {
  const { entrants } = await measure('M2', [entrant(await enter('pathlight')), entrant(await enter('broken'))], { ...PROTOCOL, rounds: 3 });
  expect(entrants[0]).toMatchObject({ name: 'pathlight', rounds: 3 });
  expect(entrants[1]).toEqual({ name: 'broken', reason: 'no memory left' });
});
