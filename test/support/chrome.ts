import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { build, type InlineConfig, type PreviewServer, preview } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import './gpu.js'; // Declares TaskMeta.webgpu.
import { launchChrome, PATIENCE, slowDown } from './launch_chrome.js';

export interface TestPage {
  readonly page: Page;
  /** Console errors, exceptions, uncaptured WebGPU errors and lost devices since the test began. A call clears the list. */
  takeErrors(): Promise<string[]>;
  /** Stops the server. The page must have everything that it needs from now on. */
  stopServing(): Promise<void>;
}

/**
 * Builds a page of this project as visitors would get it, serves it on 127.0.0.1, and opens it in Chrome for the tests of this file. A test
 * fails on everything that `takeErrors` lists.
 * @param html the page, relative to the root.
 * @param config further settings of the page's build; its root is the project's by default. `minify`: as small as visitors get it.
 */
export function useChrome(
  html: string,
  { minify = false, ...config }: Pick<InlineConfig, 'root' | 'plugins' | 'worker'> & { readonly minify?: boolean } = {},
): TestPage {
  let folder: string | undefined;
  let server: PreviewServer | undefined;
  let browser: Browser | undefined;
  let page: Page | undefined;
  const errors: string[] = [];

  async function takeErrors(): Promise<string[]> {
    // Reports of the page arrive in order, so they all come before the answer to this question.
    await page!.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    return errors.splice(0);
  }

  async function stopServing(): Promise<void> {
    const running = server;
    server = undefined;
    if (running === undefined) return;
    const closed = running.close();
    // Chrome keeps connections open for later requests.
    if ('closeAllConnections' in running.httpServer) running.httpServer.closeAllConnections();
    await closed;
  }

  beforeAll(async () => {
    const root = config.root ?? fileURLToPath(new URL('../../', import.meta.url));
    folder = await mkdtemp(join(tmpdir(), 'pathlight-page-'));
    const common = { root, configFile: false, base: './', logLevel: 'error' } as const;
    await build({
      ...config,
      ...common,
      build: { outDir: folder, emptyOutDir: true, target: 'esnext', minify, rolldownOptions: { input: join(root, html) } },
    });
    server = await preview({ ...common, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0 } });
    browser = await launchChrome();
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => message.type() === 'error' && errors.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => errors.push(`exception: ${error instanceof Error ? error.message : String(error)}`));
    page.on('requestfailed', (request) => errors.push(`request: ${request.url()}: ${request.failure()?.errorText}`));
    await page.exposeFunction('reportGpuError', (error: string) => errors.push(error));
    await page.evaluateOnNewDocument(watchDevices);
    await page.goto(new URL(html, server.resolvedUrls!.local[0]!).href, { waitUntil: 'load' });
    await slowDown(page);
  });
  beforeEach(({ task }) => {
    task.meta.webgpu = 'chrome';
  });
  afterEach(async () => {
    expect(await takeErrors(), 'errors of the page').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await stopServing();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  return {
    get page() {
      return page!;
    },
    takeErrors,
    stopServing,
  };
}

/** Runs in the page before anything else: makes every device report its uncaptured errors and its loss. */
function watchDevices(): void {
  const report = (globalThis as unknown as { reportGpuError(error: string): void }).reportGpuError;
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    device.addEventListener('uncapturederror', ({ error }) => report(`${error.constructor.name}: ${error.message}`));
    device.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') report(`device lost: ${reason}: ${message}`);
    });
    return device;
  };
}
