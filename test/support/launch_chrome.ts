import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer';
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
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

export interface ChromeOptions extends Pick<LaunchOptions, 'protocolTimeout'> {
  /** False: Chrome without WebGPU, as in most browsers on Linux. */
  readonly webgpu?: boolean;
}

/** A headless Chrome with WebGPU on SwiftShader, from the development dependency @sparticuz/chromium. Nothing else has to be installed. */
export async function launchChrome({ webgpu = true, ...options }: ChromeOptions = {}): Promise<Browser> {
  const installed = findChromiumPackage();
  if (installed === undefined) throw new Error('no Chrome for the tests: the development dependency @sparticuz/chromium is not installed');
  const folder = await unpackArchives(installed, 'chrome', ARCHIVES);
  // The package's own font configuration names folders of other machines.
  const fonts = `<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>`;
  await writeFile(join(folder, 'fonts.conf'), fonts);
  const { LD_LIBRARY_PATH } = process.env;
  return puppeteer.launch({
    ...options,
    executablePath: join(folder, 'chromium'),
    headless: 'shell',
    args: webgpu ? [...FLAGS, ...WEBGPU_FLAGS] : FLAGS,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'lib'), ...(LD_LIBRARY_PATH ? [LD_LIBRARY_PATH] : [])].join(':'),
      FONTCONFIG_PATH: folder,
      // In the locale C, Chrome's language is `en-US@posix`, which Intl refuses.
      LC_ALL: 'en_US.UTF-8',
    },
  });
}
