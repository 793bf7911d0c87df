import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { build, preview } from 'vite';
import { launchChrome } from '../../test/support/launch_chrome.js';
import { CannotRun, type Contender, type Job, type Run } from '../harness/contender.js';
import { decode } from '../page/base64.js';
import type { NetworkFile, PageRun, Stage } from '../page/stage.js';

/** What a page of contenders offers to Node (bench/page/index.ts). */
declare global {
  interface Window {
    stage: Stage;
  }
}

/** Without these headers a page has no SharedArrayBuffer, and WebAssembly no threads. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** An answer of the page is given up after this many milliseconds: more than any job may take (`--longest`). */
const PATIENCE = 600_000;

export interface BenchPage {
  readonly version: string;
  /** A contender of the page, in a tab of its own, so that a crash affects no other. */
  contender(entry: string, name: string, file?: (network: string) => NetworkFile | undefined): ChromeContender;
  /** Evaluates an expression in a page of its own. */
  evaluate<T>(work: () => T): Promise<T>;
  close(): Promise<void>;
}

export interface ChromeContender extends Contender {
  predict(images: Float32Array, count: number): Promise<Run>;
}

/**
 * Builds a page, serves it on 127.0.0.1 with cross-origin isolation, and starts a headless Chrome.
 *
 * @param html relative to the root.
 */
export async function openBenchPage(html: string): Promise<BenchPage> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'pathlight-bench-'));
  const common = { root, configFile: false, base: './', logLevel: 'error' } as const;
  await build({
    ...common,
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'esnext',
      minify: false,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: join(root, html) },
    },
  });
  const server = await preview({ ...common, build: { outDir: folder }, preview: { host: '127.0.0.1', port: 0, headers: ISOLATION } });
  const browser = await launchChrome({ protocolTimeout: PATIENCE });
  const address = new URL(html, server.resolvedUrls!.local[0]!).href;
  return {
    version: await browser.version(),
    contender: (entry, name, file) => createContender(browser, address, entry, name, file),
    async evaluate<T>(work: () => T) {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      await page.goto(address, { waitUntil: 'load' });
      const result = await page.evaluate(work);
      await page.close();
      return result as T;
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function createContender(
  browser: Browser,
  address: string,
  entry: string,
  name: string,
  file: (network: string) => NetworkFile | undefined = () => undefined,
): ChromeContender {
  let page: Page | undefined;
  let network: string | undefined;

  async function open(): Promise<Page> {
    const opened = await browser.newPage();
    page = opened;
    opened.setDefaultTimeout(PATIENCE);
    await opened.goto(address, { waitUntil: 'load' });
    await opened.evaluate((wanted) => window.stage.enter(wanted), entry);
    if (network !== undefined) await opened.evaluate((wanted) => window.stage.load(wanted), file(network) ?? network);
    return opened;
  }

  /** An error of a framework becomes the reason why it has no time. The page is closed, since its state is then unknown. */
  async function attempt<T>(work: (page: Page) => Promise<T>): Promise<T> {
    try {
      return await work(page ?? (await open()));
    } catch (error) {
      await page?.close().catch(() => {});
      page = undefined;
      throw new CannotRun(reasonOf(error));
    }
  }

  const toRun = ({ base64, milliseconds }: PageRun): Run => ({ map: new Float32Array(decode(base64)), milliseconds });
  return {
    name,
    async load(wanted) {
      network = wanted;
      // Every network gets a fresh tab, so that it does not pay for what the one before left on the heap.
      await page?.close();
      page = undefined;
      await attempt(open);
    },
    attribute: (job: Job) => attempt(async (tab) => toRun(await tab.evaluate((wanted) => window.stage.attribute(wanted), job))),
    predict: (images, count) =>
      attempt(async (tab) => {
        const text = Buffer.from(images.buffer, images.byteOffset, images.byteLength).toString('base64');
        return toRun(await tab.evaluate((data, number) => window.stage.predict(data, number), text, count));
      }),
    async close() {
      await page?.close().catch(() => {});
      page = undefined;
    },
  };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split('\n', 1)[0]!
    .replace(/^Error: /, '')
    .slice(0, 200);
}
