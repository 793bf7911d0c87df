import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  chooseSegment,
  draw,
  giveFiles,
  measureOnPage,
  openDemo,
  repairOnPage,
  SEVEN,
  serveDemo,
  settled,
} from '../test/support/demo_page.js';
import { launchChrome } from '../test/support/launch_chrome.js';
import { present } from './lib/present.js';
import { PARTS } from './ui/state/lecture.js';

/**
 * Takes pictures of every step of the page, in both themes and at four widths, into out/demo, for a person to look at. Run it with
 * `npm run demo:shots`. An argument is a regular expression: only the pictures whose names match are taken, such as `-- 'why.*light-(360|1280)'`.
 */
const OUT = fileURLToPath(new URL('../out/demo/', import.meta.url));
const FIVE = new URL('../models/study/5-read-as-1.png', import.meta.url);
const WIDTHS = [360, 820, 1280, 2560];
const THEMES = ['light', 'dark'] as const;
const STEPS = ['look', 'why', 'fix', 'bench', 'export'] as const;
const only = new RegExp(process.argv[2] ?? '');

await mkdir(OUT, { recursive: true });
const served = await serveDemo();
const browser = await launchChrome();
try {
  for (const theme of THEMES) {
    const { page, takeErrors } = await openDemo(browser, served.url);
    await settled(page);
    await chooseSegment(page, theme);
    const shoot = async (name: string, selector: string) => {
      for (const width of WIDTHS) {
        const path = join(OUT, `${name}-${theme}-${width}.png`);
        if (!only.test(path)) continue;
        await page.setViewport({ width, height: 900 });
        // Charts adapt to the new width in the next frame.
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 150)));
        await present(await page.$(selector), selector).screenshot({ path: path as `${string}.png` });
      }
      await page.setViewport({ width: 1280, height: 900 });
    };
    await page.waitForSelector('[data-test=stage][data-playing=false]');
    await shoot('stage', '.opening');
    await page.locator('[data-test=all-baselines]').click();
    await page.locator('[data-test=compare]').click();
    await page.waitForSelector('[data-test=versus-verdict]');
    await settled(page);
    await repairOnPage(page);
    await measureOnPage(page);
    await page.type('[data-test=examine-only]', 'Softmax');
    await page.locator('[data-test=examine]').click();
    await page.waitForSelector('[data-test=verdict]');
    await page.$$eval('#why details', (all) => {
      for (const details of all) details.setAttribute('open', '');
    });
    await page.waitForSelector('[data-test=glossary-why] dl');
    await page.mouse.move(0, 0);
    await page.focus('[data-test=map-predicted]');
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowRight'] as const) await page.keyboard.press(key);
    await shoot('masthead', '.masthead');
    await shoot('all-maps', '[data-test=all-maps]');
    await shoot('duel', '[data-test=duel]');
    await shoot('versus', '[data-test=versus]');
    for (const step of STEPS) await shoot(step, `#${step}`);
    await chooseSegment(page, 'swipe');
    await shoot('why-handle', '#why');
    await chooseSegment(page, 'alone');
    await chooseSegment(page, 'picture');
    await giveFiles(page, 'drop', [{ name: 'five.png', type: 'image/png', bytes: await readFile(FIVE) }]);
    await page.locator('[data-test=keep-picture]').click();
    await page.waitForSelector('[data-test=kept-list] li');
    await settled(page);
    await shoot('look-picture', '#look');
    await chooseSegment(page, 'scenes');
    await page.waitForSelector('[data-scene] img');
    await shoot('look-scenes', '#look');
    await chooseSegment(page, 'model');
    await page.waitForSelector('#look details');
    await page.waitForSelector('[data-test=network] summary');
    await page.$eval('[data-test=network]', (details) => details.setAttribute('open', ''));
    await page.waitForSelector('[data-test=graph] svg');
    await page.locator('[data-test=find-dead]').click();
    await page.waitForSelector('.graph-dead');
    await shoot('look-model', '#look');
    await chooseSegment(page, 'draw');
    await draw(page, SEVEN);
    await settled(page);
    await shoot('look-draw', '#look');
    await shoot('why-draw', '#why');
    await chooseSegment(page, 'es');
    await shoot('look-es', '#look');
    await shoot('why-es', '#why');
    await shoot('fix-es', '#fix');
    await page.keyboard.press('f');
    for (const [slide, parts] of PARTS.entries()) {
      for (let part = 0; part < parts; part++) {
        await page.waitForSelector(`[data-test=lecture][data-slide="${slide}"][data-part="${part}"]`);
        if (part === parts - 1) await shoot(`lecture-${slide + 1}`, '[data-test=lecture]');
        await page.keyboard.press('PageDown');
      }
    }
    for (const error of takeErrors()) console.error(error);
  }
} finally {
  await browser.close();
  await served.close();
}
