import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page, WebWorker } from 'puppeteer';
import { build, preview } from 'vite';
import { rendered, steadyBox } from './demo_screen.js';
import { PATIENCE, slowDown } from './launch_chrome.js';
import { narrowTiles } from './narrow/plugin.js';

/** The hooks of main.tsx for tests. */
interface TestHooks {
  destroyDevice(): Promise<void>;
  mapsShown(): number;
}

/** The demo as visitors get it: built, and served on 127.0.0.1. */
export interface ServedDemo {
  readonly url: string;
  /** The paths of the files that were sent since the last call, in order. Those that the browser had already, and were only asked about, are not among them. */
  takeSent(): string[];
  close(): Promise<void>;
}

const DEMO = fileURLToPath(new URL('../../demo/', import.meta.url));

/**
 * Builds the demo into a folder of its own.
 * @param tiles `narrow`: kernels of convolutions that compile in a tenth of the time (test/support/narrow/plugin.ts).
 */
export async function buildDemo(tiles: 'wide' | 'narrow' = 'wide'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pathlight-demo-'));
  const plugins = () => (tiles === 'narrow' ? [narrowTiles({ rows: 1 })] : []);
  // Vitest says `test`, with which the page would be another one, 5 kB larger.
  const environment = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(DEMO, 'vite.config.ts'),
      logLevel: 'error',
      plugins: plugins(),
      worker: { plugins },
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
  }
  return folder;
}

/** @param built the folder of `buildDemo`; without it, the demo is built for this caller alone. */
export async function serveDemo(built?: string): Promise<ServedDemo> {
  const folder = built ?? (await buildDemo());
  const server = await preview({
    root: DEMO,
    configFile: false,
    base: './',
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  let closed = false;
  const sent: string[] = [];
  server.httpServer.on('request', ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    response.on('finish', () => {
      if (response.statusCode === 200) sent.push(url);
    });
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    takeSent: () => sent.splice(0),
    async close() {
      if (closed) return;
      closed = true;
      const ended = server.close();
      // Chrome keeps connections open for later requests.
      if ('closeAllConnections' in server.httpServer) server.httpServer.closeAllConnections();
      await ended;
      if (built === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A page of the demo, and the list of everything that went wrong in it. */
export interface DemoPage {
  readonly page: Page;
  /** The worker in which the engine computes. */
  worker(): WebWorker;
  /** Console errors and warnings, exceptions, failed requests and requests to other hosts. A call clears the list. */
  takeErrors(): string[];
}

/** Opens the demo in a page of its own, which shares no state with other pages. */
export async function openDemo(browser: Browser, url: string, width = 1280, height = 900): Promise<DemoPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const errors: string[] = [];
  // Messages of workers arrive here too, and the engine's worker reports uncaptured errors of its GPU device.
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) errors.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => errors.push(`exception: ${error instanceof Error ? error.message : String(error)}`));
  page.on('requestfailed', (request) => errors.push(`request: ${request.url()}: ${request.failure()?.errorText}`));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') errors.push(`outside request: ${request.url()}`);
  });
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height });
  await slowDown(page);
  await page.goto(url, { waitUntil: 'load' });
  await slowDown(page);
  return { page, worker: () => page.workers()[0]!, takeErrors: () => errors.splice(0) };
}

/** Waits until maps were shown more than `after` times, nothing is being computed, and what was computed has not led to another request. */
export async function settled(page: Page, after = 0): Promise<void> {
  const idle = (least: number) => {
    const hooks = (window as unknown as { pathlight?: TestHooks }).pathlight;
    return hooks !== undefined && hooks.mapsShown() > least && document.querySelector<HTMLElement>('main')?.dataset.busy === 'false';
  };
  do {
    await page.waitForFunction(idle, { polling: 50 }, after);
    await rendered(page);
  } while (!(await page.evaluate(idle, after)));
}

/** Waits until maps were shown more than `after` times. The adapter may still be compiling kernels. */
export async function shown(page: Page, after: number): Promise<void> {
  await page.waitForFunction(
    (least) => (window as unknown as { pathlight: TestHooks }).pathlight.mapsShown() > least,
    { polling: 50 },
    after,
  );
}

/** How many times maps were shown. */
export function mapsShown(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { pathlight: TestHooks }).pathlight.mapsShown());
}

export function destroyDevice(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as { pathlight: TestHooks }).pathlight.destroyDevice());
}

/** Does something that changes the maps, and waits for the new ones. */
export async function andSettle(page: Page, act: () => Promise<unknown>): Promise<void> {
  const before = await mapsShown(page);
  await act();
  await settled(page, before);
}

/** Chooses one of a few options as a user does, by a click on its label. */
export async function chooseSegment(page: Page, value: string, within = ''): Promise<void> {
  await page.locator(`${within} .segment:has(input[value="${value}"])`).click();
  // The texts of a language are loaded when it is chosen.
  if (value === 'en' || value === 'es') await page.waitForSelector(`html[lang=${value}]`);
}

/** Chooses an option of the select with this label, which may be in a part of the page that is still being loaded. */
export async function chooseOption(page: Page, label: string, value: string): Promise<void> {
  const found = await page.waitForFunction(
    (text, wanted) => {
      const id = [...document.querySelectorAll('label')].find((one) => one.textContent?.trim() === text)?.htmlFor;
      const select = id === undefined ? null : document.getElementById(id);
      // Long lists are rendered in slices.
      const ready =
        select instanceof HTMLSelectElement && !select.disabled && [...select.options].some((option) => option.value === wanted);
      return ready ? id : undefined;
    },
    {},
    label,
    value,
  );
  await page.select(`[id="${await found.jsonValue()}"]`, value);
}

/** Drops or pastes files on the page. Chrome's protocol cannot drop files, so this makes the browser's events by hand. */
export async function giveFiles(
  page: Page,
  how: 'drop' | 'paste',
  files: readonly { name: string; type: string; bytes: Uint8Array }[],
): Promise<void> {
  const plain = files.map(({ name, type, bytes }) => ({ name, type, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate(
    (kind, list) => {
      const transfer = new DataTransfer();
      for (const { name, type, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
      }
      const options = { bubbles: true, cancelable: true };
      if (kind === 'paste') document.body.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: transfer }));
      else {
        for (const type of ['dragenter', 'dragover', 'drop']) {
          document.body.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: transfer }));
        }
      }
    },
    how,
    plain,
  );
}

/** Drops a folder of files on the page. A script cannot make a folder's entry, so the dropped item is given one as browsers make it. */
export async function giveFolder(page: Page, name: string, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const plain = files.map((file) => ({ name: file.name, base64: Buffer.from(file.bytes).toString('base64') }));
  await page.evaluate(
    (folder, list) => {
      const entries = list.map((each) => {
        const bytes = Uint8Array.from(atob(each.base64), (character) => character.charCodeAt(0));
        const file = (resolve: (file: File) => void) => resolve(new File([bytes], each.name));
        return { name: each.name, isFile: true, isDirectory: false, file };
      });
      const readEntries = (resolve: (some: object[]) => void) => resolve(entries.splice(0));
      const entry = { name: folder, isFile: false, isDirectory: true, createReader: () => ({ readEntries }) };
      const transfer = new DataTransfer();
      const item = transfer.items.add(new File([], folder));
      if (item === null) throw new Error('nothing can be dropped');
      const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer });
      const { webkitGetAsEntry } = DataTransferItem.prototype;
      Object.assign(DataTransferItem.prototype, { webkitGetAsEntry: () => entry });
      document.body.dispatchEvent(event);
      Object.assign(DataTransferItem.prototype, { webkitGetAsEntry });
    },
    name,
    plain,
  );
}

/** A drawn seven: points as shares of the board's side. */
export const SEVEN = [
  [0.3, 0.25],
  [0.7, 0.25],
  [0.5, 0.8],
] as const;

/** Draws a line through these points with the mouse. `between` is called while the button is down. */
export async function draw(page: Page, places: readonly (readonly [number, number])[], between?: () => Promise<void>): Promise<void> {
  const box = await steadyBox(page, '[data-test=board]');
  const [first, ...rest] = places.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  await page.mouse.move(first![0], first![1]);
  await page.mouse.down();
  for (const [x, y] of rest) await page.mouse.move(x, y, { steps: 8 });
  await between?.();
  await page.mouse.up();
}

/** Draws the same line with a finger. */
export async function drawByTouch(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  const box = await steadyBox(page, '[data-test=board]');
  const [first, ...rest] = places.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  const touch = await page.touchscreen.touchStart(first![0], first![1]);
  let from = first!;
  for (const to of rest) {
    for (let k = 1; k <= 8; k++) await touch.move(from[0] + ((to[0] - from[0]) * k) / 8, from[1] + ((to[1] - from[1]) * k) / 8);
    from = to;
  }
  await touch.end();
}

/** Draws the same line with a stylus, which Chrome's protocol has and puppeteer lacks. */
export async function drawByPen(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  const box = await steadyBox(page, '[data-test=board]');
  const [first, ...rest] = places.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  const client = await page.createCDPSession();
  const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', [x, y]: readonly [number, number]) =>
    client.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1, pointerType: 'pen', force: 0.5 });
  await send('mousePressed', first!);
  let from = first!;
  for (const to of rest) {
    for (let k = 1; k <= 8; k++) await send('mouseMoved', [from[0] + ((to[0] - from[0]) * k) / 8, from[1] + ((to[1] - from[1]) * k) / 8]);
    from = to;
  }
  await send('mouseReleased', from);
  await client.detach();
}

/** Presses the repair button, and waits until the flips have been shown. */
export async function repairOnPage(page: Page): Promise<void> {
  await page.locator('[data-test=find]').click();
  await rendered(page);
  await page.waitForFunction(
    () =>
      document.querySelector('[data-test=attempts]') !== null &&
      document.querySelector('[data-test=find]') !== null &&
      document.querySelector<HTMLElement>('[data-test=before-after]')?.dataset.replaying !== 'true' &&
      document.querySelector<HTMLElement>('main')?.dataset.busy === 'false',
    { polling: 50 },
  );
  await settled(page);
}

/** Presses the bench button, and waits for the last row. */
export async function measureOnPage(page: Page): Promise<void> {
  await page.locator('[data-test=measure]').click();
  await rendered(page);
  await page.waitForFunction(
    () => document.querySelector('[data-test=bench-rows]') !== null && document.querySelector('[data-test=measure]') !== null,
    { polling: 100 },
  );
}
