import { expect, test } from 'vitest';
import { en } from '../../demo/ui/kept/en.js';
import { pngOf } from '../../src/app.js';
import { andSettle, chooseSegment, giveFiles, settled } from '../support/demo_page.js';
import { rendered } from '../support/demo_screen.js';
import { count, data, expectAccessible, fresh, modelFile, page, quiet, seven, text, visibleText, walkDemo } from '../support/demo_walk.js';

walkDemo({ webgpu: false });

const DATABASE = 'pathlight-files';
const databases = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
const ticked = async (kind: string) => {
  await rendered(page);
  return await page.$eval(`[data-test=keep-${kind}]`, (tick) => (tick as HTMLInputElement).checked);
};
const listed = () => visibleText('[data-test=kept-list] li > span');
const revisit = async () => {
  await page.reload({ waitUntil: 'load' });
  await settled(page);
};
/** A seven as a picture file. */
const picture = () => ({
  name: 'my seven.png',
  type: 'image/png',
  bytes: pngOf({ width: 28, height: 28, channels: 1, data: Uint8Array.from(seven, (value) => Math.round(255 * value)) }),
});

test('only what is ticked is kept: named, with its size, offered on the next visit, removable', async () => {
  await fresh('#');
  await andSettle(page, () => giveFiles(page, 'drop', [picture()]));
  await page.waitForSelector('[data-test=keep-picture]');
  expect(await ticked('picture')).toBe(false);
  expect(await text('[data-test=kept] label')).toContain(en.keep('my seven.png'));
  await revisit();
  expect(await count('[data-test=kept]')).toBe(0);
  await chooseSegment(page, 'picture');
  expect(await listed()).toEqual([]);

  await andSettle(page, () => giveFiles(page, 'drop', [picture()]));
  await page.waitForSelector('[data-test=keep-picture]');
  await page.locator('[data-test=keep-picture]').click();
  await page.waitForSelector('[data-test=kept-list] li');
  expect(await ticked('picture')).toBe(true);
  const size = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(picture().bytes.length);
  expect(await listed()).toEqual([`my seven.png picture, ${size} B`]);
  expect(await databases()).toContain(DATABASE);
  await expectAccessible('[data-test=kept]');

  // The next visit begins with the digits, and offers what is kept.
  await revisit();
  await page.waitForSelector('[data-test=kept-list] li');
  expect(await count('[data-test=keep-picture]')).toBe(0);
  await andSettle(page, () => page.locator('[data-test=kept-list] button').click());
  await page.waitForSelector('#look [aria-label^="my seven,"]');
  expect(await data('[data-test=read]', 'class')).toBe('1');
  expect(await ticked('picture')).toBe(true);

  // The tick taken away, nothing is left.
  await page.locator('[data-test=keep-picture]').click();
  await page.waitForFunction(() => document.querySelector('[data-test=kept-list]') === null);
  await revisit();
  await chooseSegment(page, 'picture');
  await quiet();
  expect(await count('[data-test=kept-list]')).toBe(0);
});

test('a network is kept with what lies beside it and what was chosen for it', async () => {
  await fresh('#');
  const bytes = await modelFile('digits-naive.onnx');
  await giveFiles(page, 'drop', [{ name: 'bare.onnx', type: '', bytes }, picture()]);
  await page.waitForSelector('[data-test=keep-network]');
  await page.locator('[data-test=keep-network]').click();
  await page.waitForSelector('[data-test=kept-list] li');
  // Every answer of a preset moves what is below it, away from the mouse.
  await page.waitForSelector('[data-preset=zero-one] .preset-answers');
  await quiet();
  await page.$eval('[data-test=kept-list] li', (item) => item.setAttribute('data-before', ''));
  await page.locator('[data-preset=zero-one]').click();
  await quiet();
  await page.waitForFunction(() => document.querySelector('[data-test=read]')?.getAttribute('data-class') === '1');
  // The browser keeps the choice in its own time. Then the network has another entry.
  await page.waitForSelector('[data-test=kept-list] li:not([data-before])');
  await revisit();
  await page.waitForSelector('[data-test=kept-list] li');
  expect(await listed()).toEqual([expect.stringMatching(/^bare\.onnx network, \d+ KiB$/)]);
  await andSettle(page, () => page.locator('[data-test=kept-list] button').click());
  // Without the choice no network without settings reads anything.
  expect(await data('[data-test=read]', 'class')).toBe('1');
  expect(await ticked('network')).toBe(true);
  await page.locator('[data-test=kept-list] button:last-child').click();
  await page.waitForFunction(() => document.querySelector('[data-test=kept-list]') === null);
});

test('where the browser has no room, one line says how much is needed and free', async () => {
  await fresh('#');
  const protocol = await page.createCDPSession();
  const origin = new URL(page.url()).origin;
  await andSettle(page, () => giveFiles(page, 'drop', [picture()]));
  await page.waitForSelector('[data-test=keep-picture]');
  await protocol.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await page.locator('[data-test=keep-picture]').click();
  await page.waitForFunction(() => (document.querySelector('[data-test=kept-problem]')?.textContent ?? '') !== '');
  expect(await text('[data-test=kept-problem]')).toMatch(
    /^Not kept: it has \d+ B, and this browser has (no room for it|room for \d+ B)\.$/,
  );
  expect(await ticked('picture')).toBe(false);
  await protocol.send('Storage.overrideQuotaForOrigin', { origin });
  await page.locator('[data-test=keep-picture]').click();
  await page.waitForSelector('[data-test=kept-list] li');
  expect(await text('[data-test=kept-problem]')).toBe('');
});
