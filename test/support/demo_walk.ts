import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import { createSession, type Picture, type Session, toValues } from '../../src/index.js';
import { decodePicture } from '../../src/node/index.js';
import { chooseSegment, type DemoPage, openDemo, type ServedDemo, serveDemo, settled } from './demo_page.js';
import { motionless, rendered } from './demo_screen.js';
import { watchShare } from './demo_trace.js';
import './gpu.js'; // Declares TaskMeta.webgpu.
import { fullSpeed, launchChrome } from './launch_chrome.js';

// What every file that walks the page shares: the page as visitors get it, built and served, and the library's session on the same network
// and digit.

export let served: ServedDemo;
export let browser: Browser;
export let demo: DemoPage;
export let page: Page;
/** The library's session on the network that the page opens with. */
export let session: Session;
/** [784] The digit that the page opens with. */
export let seven: Float32Array;

export const modelFile = async (path: string) => new Uint8Array(await readFile(new URL(`../../models/${path}`, import.meta.url)));

/** Bounds the error of float32 sums of up to 784 products through five layers: 100 times the spacing of float32 leaves room. */
export const CLOSE = 100 * 2 ** -23;

// What is read is what the page shows once it has rendered what came before: a click, a key, an answer. What waits for the engine, or for a part that is
// loaded, is waited for first, or polled: `expect.poll(() => text(...))`.

/** The text of an element, which may be in a part of the page that is still being loaded. */
export async function text(selector: string): Promise<string> {
  await page.waitForSelector(selector);
  await rendered(page);
  return await page.$eval(selector, ({ textContent }) => textContent?.trim() ?? '');
}
export async function data(selector: string, name: string): Promise<string | null> {
  await rendered(page);
  return await page.$eval(selector, (element, key) => (element as HTMLElement).dataset[key as string] ?? null, name);
}
export async function visibleText(selector: string): Promise<string[]> {
  await rendered(page);
  return await page.$$eval(selector, (elements) => elements.map((element) => element.textContent?.trim() ?? ''));
}
/** How many elements the selector matches. */
export async function count(selector: string): Promise<number> {
  await rendered(page);
  return await page.$$eval(selector, ({ length }) => length);
}
/** A parameter of the address, which the page keeps up to date. */
export async function inAddress(name: string): Promise<string | null> {
  return new URLSearchParams((await address()).slice(1)).get(name);
}
/** The part of the address after and with `#`. */
export async function address(): Promise<string> {
  await rendered(page);
  return await page.evaluate(() => location.hash);
}
/** Waits for a click's handlers, and for what they ask of the engine. */
export const quiet = () => settled(page);

let onWebGpu = false;

/** Opens the page anew, with nothing kept from the one before. */
export async function fresh(hash = '', width = 1280): Promise<void> {
  await demo?.page.browserContext().close();
  demo = await openDemo(browser, served.url + hash, width);
  page = demo.page;
  // A busy machine may take so long to start Chrome's GPU process that the page begins on the processor. It moves when the adapter answers.
  if (onWebGpu) await page.waitForSelector('[data-test=device]:is([data-kind=software], [data-kind=gpu])');
  await settled(page);
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Expects that axe-core finds nothing in the first element that the selector matches, in either theme. The light theme is chosen at the end. */
export async function expectAccessible(within = 'html'): Promise<void> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  for (const theme of ['dark', 'light']) {
    await chooseSegment(page, theme);
    // During a transition between themes, colours belong to neither.
    await motionless(page);
    const violations = await page.evaluate(async (selector) => {
      const { axe } = window as unknown as {
        axe: { run(of: string): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const found = await axe.run(selector);
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
    }, within);
    expect(violations, `${within}, ${theme}`).toEqual([]);
  }
}

/** Milliseconds from navigation to the first paint and to the first maps, in a context of its own, where nothing is cached. */
export async function openingTimes(hash = ''): Promise<{ paint: number; maps: number }> {
  const opened = await openDemo(browser, served.url + hash);
  await fullSpeed(opened.page);
  await opened.page.waitForFunction(() => performance.getEntriesByName('first-maps').length > 0);
  const times = await opened.page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
    maps: performance.getEntriesByName('first-maps')[0]!.startTime,
  }));
  // Chrome would go on to compile the kernels of a page that was closed, and the next page would wait for its first paint meanwhile.
  await settled(opened.page);
  await opened.page.browserContext().close();
  expect(opened.takeErrors(), 'errors of the page').toEqual([]);
  return times;
}

/** The same, less the share of them that other work of the machine took from the page's threads. */
export async function openingTimesAlone(hash = ''): Promise<{ paint: number; maps: number }> {
  const watch = await watchShare(page, 'first-maps');
  const { paint, maps } = await openingTimes(hash);
  const share = await watch.take();
  return { paint: share * paint, maps: share * maps };
}

/** Milliseconds, and frames, in which what stands out has to come back. */
const TO_FIT = { milliseconds: 5000, frames: 60 };

/** Expects that nothing of the page lies beside a screen of this width. It fails with the elements that reach furthest. */
export async function expectFits(width: number, where = 'the page'): Promise<void> {
  const seen = await page.evaluate(
    async (wanted, { milliseconds, frames }) => {
      const { documentElement } = document;
      const measure = () => ({ screen: documentElement.clientWidth, page: documentElement.scrollWidth });
      const began = performance.now();
      // It has to fit in two frames after one another: observers of sizes are told between them.
      for (let [frame, fits] = [0, 0]; fits < 2 && (frame < frames || performance.now() - began < milliseconds); frame++) {
        await new Promise(requestAnimationFrame);
        const now = measure();
        fits = now.screen === wanted && now.page === wanted ? fits + 1 : 0;
      }
      const rightOf = (element: Element) => Math.round(element.getBoundingClientRect().right);
      const name = (element: Element) =>
        `<${[element.localName, element.getAttribute('class'), element.getAttribute('data-test')].filter(Boolean).join(' ')}> to ${rightOf(element)}`;
      /** What scrolls, or is cut off, in a place of its own does not make the page wider. */
      const held = (element: Element) => {
        for (let above = element.parentElement; above !== null && above !== document.body; above = above.parentElement) {
          if (getComputedStyle(above).overflowX !== 'visible' && rightOf(above) <= wanted) return true;
        }
        return false;
      };
      const wide = [...document.body.querySelectorAll('*')].filter((element) => rightOf(element) > wanted && !held(element));
      const now = measure();
      return {
        ...now,
        widest:
          now.page > wanted
            ? wide
                .sort((a, b) => rightOf(b) - rightOf(a))
                .slice(0, 5)
                .map(name)
            : [],
      };
    },
    width,
    TO_FIT,
  );
  expect(seen, where).toEqual({ screen: width, page: width, widest: [] });
}

/**
 * Opens the page before the first test of the file that calls this. No walk may leave an error behind.
 * @param webgpu False for walks that ask nothing of the adapter: the processor answers them, and no page waits until Chrome has compiled
 * the kernels of WebGPU again.
 * @param camera what the camera of Chrome sees, grey.
 * @param cameras instead of that camera, so many.
 */
export function walkDemo({
  webgpu,
  camera,
  cameras,
}: {
  readonly webgpu: boolean;
  readonly camera?: Picture;
  readonly cameras?: number;
}): void {
  let videos: string | undefined;
  onWebGpu = webgpu;
  beforeAll(async () => {
    served = await serveDemo(inject('demoFolder'));
    if (camera !== undefined) {
      videos = await mkdtemp(join(tmpdir(), 'pathlight-camera-'));
      await writeFile(join(videos, 'camera.y4m'), videoOf(camera));
    }
    browser = await launchChrome({
      webgpu,
      ...(videos && { camera: join(videos, 'camera.y4m') }),
      ...(cameras !== undefined && { cameras }),
    });
    session = await createSession(await modelFile('digits-naive.onnx'), {
      sideFile: JSON.parse(await readFile(new URL('../../models/digits-naive.json', import.meta.url), 'utf8')),
    });
    const { picture } = await decodePicture(await modelFile('study/7-read-as-1.png'));
    seven = toValues(picture, session.preprocessing);
    await fresh();
  });
  beforeEach(({ task }) => {
    if (webgpu) task.meta.webgpu = 'chrome';
  });
  afterEach(async () => {
    expect(demo.takeErrors(), 'errors of the page').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    if (videos !== undefined) await rm(videos, { recursive: true, force: true });
  });
}

/** A video of one grey picture in the format YUV4MPEG2: full range, the two planes of colour at rest. */
function videoOf({ width, height, data }: Picture): Uint8Array {
  const colour = Buffer.alloc((width * height) / 2, 128);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420jpeg\nFRAME\n`), data, colour]);
}
