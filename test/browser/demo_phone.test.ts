import { expect, test } from 'vitest';
import { andSettle, drawByTouch, mapsShown, SEVEN, settled, shown } from '../support/demo_page.js';
import { rendered, steadyBox } from '../support/demo_screen.js';
import { data, expectFits, fresh, page, quiet, text, walkDemo } from '../support/demo_walk.js';

walkDemo({ webgpu: false, cameras: 2 });

/** Opens the page as on a phone: narrow, and fingers instead of a mouse. */
async function onPhone(): Promise<void> {
  await fresh();
  await page.setViewport({ width: 390, height: 844, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  await page.reload({ waitUntil: 'load' });
  await settled(page);
}

/** Taps with a finger, once what is tapped has been scrolled to, and what is above it has come to rest. */
async function tap(selector: string): Promise<void> {
  await steadyBox(page, selector);
  await (await page.$(selector))!.tap();
}

/**
 * Taps until this is there. Chrome drops a tap, about one in eight, that comes soon after a stroke: as a person does, tap once more where nothing opens.
 * A tap that was only late closes again what the second one opens; the third one opens it.
 */
async function tapUntil(selector: string, there: string): Promise<void> {
  for (let taps = 0; taps < 9; taps++) {
    await tap(selector);
    if ((await page.waitForSelector(there, { timeout: 5000 }).catch(() => null)) !== null) return;
  }
  throw new Error(`nine taps on ${selector}, and no ${there}`);
}

/** Nothing of the page may lie beside the screen. */
const asWideAsTheScreen = () => expectFits(390);

test('a phone: from the first screen to a drawing, its map and its smallest edit, by fingers alone', async () => {
  await onPhone();
  await asWideAsTheScreen();
  await tap('[data-test=try-draw]');
  await page.waitForSelector('[data-test=board]');
  // A drawing keeps the page where it is, and what is tapped next is on it.
  await andSettle(page, () => drawByTouch(page, SEVEN));
  expect(await data('[data-test=read]', 'class')).toBe('7');
  await asWideAsTheScreen();
  await tapUntil('[data-test=glossary-why] summary', '[data-test=glossary-why][open]');
  await page.waitForSelector('[data-test=glossary-why] dl');
  await asWideAsTheScreen();
  await tap('[data-test=find]');
  await page.waitForSelector('[data-test=before-after][data-replaying=false]');
  await quiet();
  expect(await text('[data-test=fix-status]')).toContain('Found by');
  await asWideAsTheScreen();
});

test('of two cameras the live one is named, and the other can be chosen', async () => {
  await onPhone();
  await page.evaluate(async () => {
    // As a phone does, whose list begins with the other camera: unless one is asked for, the last of the list opens.
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    for (const track of (await ask({ video: true })).getTracks()) track.stop();
    const last = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput').at(-1)!.deviceId;
    devices.getUserMedia = (asked) => {
      const video = asked?.video as MediaTrackConstraints;
      return ask(video.deviceId === undefined ? { video: { ...video, deviceId: { exact: last } } } : asked);
    };
  });
  await tap('[data-test=try-picture]');
  await tap('[data-test=camera-on]');
  const choice = '[data-test=camera] select';
  await page.waitForSelector(choice);
  const seen = () =>
    page.$eval('[data-test=camera-view]', (video) => {
      const stream = (video as HTMLVideoElement).srcObject as MediaStream;
      return stream.getVideoTracks()[0]!.getSettings().deviceId!;
    });
  const chosen = () => page.$eval(choice, (select) => (select as HTMLSelectElement).value);
  const ids = await page.$$eval(`${choice} option`, (options) => options.map((option) => (option as HTMLOptionElement).value));
  expect(ids).toHaveLength(2);
  expect([await seen(), await chosen()]).toEqual([ids[1], ids[1]]);
  await page.select(choice, ids[0]!);
  await page.waitForFunction(
    (id) => {
      const video = document.querySelector<HTMLVideoElement>('[data-test=camera-view]');
      return (video?.srcObject as MediaStream | null)?.getVideoTracks()[0]?.getSettings().deviceId === id;
    },
    {},
    ids[0]!,
  );
  // The list follows once the other camera plays, and maps of its frames come.
  await expect.poll(chosen).toBe(ids[0]);
  await shown(page, (await mapsShown(page)) + 2);
  await asWideAsTheScreen();
  await tap('[data-test=camera-freeze]');
  await page.waitForSelector('[data-test=camera-fix]');
  // A frozen frame is a picture, and kept only if that is ticked.
  await page.waitForSelector('[data-test=keep-picture]');
  await rendered(page);
  expect(await page.$eval('[data-test=keep-picture]', (tick) => (tick as HTMLInputElement).checked)).toBe(false);
  await quiet();
});
