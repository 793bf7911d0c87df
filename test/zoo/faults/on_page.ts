import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'puppeteer';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { readNpy } from '../../../src/tensor/npy.js';
import { giveFiles, giveFolder, mapsShown, openDemo, serveDemo, settled, shown } from '../../support/demo_page.js';
import { launchChrome, PATIENCE } from '../../support/launch_chrome.js';
import { STEPS } from '../kinks.js';
import { photographNames } from './photographs.js';

/** What the page reads when a folder of Hugging Face, and then a photograph, are dropped on it, in Chrome on SwiftShader. */
export interface PageReading {
  readonly class: number;
  /** Of the class, in 0 to 1. */
  readonly probability: number;
  /** The relative distance of the map that the page saves from that of PyTorch in float64. */
  readonly map: number;
}

/** The files beside a model that visitors drop with it; the references stay where they are. */
const DROPPED = /^(model\.onnx(\.data)?|(preprocessor_)?config\.json)$/;

/** Drops each folder that photograph_references.py was given on the page, and then the picture. A page that complains ends the run. */
export async function* readOnPage(folder: string, picture: string): AsyncGenerator<{ name: string; reading: PageReading }> {
  const [served, browser] = await Promise.all([serveDemo(), launchChrome()]);
  try {
    for (const name of photographNames(folder)) {
      const { page, takeErrors } = await openDemo(browser, `${served.url}#steps=${STEPS}`);
      const reading = await read(page, join(folder, name), picture);
      const errors = takeErrors();
      if (errors.length > 0) throw new Error(`${name} on the page: ${errors.join('; ')}`);
      await page.browserContext().close();
      yield { name, reading };
    }
  } finally {
    await browser.close();
    await served.close();
  }
}

async function read(page: Page, folder: string, picture: string): Promise<PageReading> {
  const files = readdirSync(folder).filter((name) => DROPPED.test(name));
  const dropped = files.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  await settled(page);
  await giveFolder(page, basename(folder), dropped);
  // The network is still being opened. What the page checks afterwards in float64 is not waited for.
  const before = await mapsShown(page);
  await giveFiles(page, 'drop', [{ name: basename(picture), type: 'image/jpeg', bytes: readFileSync(picture) }]);
  await shown(page, before);
  const downloads = mkdtempSync(join(tmpdir(), 'page-'));
  try {
    const client = await page.browser().target().createCDPSession();
    const browserContextId = page.browserContext().id;
    if (browserContextId === undefined) throw new Error('the page has no context of its own');
    await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads, browserContextId });
    const map = readNpy(await saved(page, downloads, 'predicted-npy', '.npy')).data;
    const { prediction } = JSON.parse((await saved(page, downloads, 'result', '.json')).toString());
    const right = readNpy(readFileSync(join(folder, 'photograph_integrals.npy'))).data;
    return { class: prediction.class, probability: prediction.probability, map: relativeDistance(map, right) };
  } finally {
    rmSync(downloads, { recursive: true });
  }
}

/** Clicks the button that saves this, and waits for the file: a result waits for what the page checks in float64. */
async function saved(page: Page, downloads: string, what: string, ending: string): Promise<Buffer> {
  await page.locator(`[data-file="${what}"]`).click();
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    const name = readdirSync(downloads).find((one) => one.endsWith(ending));
    if (name !== undefined) return readFileSync(join(downloads, name));
    await pause(50);
  }
  throw new Error(`the page saved no ${what}`);
}
