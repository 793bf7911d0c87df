import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { digitsAsset } from '../../demo/build/digits.js';
import { offline } from '../../demo/build/offline.js';
import { contentPolicy } from '../../demo/build/policy.js';
import { attribute, createSession, fitPicture } from '../../src/index.js';
import { decodePicture } from '../../src/node/index.js';
import { useChrome } from '../support/chrome.js';
import { launchChrome, PATIENCE } from '../support/launch_chrome.js';
import { withChunk } from '../support/png_chunks.js';

// The engine of the demo in its worker, in a real Chrome, compared with the library in Node for the same requests. Its page is built like
// the demo.

const chrome = useChrome('demo_engine.html', {
  root: fileURLToPath(new URL('./', import.meta.url)),
  plugins: [digitsAsset(), contentPolicy(), offline()],
  worker: { format: 'es' },
  // The plugin `offline` bounds the size of the page.
  minify: true,
});

const read = async (path: string) => new Uint8Array(await readFile(new URL(`../../models/${path}`, import.meta.url)));
const SETTINGS = { method: 'ig', steps: 32, rule: 'midpoint', baseline: 'zero', output: 'logit' } as const;

/** The largest difference of two arrays. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
/** Bounds the error of float32 sums of up to 784 products through five layers: 100 times the spacing of float32 leaves room. */
const tolerance = (values: ArrayLike<number>) => 100 * 2 ** -23 * distance(values, new Float32Array(values.length));

describe('a shipped model', () => {
  test('is opened on the adapter, with all that the page shows of it', async () => {
    const model = await chrome.page.evaluate(() => engine.open({ shipped: 'digits' }, never));
    expect(model).toMatchObject({
      name: 'digits.onnx',
      shipped: 'digits',
      classes: 10,
      preprocessingFound: true,
      preprocessing: { width: 28, height: 28, channels: 1 },
      description: { parameters: 26_698 },
      device: { kind: 'software' },
    });
    expect(model.layers.map(({ op }) => op)).toContain('Conv');
    expect(model.layers.at(-1)!.shape).toEqual([1, 10]);
  });

  test('comes with the digits of the study, misread ones and correct ones', async () => {
    const digits = await chrome.page.evaluate(async () => {
      const all = (await engine.digits(never))!;
      return all.map(({ pixels, ...one }) => ({ ...one, ink: pixels.reduce((sum, pixel) => sum + pixel, 0) }));
    });
    const group = (name: string) => digits.filter((one) => one.group === name);
    expect(group('study').map(({ index }) => index)).toEqual([1260, 659, 445, 582, 9616]);
    // Of the 60 misread digits, those of the study are in a group of their own.
    expect(group('misread').length).toBeGreaterThanOrEqual(55);
    expect(group('misread').every(({ truth, read }) => truth !== read)).toBe(true);
    // Four digits of every class that both networks read correctly, and those that only the other network misreads.
    expect(group('correct').length).toBeGreaterThanOrEqual(40);
    expect(group('correct').every(({ truth, read }) => truth === read)).toBe(true);
    expect(digits.every(({ ink }) => ink > 0)).toBe(true);
  });

  test('gives the numbers of the library in float64', async () => {
    const page = await chrome.page.evaluate(async (settings) => {
      // The smaller network, because its kernels for all of these requests compile in a third of the time.
      await engine.open({ shipped: 'digits-naive' }, never);
      const image = await digit(1260);
      const reading = await engine.predict(image, never);
      const questions = [{ target: 1 }, { target: 7, contrast: 1 }];
      const request = { ...settings, image, questions };
      const first = await engine.attribute(request, never);
      await compiled(request);
      const answer = await engine.attribute(request, never);
      const exact = await engine.exact({ ...settings, image, questions }, never);
      const path = await engine.path({ image, target: 1, runnerUp: 7, count: 9, baseline: 'zero', output: 'logit' }, never);
      return {
        image: [...image],
        logits: [...reading.logits],
        maps: answer.maps.map(({ values }) => [...values]),
        first: first.maps.map(({ values }) => [...values]),
        exact: 'maps' in exact ? exact.maps.map(({ values }) => [...values]) : exact.smooth,
        path: [...path.cumulative.subarray(8 * 784)],
        plans: [first.cost.plan, answer.cost.plan],
      };
    }, SETTINGS);
    const session = await createSession(await read('digits-naive.onnx'));
    const image = Float32Array.from(page.image);
    const both = { target: [1, 7], contrast: [undefined, 1] };
    const results = await attribute(session, [image, image], { ...SETTINGS, ...both });
    const exact = await attribute(session, [image, image], { ...both, steps: 'exact' });
    results.forEach(({ values }, map) => {
      expect(distance(values, page.maps[map]!)).toBeLessThan(tolerance(values));
      // Both come from the float64 executor, rounded to float32.
      expect(distance(values, page.first[map]!)).toBe(0);
      const { errorBound } = exact[map]!.exact!;
      const right = exact[map]!.values;
      // The error of inexact breakpoints, on both sides, plus rounding.
      expect(distance(right, page.exact[map] as unknown as number[])).toBeLessThan(
        tolerance(right) + 2 * errorBound * distance(right, new Float32Array(784)),
      );
    });
    const outputs = results[0]!.outputs;
    expect(distance(outputs, page.logits)).toBeLessThan(tolerance(outputs));
    const [trapezoid] = await attribute(session, image, { target: 1, steps: 9, rule: 'trapezoid' });
    expect(distance(trapezoid!.values, page.path)).toBeLessThan(tolerance(trapezoid!.values));
    expect(page.plans).toEqual(['cpu', 'layered']);
  });
});

describe('pictures', () => {
  /** Gives a file to the engine. Returns the picture that it makes, or the sentence that refuses the file. */
  const decode = (bytes: Uint8Array, type: string, fit: 'cover' | 'contain' | 'stretch' | 'centre' = 'cover') =>
    chrome.page.evaluate(
      async (numbers, type, fit) => {
        try {
          const { picture, image } = await engine.decode(new File([Uint8Array.from(numbers)], 'dropped', { type }), fit, never);
          return { ...picture, data: [...picture.data], image: image.length };
        } catch (error) {
          return (error as Error).message;
        }
      },
      [...bytes],
      type,
      fit,
    );

  test('of a digit are its pixels', async () => {
    const bytes = await read('study/7-read-as-1.png');
    const { picture } = await decodePicture(bytes);
    expect(await decode(bytes, 'image/png')).toEqual({ ...picture, data: [...picture.data], image: 784 });
  });

  test('are turned as EXIF says, and transparency is white', async () => {
    // The upper half is black. Orientation 6 means a turn of 90 degrees to the right, which moves the top to the right.
    const side = 112;
    const data = new Uint8Array(side * side).fill(255, (side * side) / 2);
    const raw = { width: side, height: side, channels: 1 } as const;
    const jpeg = await sharp(data, { raw }).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const turned = await decode(jpeg, 'image/jpeg');
    if (typeof turned === 'string') throw new Error(turned);
    // The edge lies between blocks of JPEG, so only rounding remains, except where the resize by 4 mixes both halves.
    const clearly = turned.data.filter((_, i) => i % 28 < 13 || i % 28 > 14);
    expect(clearly.every((grey, i) => Math.abs(grey - (i % 26 < 13 ? 255 : 0)) <= 2)).toBe(true);
    const clear = await sharp({ create: { width: 28, height: 28, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    expect(await decode(clear, 'image/png')).toMatchObject({ data: new Array(784).fill(255) });
  });

  test('of every kind have the bytes of the command line', async () => {
    const samples = (channels: number) => Uint8Array.from({ length: 784 * channels }, (_, i) => (i * 73 + ((i * i) >> 3)) & 255);
    const raw = (channels: 2 | 3 | 4) => sharp(samples(channels), { raw: { width: 28, height: 28, channels } });
    const deep = (channels: 1 | 3 | 4) =>
      sharp(
        Uint16Array.from(samples(channels), (sample, i) => sample * 257 + i),
        { raw: { width: 28, height: 28, channels } },
      );
    const png = await raw(3).png().toBuffer();
    const files = {
      'a PNG with gAMA': withChunk(png, 'gAMA', [0, 1, 0x86, 0xa0]),
      'a PNG with cICP': withChunk(png, 'cICP', [12, 13, 0, 1]),
      'a PNG with a profile': await raw(3).withIccProfile('p3').png().toBuffer(),
      'a PNG with alpha': await raw(4).png().toBuffer(),
      'a grey PNG with alpha': await raw(2).toColourspace('b-w').png().toBuffer(),
      'a PNG with a palette and alpha': await raw(4).png({ palette: true, progressive: true }).toBuffer(),
      'a PNG of 16 bits': await deep(4).toColourspace('rgb16').png().toBuffer(),
      'a grey PNG of 16 bits': await deep(1).toColourspace('grey16').png().toBuffer(),
      'a PNG that is turned': await raw(3).withMetadata({ orientation: 5 }).png().toBuffer(),
      'a JPEG': await raw(3).jpeg({ quality: 70 }).toBuffer(),
      'a progressive JPEG': await raw(3).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
      'a JPEG with a profile': await raw(3).withIccProfile('p3').jpeg().toBuffer(),
      'a JPEG that is turned': await raw(3).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
      'a CMYK JPEG': await raw(3).toColourspace('cmyk').jpeg().toBuffer(),
      'a WebP': await raw(3).webp().toBuffer(),
      'a WebP with alpha': await raw(4).webp({ quality: 60 }).toBuffer(),
      'a WebP with a profile': await raw(3).withIccProfile('p3').webp({ lossless: true }).toBuffer(),
      'a WebP that is turned': await raw(3).withMetadata({ orientation: 7 }).webp({ lossless: true }).toBuffer(),
    };
    const broken = Uint8Array.from(files['a PNG of 16 bits'], (byte, i) => (i === 500 ? byte ^ 1 : byte));
    expect(await decode(broken, '')).toMatch(/^dropped is not a picture that this browser can read/);
    const size = { width: 28, height: 28, channels: 1 } as const;
    for (const [name, bytes] of Object.entries(files)) {
      const { picture } = fitPicture((await decodePicture(bytes)).picture, size);
      expect({ name, ...((await decode(bytes, '')) as object) }).toEqual({ name, ...picture, data: [...picture.data], image: 784 });
    }
  });

  test('of other formats are refused by their first bytes', async () => {
    expect(await decode(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml')).toBe(
      'dropped: format svg (png, jpg, webp or bmp)',
    );
  });

  test('of 100 megapixels are refused before they are decoded, and so are files that are no pictures', async () => {
    const header = new Uint8Array(33);
    header.set([
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 8, 0,
    ]);
    expect(await decode(header, 'image/png')).toBe('a picture of 10000x10000, 100 megapixels (at most 40)');
    expect(await decode(Uint8Array.of(1, 2, 3), 'image/png')).toBe(
      'dropped is not a picture that this browser can read (png, jpg, webp, bmp or npy)',
    );
  });
});

describe('a device that is destroyed', () => {
  // The smaller network, because each loss compiles all kernels again. Compiled in advance, so that the adapter answers all requests below.
  beforeAll(() =>
    chrome.page.evaluate(async (settings) => {
      await engine.open({ shipped: 'digits-naive' }, never);
      await compiled({ ...settings, steps: 4096, image: await digit(1260), questions: [{ target: 7, contrast: 1 }] });
    }, SETTINGS),
  );

  test.each([0, 30, 120])('in the middle of a request, after %i ms, is rebuilt, and the request answered', async (wait) => {
    const result = await chrome.page.evaluate(
      async (settings, wait) => {
        const image = await digit(1260);
        const request = { ...settings, steps: 4096, image, questions: [{ target: 7, contrast: 1 }] };
        const before = await engine.attribute(request, never);
        const times = rebuilt;
        const running = engine.attribute(request, never);
        await new Promise((resolve) => setTimeout(resolve, wait));
        await engine.destroyDevice(never);
        const [during, after] = [await running, await engine.attribute(request, never)];
        const values = [before, during, after].map(({ maps }) => [...maps[0]!.values]);
        return { values, rebuilt: rebuilt - times };
      },
      SETTINGS,
      wait,
    );
    expect(result.values[1]).toEqual(result.values[0]);
    expect(result.values[2]).toEqual(result.values[0]);
    expect(result.rebuilt).toBe(1);
  });
});

describe('without WebGPU', () => {
  test('the CPU serves, and says why', async () => {
    const browser = await launchChrome({ webgpu: false });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      await page.goto(chrome.page.url(), { waitUntil: 'load' });
      const answer = await page.evaluate(async (settings) => {
        const { device } = await engine.open({ shipped: 'digits-naive' }, never);
        const image = await digit(1260);
        const { maps } = await engine.attribute({ ...settings, image, questions: [{ target: 7 }] }, never);
        // Adding 0 turns -0 into 0, because messages of Chrome's protocol do not distinguish the two.
        return { device, image: [...image], values: [...maps[0]!.values].map((value) => 0 + value) };
      }, SETTINGS);
      expect(answer.device).toMatchObject({ kind: 'cpu', adapter: 'float64 reference', reason: { code: 'gpu.no-adapter' } });
      const session = await createSession(await read('digits-naive.onnx'));
      const [expected] = await attribute(session, Float32Array.from(answer.image), { ...SETTINGS, target: 7 });
      expect(answer.values).toEqual([...expected!.values].map((value) => 0 + value));
    } finally {
      await browser.close();
    }
  });
});

// Must be the last of the file, because it stops the server.
describe('without a network', () => {
  test('the page is loaded again, with its models and digits', async () => {
    const { page } = chrome;
    await page.evaluate(async () => {
      await keepOffline();
      await navigator.serviceWorker.ready;
      if (navigator.serviceWorker.controller === null) {
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
      }
    });
    await chrome.stopServing();
    await page.reload({ waitUntil: 'load' });
    const reading = await page.evaluate(async () => {
      const { shipped } = await engine.open({ shipped: 'digits-naive' }, never);
      return { shipped, class: (await engine.predict(await digit(1260), never)).class };
    });
    expect(reading).toEqual({ shipped: 'digits-naive', class: 1 });
    // Checks that there really is no network.
    const elsewhere = await page.evaluate(() =>
      fetch('./not-of-the-page').then(
        () => 'loaded',
        () => 'no network',
      ),
    );
    expect(elsewhere).toBe('no network');
    const failed = (await chrome.takeErrors()).filter((error) => !/not-of-the-page|ERR_CONNECTION_REFUSED|ERR_FAILED/.test(error));
    expect(failed).toEqual([]);
  });
});
