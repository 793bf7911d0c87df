import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { attribute } from '../../src/index.js';
import {
  andSettle,
  chooseOption,
  chooseSegment,
  destroyDevice,
  giveFiles,
  mapsShown,
  measureOnPage,
  openDemo,
  repairOnPage,
  settled,
  shown,
} from '../support/demo_page.js';
import { CLOSE, data, fresh, page, quiet, served, session, seven, text, visibleText } from '../support/demo_walk.js';
import { launchChrome } from '../support/launch_chrome.js';

// All kinds of visitors and machines: keyboards, screen readers, telephones, Spanish, no GPU, no network.

describe('whoever comes', () => {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

  test('every part of the page can be shown, for axe to check', async () => {
    await repairOnPage(page);
    await measureOnPage(page);
    await page.evaluate(await readFile(axe, 'utf8'));
  });

  // One page for all widths, because another page would compile the same kernels again.
  test.each([360, 1024, 2560])('axe finds nothing at %i pixels, in both themes', async (width) => {
    await page.setViewport({ width, height: 900 });
    await chooseSegment(page, 'digits');
    for (const theme of ['light', 'dark']) {
      await chooseSegment(page, theme);
      // During a transition between themes, colours belong to neither.
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      const violations = await page.evaluate(async () => {
        const { violations } = await (
          window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      });
      expect(violations, theme).toEqual([]);
    }
    for (const source of ['digits', 'draw', 'picture', 'model']) {
      await chooseSegment(page, source);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `pixels that stand out to the right, ${source}`).toBe(0);
    }
  });

  test('a keyboard is enough', async () => {
    await fresh();
    const tabTo = async (selector: string) => {
      for (let i = 0; i < 80; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      }
      throw new Error(`${selector} was not reached`);
    };
    await tabTo('.thumb');
    await page.keyboard.press('ArrowRight');
    await andSettle(page, () => page.keyboard.press('Enter'));
    expect(await data('[data-test=read]', 'class')).toBe('1');
    expect(await text('#look .thumb[aria-pressed=true] span')).toBe('a 2 read as 1');
    await tabTo('.settings input[type=range]');
    await andSettle(page, () => page.keyboard.press('ArrowRight'));
    await tabTo('[data-test=map-predicted]');
    await page.keyboard.press('ArrowDown');
    expect(await text('[data-test=readout] .label')).toContain('column 15, row 16');
    await tabTo('[data-test=find]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=before-after][data-replaying=false]', { timeout: 30_000 });
    await quiet();
    await tabTo('[data-test=after]');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await tabTo('[data-test=measure]');
    await tabTo('[data-file=zip]');
  });

  test('the board is drawn on with keys', async () => {
    await chooseSegment(page, 'draw');
    await page.focus('[data-test=board]');
    const before = await mapsShown(page);
    await page.keyboard.down(' ');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.up(' ');
    await settled(page, before);
    expect(await text('[data-test=read]')).toMatch(/^\d$/);
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => document.querySelector('[data-test=read]')!.textContent === '–');
  });

  test('in Spanish everything is in Spanish', async () => {
    await fresh();
    const english = await text('body');
    await chooseSegment(page, 'es');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');
    expect(await page.title()).toContain('Pathlight: ver');
    expect(await visibleText('h2')).toEqual(['Mirar', 'Por qué', 'Corregir', '¿Cuántos pasos?', 'Llévelo consigo']);
    const spanish = await text('body');
    for (const word of ['Choose', 'network', 'Steps', 'pixels', 'Measure', 'Strategy', 'against']) {
      expect(english).toContain(word);
      expect(spanish).not.toContain(word);
    }
    // Errors and the outcome of every attempt are in Spanish too. Only names and the texts of drivers are not.
    const huge = Uint8Array.from(Buffer.from('89504e470d0a1a0a0000000d49484452000027100000271008000000000000000000', 'hex'));
    await giveFiles(page, 'drop', [{ name: 'huge.png', type: 'image/png', bytes: huge }]);
    await page.waitForSelector('#look [data-problem]');
    expect(await text('#look [data-problem] span')).toBe('una imagen de 10000x10000, 100 megapíxeles (como mucho 40)');
    await repairOnPage(page);
    expect(await visibleText('[data-test=attempts] .reason')).toContain('1 píxel cambiado');
    expect(await page.$$eval('#look [lang=en], #fix [lang=en]', (english) => english.map(({ textContent }) => textContent))).toEqual([]);
    await page.reload({ waitUntil: 'load' });
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');
    await chooseSegment(page, 'en');
  });
});

describe('whatever happens', () => {
  test('a device that is lost in the middle of a request is rebuilt, and the request answered', async () => {
    const before = await mapsShown(page);
    await chooseOption(page, 'Baseline', 'opposite');
    await destroyDevice(page);
    await settled(page, before);
    const [expected] = await attribute(session, seven, { target: 1, steps: 64, baseline: 'opposite' });
    const size = expected!.values.reduce((sum, v) => sum + Math.abs(v), 0);
    expect(Math.abs(Number(await data('[data-head=predicted] [data-sum]', 'sum')) - expected!.sum)).toBeLessThan(CLOSE * size);
    await andSettle(page, () => chooseOption(page, 'Baseline', 'zero'));
    expect(await text('[data-test=device]')).toContain('was rebuilt');
  });

  test('without WebGPU the CPU serves, and the page says why and how to turn it on', async () => {
    const other = await launchChrome({ webgpu: false });
    try {
      const plain = await openDemo(other, served.url);
      await settled(plain.page);
      const read = (selector: string) => plain.page.$eval(selector, (element) => element.textContent);
      expect(await plain.page.$eval('[data-test=device]', (element) => (element as HTMLElement).dataset.kind)).toBe('cpu');
      expect(await read('[data-test=reason]')).toMatch(/^Why: WebGPU has no adapter here \(/);
      expect(await read('[data-test=device]')).toContain('To turn WebGPU on');
      expect(await plain.page.$eval('[data-test=read]', (element) => (element as HTMLElement).dataset.class)).toBe('1');
      expect(plain.takeErrors()).toEqual([]);
      // This address is the same machine, but no browser trusts it without https.
      await plain.page.goto(served.url.replace('127.0.0.1', '0.0.0.0'), { waitUntil: 'load' });
      await plain.page.waitForSelector('[data-test=reason]', { timeout: 30_000 });
      expect(await read('[data-test=reason]')).toBe(
        'Why: this page came over plain http, where browsers offer no WebGPU (https, or localhost).',
      );
      expect(await read('[data-test=device]')).not.toContain('To turn WebGPU on');
    } finally {
      await other.close();
    }
  });

  // Must be the last of the file, because it stops the server.
  test('without a network the page is loaded again', async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller === null) {
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
      }
    });
    await served.close();
    await page.reload({ waitUntil: 'load' });
    await settled(page);
    expect(await data('[data-test=read]', 'class')).toBe('1');
    // The other network also comes from the cache. Its kernels need not be waited for.
    const before = await mapsShown(page);
    await chooseOption(page, 'Network', 'digits');
    await shown(page, before);
    expect(new URL(page.url()).hash).toContain('model=digits');
    expect(await page.$('#look [data-problem]')).toBeNull();
  });
});
