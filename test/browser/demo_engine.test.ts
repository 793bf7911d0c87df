import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { digitsAsset } from '../../demo/build/digits.js';
import { attribute, createSession } from '../../src/index.js';
import { useChrome } from '../support/chrome.js';

// The engine of the demo in its worker, in a real Chrome, beside the library in Node for the same requests.

const chrome = useChrome('test/browser/demo_engine.html', { plugins: [digitsAsset()], worker: { format: 'es' } });

const read = async (path: string) => new Uint8Array(await readFile(new URL(`../../${path}`, import.meta.url)));

describe('a shipped model', () => {
  test('is opened on the adapter, with all that the page shows of it', async () => {
    const model = await chrome.page.evaluate(() => engine.open({ shipped: 'digits' }, new AbortController().signal));
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
      const all = (await engine.digits(new AbortController().signal))!;
      return all.map(({ pixels, ...digit }) => ({ ...digit, ink: pixels.reduce((sum, pixel) => sum + pixel, 0) }));
    });
    const group = (name: string) => digits.filter((digit) => digit.group === name);
    expect(group('study').map(({ index }) => index)).toEqual([1260, 659, 445, 582, 9616]);
    expect(group('misread').length).toBeGreaterThanOrEqual(55);
    expect(group('misread').every(({ truth, read }) => truth !== read)).toBe(true);
    expect(group('correct')).toHaveLength(40);
    expect(digits.every(({ ink }) => ink > 0)).toBe(true);
  });

  test('gives the numbers of the library in float64', async () => {
    const request = { steps: 32, rule: 'midpoint', baseline: 'zero', output: 'logit' } as const;
    const page = await chrome.page.evaluate(async (settings) => {
      const { signal } = new AbortController();
      const digit = (await engine.digits(signal))!.find(({ index }) => index === 1260)!;
      const image = Float32Array.from(digit.pixels, (pixel) => pixel / 255);
      const reading = await engine.predict(image, signal);
      const answer = await engine.attribute({ ...settings, image, questions: [{ target: 1 }, { target: 7, contrast: 1 }] }, signal);
      const exact = await engine.exact({ ...settings, image, questions: [{ target: 1 }] }, signal);
      return {
        image: [...image],
        logits: [...reading.logits],
        maps: answer.maps.map(({ values, delta }) => ({ values: [...values], delta })),
        exact: 'maps' in exact ? [...exact.maps[0]!.values] : exact.smooth,
        plan: answer.cost.plan,
      };
    }, request);
    const session = await createSession(await read('models/digits.onnx'));
    const image = Float32Array.from(page.image);
    const results = await attribute(session, [image, image], { ...request, target: [1, 7], contrast: [undefined, 1] });
    // Float32 sums of up to 784 products, five layers deep: 100 times the spacing of float32 bounds them with room.
    const tolerance = (values: ArrayLike<number>) =>
      100 * 2 ** -23 * Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    results.forEach(({ values }, map) => {
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - page.maps[map]!.values[i]!)), 0);
      expect(worst).toBeLessThan(tolerance(values));
    });
    const outputs = results[0]!.outputs;
    page.logits.forEach((logit, i) => {
      expect(Math.abs(logit - outputs[i]!)).toBeLessThan(tolerance(outputs));
    });
    const [exact] = await attribute(session, image, { target: 1, steps: 'exact' });
    const worst = exact!.values.reduce((most, value, i) => Math.max(most, Math.abs(value - (page.exact[i] as number))), 0);
    expect(worst).toBeLessThan(tolerance(exact!.values) + exact!.exact!.errorBound * Math.max(...exact!.values.map(Math.abs)));
    expect(page.plan).not.toBe('cpu');
  });
});
