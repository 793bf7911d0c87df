import { beforeAll, describe, expect, test } from 'vitest';
import { sharedScaleOf } from '../../src/app.js';
import { attribute, repair, sumChannels } from '../../src/index.js';
import {
  andSettle,
  chooseOption,
  chooseSegment,
  destroyDevice,
  mapsShown,
  measureOnPage,
  repairOnPage,
  settled,
} from '../support/demo_page.js';
import { rendered, resize, steadyBox } from '../support/demo_screen.js';
import {
  address,
  CLOSE,
  count,
  data,
  expectAccessible,
  expectFits,
  page,
  quiet,
  session,
  seven,
  text,
  visibleText,
  walkDemo,
} from '../support/demo_walk.js';

walkDemo({ webgpu: true });

// The page, used as visitors use it: maps, edits, measurements, by clicks and keys. Its numbers are compared with the library's. The first
// step is in demo_look.test.ts.

describe('why', () => {
  /** Compares the sum and the delta of the page's maps, and the value of the strongest pixel, with the library's. */
  async function compare(options: Parameters<typeof attribute>[2]): Promise<void> {
    const questions = [{ target: 1 }, { target: 7 }, { target: 7, contrast: 1 }];
    for (const [i, head] of ['predicted', 'true', 'contrast'].entries()) {
      const [expected] = await attribute(session, seven, { ...options, ...questions[i]! });
      const size = sumChannels(expected!.values, { pixels: 784, channels: 1, layout: 'nchw' }).reduce((sum, v) => sum + Math.abs(v), 0);
      const sum = Number(await data(`[data-head=${head}] [data-sum]`, 'sum'));
      expect(Math.abs(sum - expected!.sum), `${head}: ${sum} and ${expected!.sum}`).toBeLessThan(CLOSE * size);
      const delta = Number(await data(`[data-head=${head}] [data-delta]`, 'delta'));
      expect(Math.abs(delta - expected!.delta)).toBeLessThan(2 * CLOSE * Math.max(size, Math.abs(expected!.outputAtInput)));
    }
  }

  test('the three maps are those of the library, with their error against the exact integral', async () => {
    await compare({ steps: 64 });
    const [map] = await attribute(session, seven, { target: 1, steps: 64 });
    const [exact] = await attribute(session, seven, { target: 1, steps: 'exact' });
    const largest = exact!.values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const error = exact!.values.reduce((most, v, i) => Math.max(most, Math.abs(v - map!.values[i]!)), 0) / largest;
    const told = Number(await data('.map[data-head=predicted] [data-error]', 'error'));
    // Both maps are rounded, and both exact maps have an error bound.
    expect(Math.abs(told - error)).toBeLessThan(2 * CLOSE + 2 * exact!.exact!.errorBound);
  });

  test('every control updates the maps at once', async () => {
    await andSettle(page, () => chooseOption(page, 'Rule', 'gauss-legendre'));
    await andSettle(page, () => chooseOption(page, 'Baseline', 'white'));
    await andSettle(page, () => chooseSegment(page, 'probability'));
    await andSettle(page, () => page.focus('.settings input[type=range]').then(() => page.keyboard.press('ArrowLeft')));
    const options = { steps: 32, rule: 'gauss-legendre', baseline: 'white', output: 'probability' } as const;
    await compare(options);
    expect(await address()).toBe('#digit=1260&steps=32&rule=gauss-legendre&baseline=white&output=probability');
    expect(await text('[data-head=predicted] [data-test=error]')).toMatch(/^none: .*smooth/);
    await andSettle(page, () => chooseSegment(page, 'logit'));
    await andSettle(page, () => chooseOption(page, 'Baseline', 'zero'));
    await andSettle(page, () => chooseSegment(page, 'exact'));
    await compare({ steps: 'exact' });
    expect(await text('[data-head=predicted] [data-test=error]')).toBe('is exact');
    await andSettle(page, () => chooseSegment(page, 'auto', '.settings'));
    await andSettle(page, () => chooseSegment(page, 'number'));
    await andSettle(page, () => chooseOption(page, 'Rule', 'midpoint'));
    await andSettle(page, () => page.focus('.settings input[type=range]').then(() => page.keyboard.press('ArrowRight')));
    expect(await address()).toBe('#digit=1260');
  });

  test('another method shows its own controls, and only numbers that make sense for it', async () => {
    await andSettle(page, () => chooseOption(page, 'Method', 'blur-ig'));
    await compare({ method: 'blur-ig' });
    expect(await address()).toContain('method=blur-ig');
    expect(await text('.settings')).toMatch(/^(?!.*(Rule|Baseline)).*Method.*Steps.*Output/s);
    expect(await visibleText('.map[data-head=predicted] dt')).toEqual(['Sum', 'f(x) − f(b)', 'Delta']);
    await andSettle(page, () => chooseOption(page, 'Method', 'occlusion'));
    expect(await text('.settings')).toMatch(/^(?!.*(Rule|Steps)).*Method.*Baseline.*Output/s);
    expect(await visibleText('.map[data-head=predicted] dt')).toEqual(['Sum', 'f(x) − f(b)']);
    await andSettle(page, () => chooseOption(page, 'Method', 'ig'));
  });

  test('a pixel is read in every map, by mouse and by keyboard', async () => {
    const [map] = await attribute(session, seven, { target: 1, steps: 64 });
    const strongest = map!.values.reduce((best, v, i) => (Math.abs(v) > Math.abs(map!.values[best]!) ? i : best), 0);
    const [x, y] = [strongest % 28, Math.floor(strongest / 28)];
    const box = await steadyBox(page, '[data-test=map-predicted]');
    await page.mouse.move(box.x + ((x + 0.5) / 28) * box.width, box.y + ((y + 0.5) / 28) * box.height);
    const value = async (head: string) => Number(await data(`[data-test=readout] [data-head=${head}]`, 'value'));
    expect(Math.abs((await value('predicted')) - map!.values[strongest]!)).toBeLessThan(CLOSE * Math.abs(map!.values[strongest]!) * 10);
    expect(await text('[data-test=readout] .label')).toContain(`column ${x + 1}, row ${y + 1}`);
    await page.focus('[data-test=map-contrast]');
    await page.keyboard.press('ArrowLeft');
    expect(await text('[data-test=readout] .label')).toContain(`column ${x}, row ${y + 1}`);
    const [contrast] = await attribute(session, seven, { target: 7, contrast: 1, steps: 64 });
    const left = contrast!.values[strongest - 1]!;
    expect(Math.abs((await value('contrast')) - left)).toBeLessThan(CLOSE * Math.max(1, Math.abs(left)));
    expect(await count('#why .cursor')).toBeGreaterThanOrEqual(3);
  });

  test('the handle divides the maps from the picture, and one percentile has the strongest colour', async () => {
    // From a copy: Chrome warns of a canvas that is read several times.
    const column = async (where: string) => {
      await rendered(page);
      return await page.$eval(`${where} canvas`, (canvas) => {
        const copy = new OffscreenCanvas(28, 28).getContext('2d')!;
        copy.drawImage(canvas, 0, 0);
        return [...copy.getImageData(13, 0, 1, 28).data];
      });
    };
    const ofMap = () => column('[data-test=map-predicted]');
    const scale = async () => Number(await data('.legend', 'scale'));
    await chooseSegment(page, 'swipe');
    const picture = await column('[data-test=input]');
    expect(await ofMap()).not.toEqual(picture);
    await page.focus('[data-head=predicted] .swipe input');
    await page.keyboard.press('Home');
    expect(await ofMap()).toEqual(picture);
    const [map, truth, contrast] = await Promise.all([
      attribute(session, seven, { target: 1, steps: 64 }),
      attribute(session, seven, { target: 7, steps: 64 }),
      attribute(session, seven, { target: 7, contrast: 1, steps: 64 }),
    ]);
    await page.focus('[data-control=percentile] input');
    await page.keyboard.press('ArrowLeft');
    const wanted = sharedScaleOf(
      [map, truth, contrast].map(([one]) => one!.values),
      99,
    ).scale;
    expect(Math.abs((await scale()) - wanted)).toBeLessThan(10 * CLOSE * wanted);
    expect(await address()).toMatch(/drawn=swipe.*percentile=99/);
    await chooseSegment(page, 'alone');
    await page.focus('[data-control=percentile] input');
    await page.keyboard.press('ArrowRight');
  });

  test('the slider along the path shows how the integral builds up', async () => {
    const slider = '.alpha input[type=range]';
    const sum = async () => Number(await data('[data-test=path-now]', 'sum'));
    const whole = await sum();
    // The path view has a quadrature of its own. Both it and the map miss the integral by less than a hundredth here.
    expect(Math.abs(whole - Number(await data('[data-head=predicted] [data-sum]', 'sum')))).toBeLessThan(0.05);
    await page.focus(slider);
    await page.keyboard.press('Home');
    expect(await sum()).toBe(0);
    await page.keyboard.press('ArrowRight');
    expect(Math.abs(await sum())).toBeGreaterThan(0);
    await page.locator('[data-test=play]').click();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.alpha input[type=range]')!.value === '64');
    expect(await sum()).toBe(whole);
  });

  test('what the maps show is said in words', async () => {
    await page.locator('[data-test=words] summary').click();
    await page.waitForSelector('.words p');
    const [first] = await visibleText('.words p');
    expect(first).toMatch(/^Predicted for 1, which it reads\. Sum \+4\.43: \+[\d.]+ for the class, −[\d.]+ against it\. Strongest pixels/);
    expect(first!.match(/\(\d+,\s\d+\)/g)).toHaveLength(5);
  });
});

describe('fix', () => {
  /** Clicks a pixel of a view of 28 x 28 pixels. */
  async function clickPixel(view: string, pixel: number): Promise<void> {
    const box = await steadyBox(page, view);
    await page.mouse.click(box.x + (((pixel % 28) + 0.5) / 28) * box.width, box.y + ((Math.floor(pixel / 28) + 0.5) / 28) * box.height);
  }

  test('the smallest edit is that of the library, with an account of every attempt', async () => {
    await repairOnPage(page);
    const expected = await repair(session, seven, { target: 7 });
    expect(await text('[data-test=fix-status]')).toContain(`Found by ${expected.strategy}: ${expected.changedPixels} pixel`);
    // Shows before, after and a map, although greedy needs none.
    expect(await visibleText('[data-test=before-after] figcaption')).toEqual([
      expect.stringMatching(/^Before reads 1/),
      expect.stringMatching(/^After reads 7/),
      'Contrast for 7 rather than 1. It took no part in the search.',
    ]);
    const rows = await page.$$eval('[data-test=attempts] tbody tr', (all) =>
      all.map(({ dataset }) => [dataset.strategy, dataset.pixels ?? null]),
    );
    expect(rows).toEqual(
      expected.attempts.map(({ strategy, changedPixels }) => [strategy, changedPixels === null ? null : String(changedPixels)]),
    );
  });

  test('every percentage is painted, and the slider shows each', async () => {
    await chooseOption(page, 'Strategy', 'flip');
    await quiet();
    const slider = '.percentage-slider input[type=range]';
    expect(await data('[data-test=percent-now]', 'class')).toBe('7');
    expect(await page.$eval(slider, (input) => (input as HTMLInputElement).max)).toBe('784');
    expect(await text('[data-test=windows]')).toMatch(/^It reads the wanted class at /);
    const columns = await page.$eval('.track', (canvas) => (canvas as HTMLCanvasElement).width);
    expect(columns).toBe(785);
    await page.focus(slider);
    await page.keyboard.press('Home');
    expect(await data('[data-test=percent-now]', 'class')).toBe('1');
    // The first length that reaches the class is what the library's search finds.
    const { attempts } = await repair(session, seven, { target: 7, strategy: 'flip' });
    const first = Math.round((attempts[0]!.percent! / 100) * 784);
    for (let i = 0; i < first; i++) await page.keyboard.press('ArrowRight');
    expect(await data('[data-test=percent-now]', 'class')).toBe('7');
  });

  test('undoing a pixel brings the class back, and redoing it takes it away', async () => {
    await repairOnPage(page);
    const { order } = await repair(session, seven, { target: 7, strategy: 'flip' });
    const pixel = order[0]!;
    const click = () => clickPixel('[data-test=after]', pixel);
    await click();
    await page.waitForSelector('[data-test=undone][data-class]');
    // The edit is 1-minimal: without any one of its pixels the class is not 7.
    expect(await data('[data-test=undone]', 'class')).not.toBe('7');
    await click();
    await page.waitForSelector('[data-test=undone]:not([data-class])');
    // A pixel that was not changed cannot be undone.
    await clickPixel('[data-test=after]', 0);
    await quiet();
    expect(await data('[data-test=undone]', 'class')).toBeNull();
  });

  test('pixels are flipped by hand, and counted beside the proven fewest', async () => {
    const { order } = await repair(session, seven, { target: 7 });
    const press = (pixel: number) => clickPixel('[data-test=duel-board]', pixel);
    await press(order[0]!);
    await page.waitForSelector('[data-test=duel-score][data-count="1"][data-class="7"]');
    expect(await text('[data-test=duel-score] .duel-line')).toMatch(/^You: 1 pixel\. The smallest: /);
    expect(await text('[data-test=duel-score]')).toContain('adversarial');
    expect(await address()).toContain(`mine=${order[0]}`);
    await press(0);
    await page.waitForSelector('[data-test=duel-score][data-count="2"]');
    await page.locator('[data-test=duel-list] button').click();
    await page.locator('[data-test=duel-list] button').click();
    await page.waitForSelector('[data-test=duel-score][data-count="0"][data-class="1"]');
  });

  test('a class that the network already reads is not searched for', async () => {
    await chooseOption(page, 'It should read', '1');
    expect(await text('[data-test=fix-status]')).toContain('already');
    expect(await page.$eval('[data-test=find]', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    await chooseOption(page, 'It should read', '7');
    await quiet();
  });
});

test('how many steps: every rule is measured, with what it cost', async () => {
  await measureOnPage(page);
  const rules = new Set(await visibleText('[data-test=bench-rows] tbody th'));
  expect([...rules].sort()).toEqual(['Gauss–Legendre', 'left', 'midpoint', 'right', 'trapezoid', '–'].sort());
  const facts = await visibleText('[data-test=bench-facts] dd');
  expect(facts).toHaveLength(6);
  // Rows stay when another picture is chosen, so they say what they were measured on.
  expect(facts[0]).toMatch(/^digit-\d+, for \d, baseline zero$/);
  expect(facts[1]).toMatch(/swiftshader/i);
  expect(facts.slice(2).every((fact) => /\d|layered|fused/.test(fact))).toBe(true);
  expect(await page.$$eval('#bench .chart canvas', (all) => all.length)).toBe(2);
});

describe('the doctor', () => {
  const examine = async (only: string) => {
    await page.$eval(
      '[data-test=examine-only]',
      (field, value) => {
        (field as HTMLInputElement).value = value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      },
      only,
    );
    await page.locator('[data-test=examine]').click();
  };

  test('says how far it is, and can be stopped', async () => {
    // In the frame in which it is said: on a busy machine all may be examined before the next question gets there.
    const stopped = page.evaluate(async () => {
      for (;;) {
        const stop = document.querySelector<HTMLElement>('[data-test=examine-stop]');
        const said = document.querySelector('[data-test=doctor-status]')?.textContent ?? '';
        if (stop !== null && /[1-9]\d* of \d+/.test(said)) return stop.click();
        await new Promise(requestAnimationFrame);
      }
    });
    await examine('');
    await stopped;
    await page.waitForSelector('[data-test=examine]');
    expect(await count('[data-test=verdict]')).toBe(0);
    await quiet();
  });

  test('says in words whether kernels are right, in the language of the page, and what it looks at that is nothing', async () => {
    await examine('Sofplus');
    await expect.poll(() => text('[data-test=doctor] [data-problem]')).toContain('no check has "Sofplus" in its name');
    await examine('Softplus');
    await expect
      .poll(() => text('[data-test=verdict]'))
      .toMatch(/^On google swiftshader.* these \d+ checks are right, none further than .* from float64/);
    expect(await text('[data-test=doctor-facts]')).toMatch(/software on the processor/);
    await chooseSegment(page, 'es');
    await expect.poll(() => text('[data-test=verdict]')).toMatch(/^En google swiftshader.* estas \d+ pruebas son correctas/);
    await chooseSegment(page, 'en');
  });

  test('names a kernel that is wrong, and its file holds nothing about the visitor', async () => {
    // The driver writes wrong numbers from now on, in what computes for the page.
    const [worker] = page.workers();
    await worker!.evaluate(() => {
      const { createShaderModule } = GPUDevice.prototype;
      GPUDevice.prototype.createShaderModule = function (descriptor) {
        const code = descriptor.code.replace(/select\(vec4f\(0\.0\), ?dx\[index\],/, 'vec4f(0.001) + $&');
        return createShaderModule.call(this, { ...descriptor, code });
      };
      Object.assign(globalThis, { mendDriver: () => Object.assign(GPUDevice.prototype, { createShaderModule }) });
    });
    await examine('Soft');
    await expect.poll(() => text('[data-test=verdict]')).toMatch(/computes wrong numbers: \d+ of \d+ checks fail, and with them .*Softmax/);
    expect(await visibleText('[data-test=wrong] td:last-child')).toContainEqual(expect.stringMatching(/^softmax_backward/));
    await worker!.evaluate('void mendDriver()');
    const saved = await page.evaluate(async () => {
      const create = URL.createObjectURL;
      const blob = new Promise<Blob>((resolve) => {
        URL.createObjectURL = (made: Blob) => {
          resolve(made);
          return create.call(URL, made);
        };
      });
      document.querySelector<HTMLElement>('[data-file=doctor]')?.click();
      URL.createObjectURL = create;
      return (await blob).text();
    });
    const record = JSON.parse(saved);
    expect(Object.keys(record).sort()).toEqual(['adapter', 'examination', 'pathlight', 'quick', 'verdict']);
    expect(record).toMatchObject({
      quick: true,
      examination: { right: false },
      verdict: [{ code: 'doctor.wrong' }, { code: 'doctor.use-cpu' }],
    });
    expect(saved).not.toMatch(/Mozilla|digit-\d/);
  });
});

// By now every part of the page is shown: maps, an edit, measurements, what is wrong with kernels.
describe('accessibility', () => {
  beforeAll(async () => {
    await repairOnPage(page);
    for (const step of ['why', 'fix', 'bench']) {
      await page.locator(`[data-test=glossary-${step}] summary`).click();
      await page.waitForSelector(`[data-test=glossary-${step}] dl`);
    }
    for (const part of ['.map', '[data-test=before-after]', '[data-test=bench-rows]']) expect(await count(part), part).toBeGreaterThan(0);
  });

  test.each([360, 1024, 2560])('axe finds nothing at %i pixels, in both themes', async (width) => {
    await resize(page, { width, height: 900 });
    await chooseSegment(page, 'digits');
    await expectAccessible();
    for (const source of ['digits', 'scenes', 'draw', 'picture', 'model']) {
      await chooseSegment(page, source);
      await quiet();
      await expectFits(width, source);
    }
  });
});

test('a device that is lost in the middle of a request is rebuilt, and the request answered', async () => {
  await chooseSegment(page, 'digits');
  const before = await mapsShown(page);
  await chooseOption(page, 'Baseline', 'opposite');
  await destroyDevice(page);
  await settled(page, before);
  const [expected] = await attribute(session, seven, { target: 1, steps: 64, baseline: 'opposite' });
  const size = expected!.values.reduce((sum, v) => sum + Math.abs(v), 0);
  expect(Math.abs(Number(await data('[data-head=predicted] [data-sum]', 'sum')) - expected!.sum)).toBeLessThan(CLOSE * size);
  await andSettle(page, () => chooseOption(page, 'Baseline', 'zero'));
  await expect.poll(() => text('[data-test=device]')).toContain('was rebuilt');
});
