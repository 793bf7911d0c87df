import { expect, test } from 'vitest';
import { chooseOption, chooseSegment, draw, mapsShown, settled } from '../support/demo_page.js';
import { watchTasks } from '../support/demo_trace.js';
import { openingTimes, openingTimesAlone, page, walkDemo } from '../support/demo_walk.js';

walkDemo({ webgpu: true });

// Times that a visitor waits, in milliseconds. These tests run alone.

/** Milliseconds. It ends what hangs: on a busy machine twelve visits take minutes. */
const patient = { timeout: 1_200_000 };

test.each(['', '#model=digits'])(
  'the first paint comes within a second, the first maps within two, at the address %j',
  patient,
  async (hash) => {
    const good = ({ paint, maps }: { paint: number; maps: number }) => paint < 1000 && maps < 2000;
    // The fastest of up to six, since other work may run beside this test. In each, Chrome must compile kernels.
    let times = await openingTimes(hash);
    for (let again = 0; again < 5 && !good(times); again++) times = await openingTimes(hash);
    // On a machine that is busy all the time, what other work has taken from the page is not the page's.
    for (let again = 0; again < 6 && !good(times); again++) times = await openingTimesAlone(hash);
    console.log(`first paint after ${Math.round(times.paint)} ms, first maps after ${Math.round(times.maps)} ms, ${hash || 'no address'}`);
    expect(times.paint).toBeLessThan(1000);
    expect(times.maps).toBeLessThan(2000);
  },
);

test('maps keep up with the pen: 60 a minute or more', async () => {
  await chooseSegment(page, 'draw');
  const tasks = await watchTasks(page);
  for (const network of ['digits-naive', 'digits']) {
    await chooseOption(page, 'Network', network);
    await settled(page);
    // The fastest of up to three.
    let rate = await attributionsAMinute();
    for (let again = 0; again < 2 && !(rate > 60); again++) rate = await attributionsAMinute();
    console.log(`${Math.round(rate)} attributions a minute while drawing, at 32 steps, by ${network}`);
    expect(rate).toBeGreaterThan(60);
  }
  const longest = Math.max(...(await tasks.take()));
  console.log(`the longest task of the main thread meanwhile: ${Math.round(longest)} ms`);
  expect(longest).toBeLessThan(50);
});

/** How many maps are shown in a minute while a zigzag is drawn, counted until the last one is. */
async function attributionsAMinute(): Promise<number> {
  const before = await mapsShown(page);
  const started = performance.now();
  const zigzag = Array.from({ length: 16 }, (_, i) => [0.2 + 0.6 * ((i % 4) / 4), 0.2 + 0.04 * i] as const);
  await draw(page, zigzag);
  await settled(page, before);
  return ((await mapsShown(page)) - before) / ((performance.now() - started) / 60_000);
}
