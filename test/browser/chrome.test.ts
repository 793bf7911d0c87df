import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useChrome } from '../support/chrome.js';
import { launchChrome, unpackChrome } from '../support/launch_chrome.js';

// Tests of the harness itself: Chrome has WebGPU, and whatever should fail a test in Chrome does fail it.
const chrome = useChrome('test/browser/page.html');

test('the adapter is SwiftShader', async () => {
  const adapter = await chrome.page.evaluate(() => window.tests.describeAdapter());
  expect(adapter).toEqual({ vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true });
});

test('a Chrome that starts leaves its folder as it was unpacked, so the next one finds it', async () => {
  const { ino } = await stat(await unpackChrome());
  const another = await launchChrome({ webgpu: false });
  await another.close();
  expect((await stat(await unpackChrome())).ino).toBe(ino);
});

test('a compute shader runs', async () => {
  const values = [1, -2, 0.5, 65504];
  // Doubling is exact in binary floating point.
  expect(await chrome.page.evaluate((x) => window.tests.double(x), values)).toEqual(values.map((x) => 2 * x));
});

test('text has a font', async () => {
  const [narrow, wide] = await chrome.page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d')!;
    context.font = '100px sans-serif';
    return ['i', 'W'].map((text) => context.measureText(text).width);
  });
  expect(narrow).toBeGreaterThan(0);
  // Without any font, every letter is the same box.
  expect(wide).toBeGreaterThan(narrow!);
});

/** The errors of the page from this call on, each time with those that have come meanwhile: Chrome's protocol brings them in its own time. */
function watchErrors(): () => Promise<readonly string[]> {
  const errors: string[] = [];
  return async () => {
    errors.push(...(await chrome.takeErrors()));
    return errors;
  };
}

test('an uncaptured validation error is caught', async () => {
  await chrome.page.evaluate(() => window.tests.double([1], GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC));
  await expect.poll(watchErrors()).toEqual([expect.stringContaining('GPUValidationError')]);
});

test('a console error is caught', async () => {
  await chrome.page.evaluate(() => console.error('planted'));
  await expect.poll(watchErrors()).toEqual(['console: planted']);
});

test('an uncaught exception is caught', async () => {
  await chrome.page.evaluate(() => {
    setTimeout(() => {
      throw new Error('planted');
    });
  });
  await expect.poll(watchErrors()).toEqual([expect.stringContaining('planted')]);
});
