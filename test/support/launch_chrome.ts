import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer';
import { findChromiumPackage, unpackArchives } from '../../src/node/archive.js';

/** Everything that Chrome needs besides the C library: Chrome itself, SwiftShader, NSS (lib/) and fonts (fonts.conf). */
const ARCHIVES = ['chromium.br', 'swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br'];

const FLAGS = [
  '--no-sandbox', // Containers run the tests as root, and often without user namespaces.
  '--disable-dev-shm-usage',
];
const WEBGPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-gpu-compositing', // Without a GPU, SwiftShader would draw the page, too: walks took a third longer.
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/**
 * Milliseconds for which Chrome, or a page, is waited for. They end a test that hangs and measure nothing: a machine with other work takes
 * four times as long as an idle one.
 */
export const PATIENCE = 240_000;

/**
 * How many times slower than the machine the scripts of every page run. PATHLIGHT_TEST_SLOW=6 finds walks that read what the page has not done yet
 * (CONTRIBUTING.md).
 */
const SLOWER = Number(process.env.PATHLIGHT_TEST_SLOW ?? 1);

/** Slows the page down as far as the environment asks for. Called again after a navigation, which may have moved the page to another process. */
export async function slowDown(page: Page): Promise<void> {
  if (SLOWER > 1) await page.emulateCPUThrottling(SLOWER);
}

/** Lets the page run as fast as it can, until `slowDown`: while times are measured. */
export async function fullSpeed(page: Page): Promise<void> {
  if (SLOWER > 1) await page.emulateCPUThrottling(null);
}

export interface ChromeOptions extends Pick<LaunchOptions, 'protocolTimeout'> {
  /** False: Chrome without WebGPU, as in most browsers on Linux. */
  readonly webgpu?: boolean;
  /** A video (.y4m) that Chrome's only camera shows again and again. Every page may use it. */
  readonly camera?: string;
  /** Instead of that camera, so many, each of which shows a pattern of its own. */
  readonly cameras?: number;
}

/** The folder of Chrome. Nobody may write into it: a folder that is not as it was unpacked is unpacked again. */
export function unpackChrome(): Promise<string> {
  const installed = findChromiumPackage();
  if (installed === undefined) throw new Error('no Chrome for the tests: the development dependency @sparticuz/chromium is not installed');
  return unpackArchives(installed, 'chrome', ARCHIVES);
}

/** A headless Chrome with WebGPU on SwiftShader, from the development dependency @sparticuz/chromium. Nothing else has to be installed. */
export async function launchChrome({ webgpu = true, camera, cameras, ...options }: ChromeOptions = {}): Promise<Browser> {
  const folder = await unpackChrome();
  // The package's own font configuration names folders of other machines.
  const settings = await mkdtemp(join(tmpdir(), 'chrome-fonts-'));
  const fonts = `<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(settings, 'cache')}</cachedir></fontconfig>`;
  await writeFile(join(settings, 'fonts.conf'), fonts);
  const { LD_LIBRARY_PATH } = process.env;
  const browser = await puppeteer.launch({
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
    ...options,
    executablePath: join(folder, 'chromium'),
    headless: 'shell',
    args: [
      ...FLAGS,
      ...(webgpu ? WEBGPU_FLAGS : []),
      ...(camera === undefined
        ? []
        : ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`]),
      ...(cameras === undefined ? [] : ['--use-fake-ui-for-media-stream', `--use-fake-device-for-media-stream=device-count=${cameras}`]),
    ],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'lib'), ...(LD_LIBRARY_PATH ? [LD_LIBRARY_PATH] : [])].join(':'),
      FONTCONFIG_FILE: join(settings, 'fonts.conf'),
      // In the locale C, Chrome's language is `en-US@posix`, which Intl refuses.
      LC_ALL: 'en_US.UTF-8',
    },
  });
  // Chrome has ended by then, or is about to: what it still writes is removed, too.
  browser.once(
    'disconnected',
    () => void rm(settings, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined),
  );
  return browser;
}
