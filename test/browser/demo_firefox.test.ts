import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer';
import { expect, inject, test } from 'vitest';
import { chooseOption, serveDemo, settled } from '../support/demo_page.js';
import { PATIENCE } from '../support/launch_chrome.js';

/** Firefox as Debian and Ubuntu install it. The development dependencies bring none. */
const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path));

test('in Firefox, without WebGPU, a digit is read and repaired', async (context) => {
  if (FIREFOX === undefined) return context.skip('no Firefox here (apt-get install firefox-esr)');
  const served = await serveDemo(inject('demoFolder'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(served.url);
    await settled(page);
    const data = (selector: string, name: string) =>
      page.$eval(selector, (element, key) => (element as HTMLElement).dataset[key as string], name);
    expect(await data('[data-test=device]', 'kind')).toBe('cpu');
    expect(await data('[data-test=read]', 'class')).toBe('1');
    // One strategy, since the processor needs half a minute for all.
    await chooseOption(page, 'Strategy', 'flip');
    await settled(page);
    await page.click('[data-test=find]');
    await page.waitForSelector('[data-test=before-after][data-replaying=false]');
    expect(await data('[data-test=stage-turned]', 'class')).toBe('7');
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await served.close();
  }
});
