import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HIDEABLE, type Hideable } from '../../demo/ui/state/hideable.js';
import { attribute, readNpy } from '../../src/index.js';
import { decodePicture } from '../../src/node/index.js';
import { pathlight, ROOT } from '../cli/run.js';
import { andSettle, chooseOption, chooseSegment, draw, giveFiles, openDemo, repairOnPage, SEVEN, settled } from '../support/demo_page.js';
import { rendered } from '../support/demo_screen.js';
import { browser, CLOSE, count, data, fresh, page, session, seven, text, walkDemo } from '../support/demo_walk.js';
import { launchChrome, PATIENCE } from '../support/launch_chrome.js';

walkDemo({ webgpu: false });

/** A picture of four channels with every pixel `factor` times as wide and as high. */
function enlarge(pixels: readonly number[], width: number, factor: number): Uint8Array {
  const side = width * factor;
  return Uint8Array.from({ length: 4 * side * side }, (_, i) => {
    const [x, y] = [Math.floor(((i >> 2) % side) / factor), Math.floor((i >> 2) / side / factor)];
    return pixels[4 * (y * width + x) + (i & 3)] ?? 0;
  });
}

// What visitors take away: files, the report, the command line that makes the same, and a link.

/** What is on the page once something was chosen, found or opened (test/demo/ui/hideable.test.ts has all). */
const LATER: readonly Hideable[] = [
  ...(['opacity', 'attempts', 'curves', 'scale', 'edit'] as const),
  ...([
    'scenes',
    'board',
    'drop',
    'camera',
    'fit',
    'kept',
    'facts',
    'presets',
    'pixels',
    'labels',
    'size',
    'scores',
    'graph',
    'notes',
  ] as const),
];

describe('take it away', () => {
  let folder: string;
  /** Downloads of the page's browser context come into the folder. A fresh visit has a context of its own. */
  async function keepDownloads(): Promise<void> {
    const client = await browser.target().createCDPSession();
    const browserContextId = page.browserContext().id!;
    await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder, browserContextId });
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pathlight-downloads-'));
    await keepDownloads();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Clicks a download, and waits for the one new file in the folder. */
  async function take(file: string): Promise<{ name: string; bytes: Buffer }> {
    const before = new Set(await readdir(folder));
    await page.locator(`[data-file="${file}"]`).click();
    for (let waited = 0; waited < PATIENCE; waited += 50) {
      const name = (await readdir(folder)).find((one) => !before.has(one) && !one.endsWith('.crdownload'));
      if (name !== undefined) {
        const bytes = await readFile(join(folder, name));
        // Removed, so that the same file can be taken again under the same name.
        await rm(join(folder, name));
        return { name, bytes };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no file came of ${file}`);
  }

  test('maps as .npy, PNG and SVG', async () => {
    const [expected] = await attribute(session, seven, { target: 7, contrast: 1, steps: 64 });
    const { data: values, shape } = readNpy(new Uint8Array((await take('contrast-npy')).bytes));
    expect(shape).toEqual([1, 1, 28, 28]);
    const largest = expected!.values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expected!.values.forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).toBeLessThan(CLOSE * Math.max(1, largest));
    });
    const { picture } = await decodePicture((await take('predicted-png')).bytes);
    expect(picture.width).toBe(picture.height);
    expect((await take('true-svg')).bytes.toString()).toMatch(/^<svg|^<\?xml/);
  });

  test('files that are asked for one after the other, without a pause, all come', async () => {
    const kinds = ['predicted-png', 'true-npy', 'contrast-svg', 'result'];
    await page.evaluate((list) => {
      for (const kind of list) document.querySelector<HTMLElement>(`[data-file="${kind}"]`)?.click();
    }, kinds);
    const complete = async () => (await readdir(folder)).filter((name) => !name.endsWith('.crdownload')).sort();
    const names = ['for-1-ig-zero.png', 'for-7-ig-zero.npy', 'for-7-minus-1-ig-zero-result.json', 'for-7-minus-1-ig-zero.svg'];
    await expect.poll(complete).toEqual(names.map((name) => `digit-1260-digits-naive-${name}`));
    for (const name of await complete()) await rm(join(folder, name));
  });

  test('result.json, the report and everything as .zip', async () => {
    const result = JSON.parse((await take('result')).bytes.toString());
    expect(result).toMatchObject({
      target: 7,
      contrast: 1,
      steps: 64,
      rule: 'midpoint',
      baseline: 'zero',
      output: 'logit',
      prediction: { class: 1 },
    });
    await repairOnPage(page);
    const repaired = JSON.parse((await take('repair')).bytes.toString());
    expect(repaired).toMatchObject({ target: 7, repaired: true, verified: { cpu: true, png: true } });
    expect(await text('[data-test=how]')).toContain('adversarial');
    expect(await data('[data-test=how]', 'by')).toBe(
      repaired.strategy === 'greedy' || repaired.strategy === 'random' ? repaired.strategy : 'attribution',
    );
    expect((await take('report')).bytes.toString()).toMatch(/^<!doctype html>/i);
    const files = unzipSync(new Uint8Array((await take('zip')).bytes));
    expect(Object.keys(files).length).toBeGreaterThan(5);
    const inside = Object.keys(files).find((name) => name.endsWith('result.json'))!;
    expect(JSON.parse(strFromU8(files[inside]!))).toBeTypeOf('object');
  });

  test('the path and the flips as GIFs, with a frame for every step', async () => {
    const path = await take('path-gif');
    expect(path.name).toBe('digit-1260-digits-naive-path-for-1-zero.gif');
    const { positions } = await page.$eval('[data-test=path] input[type=range]', (slider) => ({
      positions: Number((slider as HTMLInputElement).max) + 1,
    }));
    const asked = await sharp(path.bytes, { animated: true }).metadata();
    // Three pictures of 28 pixels, a white one between them, each pixel 6 wide.
    expect(asked).toMatchObject({ format: 'gif', pages: positions, width: (3 * 29 - 1) * 6, pageHeight: 28 * 6, loop: 0 });
    const first = await sharp(path.bytes, { page: 0 }).removeAlpha().raw().toBuffer();
    const last = await sharp(path.bytes, { page: positions - 1 })
      .removeAlpha()
      .raw()
      .toBuffer();
    /** The red of the middle of a pixel of the left picture. */
    const red = (frame: Buffer, pixel: number) => frame[3 * ((Math.floor(pixel / 28) * 6 + 3) * asked.width + (pixel % 28) * 6 + 3)];
    expect(Array.from({ length: 784 }, (_, i) => red(first, i))).toEqual(Array(784).fill(0));
    expect(Array.from({ length: 784 }, (_, i) => red(last, i))).toEqual(Array.from(seven, (value) => Math.round(255 * value)));
    expect(await count('[data-test=before-after]')).toBe(1);
    const flips = await take('flips-gif');
    expect(flips.name).toBe('digit-1260-digits-naive-flips-to-7.gif');
    const result = JSON.parse((await take('repair')).bytes.toString());
    expect(await sharp(flips.bytes, { animated: true }).metadata()).toMatchObject({
      pages: result.changedPixels + 1,
      width: 168,
      pageHeight: 168,
    });
    if (process.env.PATHLIGHT_KEEP_GIFS !== undefined)
      for (const { name, bytes } of [path, flips]) await writeFile(join(process.env.PATHLIGHT_KEEP_GIFS, name), bytes);
  });

  test('the command line, run on the exported pictures, makes what the page shows', async () => {
    const files = unzipSync(new Uint8Array((await take('zip')).bytes));
    await expect.poll(() => text('[data-test=command]')).toMatch(/^npx pathlight /);
    const words = (await text('[data-test=command]')).split(' ');
    const work = join(folder, 'work');
    await mkdir(work);
    // The command names shipped models by their path in the project, and the picture by its name in the archive.
    await symlink(join(ROOT, 'models'), join(work, 'models'));
    const input = words[4]!;
    const name = Object.keys(files).find((one) => one === input || one.endsWith(`/${input}`));
    expect(name, `${input} is in the archive: ${Object.keys(files).join(', ')}`).toBeDefined();
    await writeFile(join(work, input), files[name!]!);
    const { code, stderr } = await pathlight(work, words.slice(2));
    expect(code, stderr).toBe(0);
    const result = JSON.parse(await readFile(join(work, 'out/result.json'), 'utf8'));
    const { data: values } = readNpy(new Uint8Array(await readFile(join(work, 'out/attribution.npy'))));
    await rm(work, { recursive: true });
    const numbers = Array.from(values);
    const size = numbers.reduce((all, v) => all + Math.abs(v), 0);
    const sum = numbers.reduce((all, v) => all + v, 0);
    expect(Math.abs(Number(await data('[data-head=contrast] [data-sum]', 'sum')) - sum)).toBeLessThan(CLOSE * size);
    expect(Math.abs(Number(await data('[data-head=contrast] [data-delta]', 'delta')) - result.delta)).toBeLessThan(2 * CLOSE * size);
    expect(result).toMatchObject({ target: 7, contrast: 1, prediction: { class: Number(await data('[data-test=read]', 'class')) } });
  });

  test('with another baseline the edit of the one before is gone, from step 3 and from the archive', async () => {
    expect(await count('[data-test=before-after]')).toBe(1);
    await andSettle(page, () => chooseOption(page, 'Baseline', 'mean'));
    expect(await count('[data-test=before-after]')).toBe(0);
    expect(await text('[data-test=fix-status]')).not.toContain('Found by');
    expect(await page.$eval('[data-file=report]', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    const names = Object.keys(unzipSync(new Uint8Array((await take('zip')).bytes)));
    expect(names.filter((name) => name.startsWith('repair/'))).toEqual([]);
  });

  test('the command line, and a link that opens the same', async () => {
    await page.waitForFunction(() => document.querySelector('[data-test=command]')!.textContent!.includes('--baseline mean'));
    expect(await text('[data-test=command]')).toMatch(/^npx pathlight attribute .*digits-naive\.onnx .*--target 7 --contrast 1 .*--out /);
    const link = await text('[data-test=link]');
    const sum = Number(await data('[data-head=contrast] [data-sum]', 'sum'));
    await page.locator('[data-test=show-qr]').click();
    await page.waitForSelector('[data-test=qr] canvas');
    await rendered(page);
    // The code is read as a telephone reads it.
    const { width, data: shades } = await page.$eval('[data-test=qr] canvas', (canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return { width, data: Array.from(data) };
    });
    const large = enlarge(shades, width, 4);
    expect(decodeQR({ width: 4 * width, height: 4 * width, data: large })).toBe(link);
    await fresh(new URL(link).hash);
    // The first sum comes from the adapter; this one comes from the processor, which makes the first maps of a fresh page.
    const size = Number(await data('.legend', 'scale')) * 784;
    expect(Math.abs(Number(await data('[data-head=contrast] [data-sum]', 'sum')) - sum)).toBeLessThan(CLOSE * size);
  });

  test("the command of the visitor's own photograph names the file and its fit, and makes what the page shows", async () => {
    await fresh('#model=scenes-naive&source=picture&steps=4');
    await keepDownloads();
    const data8 = Uint8Array.from({ length: 90 * 60 * 3 }, (_, i) => (i * 37 + (i >> 5) * 11) % 256);
    const photo = await sharp(data8, { raw: { width: 90, height: 60, channels: 3 } })
      .png()
      .toBuffer();
    await andSettle(page, () => giveFiles(page, 'drop', [{ name: 'my photo.png', type: 'image/png', bytes: photo }]));
    await andSettle(page, () => chooseOption(page, 'How it is fitted', 'contain'));
    await page.waitForFunction(() => document.querySelector('[data-test=command]')?.textContent?.includes('--fit contain'));
    const command = await text('[data-test=command]');
    expect(command).toContain(" 'my photo.png' --target ");
    const zip = await take('zip');
    const files = unzipSync(new Uint8Array(zip.bytes));
    expect(Buffer.from(files['my photo.png']!).equals(photo)).toBe(true);
    const work = join(folder, 'own');
    await mkdir(work);
    await symlink(join(ROOT, 'models'), join(work, 'models'));
    await writeFile(join(work, 'my photo.png'), photo);
    const words = command.split(' ').slice(2).join(' ').replace("'my photo.png'", 'my_photo.png').split(' ');
    const { code, stderr } = await pathlight(
      work,
      words.map((word) => (word === 'my_photo.png' ? 'my photo.png' : word)),
    );
    expect(code, stderr).toBe(0);
    const { data: values } = readNpy(new Uint8Array(await readFile(join(work, 'out/attribution.npy'))));
    await rm(work, { recursive: true });
    const numbers = Array.from(values);
    const size = numbers.reduce((all, v) => all + Math.abs(v), 0);
    const sum = numbers.reduce((all, v) => all + v, 0);
    expect(Math.abs(Number(await data('[data-head=predicted] [data-sum]', 'sum')) - sum)).toBeLessThan(CLOSE * size);
  });

  test('an address that asks for what does not exist says so', async () => {
    await fresh('#digit=9999&rule=simpson&wanted=12&hide=bench,rule&lecture=2.3');
    await page.waitForSelector('[data-test=lecture][data-slide="1"] [data-test=lecture-lesson]');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('[data-test=lecture]') === null);
    // What the address hides is hidden, and nothing else.
    await rendered(page);
    const seen = (selector: string) => page.$eval(selector, (part) => part.getClientRects().length > 0);
    expect(await Promise.all(['#bench', '[data-control=rule]', '#why', '[data-control=baseline]'].map(seen))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    const missing = () =>
      page.evaluate(
        (names) => names.filter((name) => document.querySelector(`#${name}, [data-control="${name}"]`) === null),
        HIDEABLE.filter((name) => !LATER.includes(name)),
      );
    await expect.poll(missing).toEqual([]);
    expect(await text('#look [data-problem] span')).toContain('rule=simpson');
    expect(await text('#fix [data-problem] span')).toBe('The class 12 does not exist here');
    expect(await data('[data-test=read]', 'class')).toBe('1');
  });
});

test('a link with a drawing, its class and its language opens in another browser as it was drawn', async () => {
  await fresh();
  await chooseSegment(page, 'draw');
  await andSettle(page, () => draw(page, SEVEN));
  await andSettle(page, () => chooseOption(page, 'It is', '1'));
  await page.waitForFunction(() => document.querySelector('[data-test=link]')?.textContent?.includes('drawing='));
  const pixels = () => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-test=input] canvas, canvas[data-test=input]');
    return Array.from(canvas!.getContext('2d')!.getImageData(0, 0, canvas!.width, canvas!.height).data);
  };
  await rendered(page);
  const drawn = await page.evaluate(pixels);
  await page.waitForSelector('[data-head=contrast] [data-sum]');
  const sum = Number(await data('[data-head=contrast] [data-sum]', 'sum'));
  // Another process with a profile of its own, as narrow as a telephone.
  const other = await launchChrome({ webgpu: false });
  try {
    const there = await openDemo(other, await text('[data-test=link]'), 390, 844);
    await there.page.waitForSelector('[data-head=contrast] [data-sum]');
    await settled(there.page);
    expect(await there.page.evaluate(pixels)).toEqual(drawn);
    const read = (selector: string, name: string) =>
      there.page.$eval(selector, (element, key) => (element as HTMLElement).dataset[key], name);
    expect(await read('[data-test=read]', 'class')).toBe('7');
    expect(await there.page.$eval('.badge', (badge) => badge.textContent)).toBe('Misread.');
    // Both browsers compute in float64.
    expect(Number(await read('[data-head=contrast] [data-sum]', 'sum'))).toBe(sum);
    expect(there.takeErrors()).toEqual([]);
  } finally {
    await other.close();
  }
});
