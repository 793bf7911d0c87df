import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle } from 'puppeteer';
import { expect, test } from 'vitest';
import { createPicture } from '../../src/image/picture.js';
import { attribute, createSession } from '../../src/index.js';
import { encodePng } from '../../src/node/codec.js';
import { andSettle, chooseOption, chooseSegment } from '../support/demo_page.js';
import { motionless, rendered, resize, showOn } from '../support/demo_screen.js';
import {
  address,
  CLOSE,
  count,
  data,
  expectAccessible,
  expectFits,
  fresh,
  inAddress,
  modelFile,
  page,
  quiet,
  seven,
  text,
  walkDemo,
} from '../support/demo_walk.js';

walkDemo({ webgpu: false });

// What looks closer at maps: options of methods, magnifier, regions, grids, and curves; by clicks and keys, on the processor.

const LAYER = '/conv1/Conv';
const convolutional = await createSession(await modelFile('digits.onnx'), {
  sideFile: JSON.parse(new TextDecoder().decode(await modelFile('digits.json'))),
});
const open = (part: string) => page.locator(`details[data-test=${part}] > summary`).click();
const sumOf = async () => Number(await data('[data-head=predicted] [data-sum]', 'sum'));

test('the layer of a method is chosen from a list, and the address keeps it', async () => {
  await fresh('#model=digits&method=grad-cam');
  await open('options');
  await page.waitForSelector('[data-option=layer] select');
  await andSettle(page, () => chooseOption(page, 'Layer', LAYER));
  const [expected] = await attribute(convolutional, seven, { method: 'grad-cam', layer: LAYER });
  const told = await sumOf();
  expect(Math.abs(told - expected.sum)).toBeLessThan(CLOSE * Math.max(1, Math.abs(expected.sum)));
  expect(await inAddress('option.layer')).toBe(LAYER);
  await expect.poll(() => text('[data-test=command]')).toContain(`--method grad-cam --layer ${LAYER}`);
  await fresh(await address());
  expect(await sumOf()).toBe(told);
});

test('a number that is none of an option is refused beside it, and not taken', async () => {
  await fresh('#model=digits&method=occlusion');
  await open('options');
  const field = await page.waitForSelector('[data-option=window] input');
  await field!.type('0');
  await page.keyboard.press('Tab');
  await page.waitForSelector('[data-option=window] [role=alert]');
  expect(await address()).not.toContain('option.window');
  await page.focus('[data-option=window] input');
  await page.keyboard.press('Backspace');
  await andSettle(page, async () => {
    await page.keyboard.type('5');
    await page.keyboard.press('Tab');
  });
  expect(await count('[data-option=window] [role=alert]')).toBe(0);
  const [expected] = await attribute(convolutional, seven, { method: 'occlusion', window: 5 });
  expect(Math.abs((await sumOf()) - expected.sum)).toBeLessThan(CLOSE * 10 * Math.abs(expected.sum));
});

test('a mask is a picture with a colour for each region', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pathlight-mask-'));
  try {
    const halves = createPicture(
      28,
      28,
      1,
      Uint8Array.from({ length: 784 }, (_, pixel) => (pixel % 28 < 14 ? 0 : 200)),
    );
    await writeFile(join(folder, 'halves.png'), await encodePng(halves));
    await fresh('#model=digits&method=shapley');
    await open('options');
    await page.waitForSelector('[data-option=patch] select');
    await page.select('[data-option=patch] select', 'mask');
    const input = (await page.waitForSelector('[data-option=patch] input[type=file]')) as ElementHandle<HTMLInputElement>;
    await andSettle(page, () => input.uploadFile(join(folder, 'halves.png')));
    expect(await text('[data-option=patch]')).toContain('From halves.png.');
    await expect.poll(() => text('[data-test=command]')).toContain('--patch halves.png');
    const mask = Array.from(halves.data);
    const [expected] = await attribute(convolutional, seven, { method: 'shapley', patch: { mask } });
    // The first pixel and its half share one value.
    await page.focus('[data-test=map-predicted]');
    for (const key of ['Home', 'PageUp'] as const) await page.keyboard.press(key);
    await page.waitForFunction(() => document.querySelector('[data-test=readout]')?.textContent?.includes('column 1, row 1'));
    const value = Number(await data('[data-test=readout] [data-head=predicted]', 'value'));
    expect(Math.abs(value - expected.values[0]!)).toBeLessThan(CLOSE * Math.max(1, Math.abs(expected.sum)));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the magnifier follows pointer and keys, and regions tell what the map gives them', async () => {
  await fresh('#model=digits');
  await open('magnifier');
  await open('regions');
  await page.waitForSelector('[data-test=regions-view]');
  await page.waitForSelector('.magnifier');
  await page.focus('.magnifier');
  await page.keyboard.press('ArrowUp');
  await page.waitForSelector('.tile');
  await rendered(page);
  const middles = await page.$$eval('.tile', (tiles) => tiles.map((tile) => tile.getAttribute('data-middle')));
  const readout = await page.$$eval('[data-test=readout] dd', (all) => all.map((one) => one.textContent).filter((one) => one !== '–'));
  expect(middles).toEqual(readout);
  const before = await text('[data-test=readout]');
  await page.keyboard.press('ArrowUp');
  expect(await text('[data-test=readout]')).not.toBe(before);
  await page.waitForSelector('.region-table button');
  await page.focus('.region-table button');
  await page.waitForSelector('[data-test=region-now][data-sum]');
  const strongest = Number(await data('[data-test=region-now]', 'sum'));
  await page.focus('[data-test=regions-view]');
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await page.waitForFunction(
    (sum) => document.querySelector('[data-test=region-now]')?.getAttribute('data-sum') !== String(sum),
    {},
    strongest,
  );
  expect(Math.abs(Number(await data('[data-test=region-now]', 'sum')))).toBeLessThan(Math.abs(strongest));
});

test('maps of a grid are measured beside controls, in both languages, and fit a phone', async () => {
  await fresh('#model=digits&steps=8');
  await page.locator('[data-test=all-baselines]').click();
  await page.waitForSelector('details[data-test=curves]');
  await open('curves');
  await page.locator('[data-test=measure-curves]').click();
  await page.waitForSelector('[data-test=curve-verdict]');
  await rendered(page);
  const rows = await page.$$eval('[data-test=curve-table] [data-of]', (all) => all.map((row) => ({ ...(row as HTMLElement).dataset })));
  expect(rows).toHaveLength(10);
  const gains = rows.map(({ gain }) => Number(gain));
  expect(gains).toEqual([...gains].sort((a, b) => b - a));
  const place = (name: string) => rows.findIndex(({ of }) => of === name);
  expect(place('ig zero')).toBeLessThan(place('random'));
  expect(await text('[data-test=curve-verdict]')).toMatch(/^Best on this picture: /);
  await open('options');
  await open('magnifier');
  await open('regions');
  await resize(page, { width: 390, height: 844 });
  await page.waitForSelector('[data-test=regions-view]');
  await quiet();
  await expectFits(390);
  await expectAccessible('#why');
  // On paper nobody scrolls, and charts keep the width that they have on the screen.
  await resize(page, { width: 1280, height: 900 });
  await showOn(page, 'print');
  await resize(page, { width: 720, height: 900 });
  const printed = await page.evaluate(() => ({
    charts: [...document.querySelectorAll('.curve-charts figure')].map((chart) => chart.getBoundingClientRect().left),
    cut: [...document.querySelectorAll('.table-place.tall')].filter((table) => table.scrollHeight > table.clientHeight).length,
  }));
  expect(new Set(printed.charts).size).toBe(1);
  expect(printed.cut).toBe(0);
  await showOn(page, 'screen');
  await resize(page, { width: 390, height: 844 });
  await chooseSegment(page, 'es');
  await page.waitForFunction(() => document.querySelector('[data-test=curve-verdict]')?.textContent?.startsWith('El mejor en esta imagen'));
  await expect.poll(() => text('[data-option=smooth] .hint')).toContain('copias de la imagen con ruido');
});

test('on paper a dark page is dark on white, and steps longer than a page go on on the next', async () => {
  await fresh('#model=digits');
  await chooseSegment(page, 'dark');
  await motionless(page);
  const look = () =>
    page.evaluate(() => ({
      ink: getComputedStyle(document.body).color,
      steps: [...document.querySelectorAll('.chapter .card')].map((card) => getComputedStyle(card).breakInside),
      figures: [...document.querySelectorAll('figure.map')].map((figure) => getComputedStyle(figure).breakInside),
    }));
  const { ink } = await look();
  await showOn(page, 'print');
  await motionless(page);
  const printed = await look();
  const light = (colour: string) => Math.min(...colour.match(/\d+/g)!.map(Number).slice(0, 3));
  expect(light(ink)).toBeGreaterThan(128);
  expect(light(printed.ink)).toBeLessThan(64);
  expect(new Set(printed.steps)).toEqual(new Set(['auto']));
  expect(new Set(printed.figures)).toEqual(new Set(['avoid']));
});
