import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { attribute, repair, sumChannels } from '../../src/index.js';
import {
  andSettle,
  chooseOption,
  chooseSegment,
  destroyDevice,
  draw,
  drawByPen,
  drawByTouch,
  giveFiles,
  mapsShown,
  measureOnPage,
  repairOnPage,
  SEVEN,
  settled,
} from '../support/demo_page.js';
import { CLOSE, data, demo, fresh, modelFile, page, quiet, session, seven, text, visibleText, walkDemo } from '../support/demo_walk.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

walkDemo({ webgpu: true });

// The page, used as visitors use it: clicks, keys, drawing, dropped files. Its numbers are compared with the library's and the command
// line's.

test('an error in the worker is caught', async () => {
  await demo.worker().evaluate(() => console.error('planted'));
  // The page answers in order, so a later answer comes after the error.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(demo.takeErrors()).toEqual(['console: planted']);
});

test('the worker has the policy of the page: no request to another origin, no code from text', async () => {
  let asked = 0;
  const other = createServer((_, response) => {
    asked++;
    response.setHeader('access-control-allow-origin', '*');
    response.end('a secret left');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    // What devtools evaluate may make code from text in spite of a policy. What a timer calls may not.
    const refused = await demo.worker().evaluate(
      (url) =>
        new Promise<string[]>((resolve) => {
          setTimeout(async () => {
            const attempts = [() => fetch(url), () => new Function('return 1')()];
            const names: string[] = [];
            for (const attempt of attempts) {
              try {
                await attempt();
                names.push('allowed');
              } catch (error) {
                names.push((error as Error).name);
              }
            }
            resolve(names);
          });
        }),
      `http://127.0.0.1:${port}/`,
    );
    expect(refused).toEqual(['TypeError', 'EvalError']);
    expect(asked).toBe(0);
  } finally {
    other.close();
  }
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  for (const error of demo.takeErrors()) expect(error).toMatch(/Content Security Policy|ERR_BLOCKED_BY_CSP|csp|outside request/i);
});

test('an uncaptured error of a GPU device is caught, and reported at the next request', async () => {
  const worker = demo.worker();
  // Only the engine knows its devices, so the next one that is used is kept.
  await worker.evaluate(() => {
    const { createCommandEncoder } = GPUDevice.prototype;
    GPUDevice.prototype.createCommandEncoder = function (descriptor) {
      Object.assign(globalThis, { device: this });
      GPUDevice.prototype.createCommandEncoder = createCommandEncoder;
      return createCommandEncoder.call(this, descriptor);
    };
  });
  await andSettle(page, () => chooseOption(page, 'Baseline', 'white'));
  await worker.evaluate(async () => {
    const { device } = globalThis as unknown as { device: GPUDevice };
    device.createBuffer({ label: 'planted', size: 16, usage: 0 });
    // The error is delivered by then.
    await device.queue.onSubmittedWorkDone();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  expect(demo.takeErrors()).toEqual([expect.stringMatching(/^console: GPUValidationError: Buffer usages must not be 0/)]);
  await chooseOption(page, 'Baseline', 'zero');
  await page.waitForSelector('#look [data-problem]');
  expect(await text('#look [data-problem] span')).toBe('WebGPU reported an error: Buffer usages must not be 0.');
  await andSettle(page, () => chooseOption(page, 'Baseline', 'black'));
  expect(await page.$('#look [data-problem]')).toBeNull();
  await andSettle(page, () => chooseOption(page, 'Baseline', 'zero'));
});

describe('look', () => {
  test('the page reads a misread digit of the study as the library does', async () => {
    expect(await data('[data-test=read]', 'class')).toBe('1');
    expect(await text('.badge')).toBe('Misread.');
    const executor = session.reference();
    const { outputs } = await executor.forward(seven, 1);
    const probabilities = session.probabilities(outputs, 'logit');
    for (let c = 0; c < 10; c++) {
      const row = `[data-test=bars] [data-class="${c}"]`;
      expect(Number(await data(`${row} [data-logit]`, 'logit'))).toBeCloseTo(outputs[c]!, 4);
      expect(Number(await data(`${row} [data-probability]`, 'probability'))).toBeCloseTo(probabilities[c]!, 5);
    }
  });

  test('another digit is read when it is clicked, and another network reads it otherwise', async () => {
    await andSettle(page, () => page.locator('.strip-group:nth-child(2) .thumb').click());
    expect(await text('.thumb[aria-pressed=true]')).toMatch(/^a 5 read as \d/);
    expect(await page.$$eval('.thumb[aria-pressed=true]', (thumbs) => thumbs.length)).toBe(1);
    const digit = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('digit');
    await andSettle(page, () => chooseOption(page, 'Network', 'digits'));
    // The processor makes the first maps of a network, the adapter all others. Once the page is settled, kernels are compiled.
    expect(await data('[data-test=cost]', 'plan')).toBe('cpu');
    expect(await text('[data-test=cost]')).toContain('on the processor, while the kernels of WebGPU are compiled');
    const sum = Number(await data('[data-head=predicted] [data-sum]', 'sum'));
    // This network's raw output is its logit.
    await andSettle(page, () => chooseSegment(page, 'raw'));
    expect(await data('[data-test=cost]', 'plan')).toBe('layered');
    expect(await text('[data-test=cost]')).toMatch(/, \d+ dispatches/);
    const size = Number(await data('.legend', 'scale')) * 784;
    expect(Math.abs(Number(await data('[data-head=predicted] [data-sum]', 'sum')) - sum)).toBeLessThan(CLOSE * size);
    await andSettle(page, () => chooseSegment(page, 'logit'));
    // The better network reads this five correctly.
    expect(await data('[data-test=read]', 'class')).toBe('5');
    expect(await text('.badge')).toBe('Right.');
    expect(new URL(page.url()).hash).toBe(`#model=digits&digit=${digit}`);
    expect(await text('.map.empty p')).toContain('runner-up');
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
  });

  test('a drawing is read while it is drawn, and can be undone', async () => {
    await chooseSegment(page, 'draw');
    const before = await mapsShown(page);
    await draw(page, SEVEN, () => settled(page, before));
    await settled(page, before + 1);
    expect(await data('[data-test=read]', 'class')).toBe('7');
    expect(await text('.badge')).toBe('–');
    await andSettle(page, () => chooseOption(page, 'It is', '7'));
    expect(await text('.badge')).toBe('Right.');
    const click = (label: string) => page.locator(`.board ::-p-text(${label})`).click();
    await click('Undo');
    await page.waitForFunction(() => document.querySelector('[data-test=read]')!.textContent === '–');
  });

  test.each([
    ['finger', 'touch', drawByTouch],
    ['stylus', 'pen', drawByPen],
  ] as const)('a %s draws as the mouse does, and does not scroll the page', async (_, pointer, drawWith) => {
    const before = await mapsShown(page);
    const top = await page.evaluate(() => {
      document.querySelector('[data-test=board]')!.scrollIntoView({ block: 'center' });
      return window.scrollY;
    });
    await page.evaluate(() => {
      const seen = new Set<string>();
      document
        .querySelector('[data-test=board]')!
        .addEventListener('pointermove', (event) => seen.add((event as PointerEvent).pointerType));
      Object.assign(window, { pointers: seen });
    });
    await drawWith(page, SEVEN);
    expect(await page.evaluate(() => [...(window as unknown as { pointers: Set<string> }).pointers])).toEqual([pointer]);
    await settled(page, before);
    expect(await data('[data-test=read]', 'class')).toBe('7');
    expect(await page.evaluate(() => window.scrollY)).toBe(top);
    await page.locator('.board ::-p-text(Undo)').click();
    await page.waitForFunction(() => document.querySelector('[data-test=read]')!.textContent === '–');
  });

  test('a picture is pasted, and fitted as chosen', async () => {
    const bytes = await modelFile('study/5-read-as-1.png');
    await andSettle(page, () => giveFiles(page, 'paste', [{ name: 'five.png', type: 'image/png', bytes }]));
    expect(await data('[data-test=read]', 'class')).toBe('1');
    await andSettle(page, () => chooseOption(page, 'How it is fitted', 'centre'));
    expect(await text('.notices')).toBe('');
  });

  test('a network is dropped with its side file, and its layers are listed', async () => {
    const files = [
      { name: 'mine.onnx', type: '', bytes: await modelFile('digits.onnx') },
      { name: 'mine.json', type: 'application/json', bytes: await modelFile('digits.json') },
    ];
    await andSettle(page, () => giveFiles(page, 'drop', files));
    expect(await text('[data-test=model-facts]')).toContain('26,698');
    await page.locator('[data-test=model-facts] summary').click();
    const rows = await visibleText('[data-test=model-facts] tbody tr td:first-child');
    expect(rows.filter((op) => op === 'Conv')).toHaveLength(2);
    expect(await visibleText('#look select option')).toContain('mine.onnx (yours)');
  });

  test('a network, its side file and a picture come in any order, and what is not used is named', async () => {
    const labels = (names: readonly string[]) => new TextEncoder().encode(JSON.stringify({ labels: names }));
    const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
    const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
    const network = { name: 'mine.onnx', type: '', bytes: await modelFile('digits.onnx') };
    const sideFile = { name: 'mine.json', type: 'application/json', bytes: labels(names) };
    const letter = { name: 'letter.pdf', type: 'application/pdf', bytes: Uint8Array.of(65) };
    await andSettle(page, () => giveFiles(page, 'drop', [sideFile, letter, picture, network]));
    expect(await text('[data-test=read]')).toBe('five');
    expect(await text('#look [data-problem] span')).toMatch(/^Not used: letter\.pdf \(/);
    // A side file that comes alone is for the visitor's network that is open.
    await andSettle(page, () => giveFiles(page, 'drop', [{ ...sideFile, bytes: labels(names.map((name) => name.toUpperCase())) }]));
    expect(await text('[data-test=read]')).toBe('FIVE');
    await giveFiles(page, 'drop', [{ ...sideFile, bytes: labels(['cat', 'dog']) }]);
    await page.waitForFunction(() => document.querySelector('#look [data-problem]')?.textContent?.includes('2 labels'));
    await quiet();
    expect(await text('[data-test=read]')).toBe('FIVE');
    // Before its network it is kept.
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
    await giveFiles(page, 'drop', [sideFile]);
    await page.waitForFunction(() =>
      document.querySelector('#look [data-problem]')?.textContent?.includes('Kept for your network: mine.json'),
    );
    await andSettle(page, () => giveFiles(page, 'drop', [network]));
    expect(await text('[data-test=read]')).toBe('five');
  });

  test('a file that cannot be opened is refused in one sentence, and nothing is lost', async () => {
    const read = await text('[data-test=read]');
    const unsupported = buildModel({
      inputs: { image: ['N', 1, 28, 28] },
      initializers: { w: floatTensor([784, 10], new Float32Array(7840)) },
      nodes: [
        { op: 'Flatten', inputs: ['image'], output: 'f' },
        { op: 'Det', inputs: ['f'], output: 'd' },
        { op: 'MatMul', inputs: ['d', 'w'], output: 'y' },
      ],
      outputs: ['y'],
    });
    // The header of a PNG of 10,000 x 10,000 pixels.
    const huge = Uint8Array.from(Buffer.from('89504e470d0a1a0a0000000d49484452000027100000271008000000000000000000', 'hex'));
    // 32 channels of 2,048 x 2,048: 2 GiB for the four samples of a quad.
    const large = buildModel({
      inputs: { image: ['N', 1, 2048, 2048] },
      initializers: { w: floatTensor([32, 1, 1, 1], new Float32Array(32).fill(1)) },
      nodes: [
        { op: 'Conv', inputs: ['image', 'w'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'GlobalAveragePool', inputs: ['r'], output: 'g' },
        { op: 'Flatten', inputs: ['g'], output: 'y' },
      ],
      outputs: ['y'],
    });
    const cases = [
      { name: 'large.onnx', type: '', bytes: large, says: /the network needs .* for four samples/ },
      { name: 'det.onnx', type: '', bytes: unsupported, says: /Det/ },
      { name: 'broken.onnx', type: '', bytes: Uint8Array.of(1, 2, 3), says: /broken|ONNX/ },
      { name: 'huge.png', type: 'image/png', bytes: huge, says: /100 megapixels/ },
      { name: 'letter.pdf', type: 'application/pdf', bytes: Uint8Array.of(65), says: /letter\.pdf is neither a picture/ },
    ];
    for (const { says, ...file } of cases) {
      await giveFiles(page, 'drop', [file]);
      await page.waitForFunction(
        (pattern) => new RegExp(pattern).test(document.querySelector('#look [data-problem]')?.textContent ?? ''),
        {},
        says.source,
      );
      await quiet();
      const sentence = await text('#look [data-problem] span');
      expect(sentence.split('\n'), sentence).toHaveLength(1);
      expect(await text('[data-test=read]')).toBe(read);
    }
    await page.locator('#look [data-problem] button').click();
    expect(await text('#look .notices')).toBe('');
  });
});

describe('why', () => {
  beforeAll(() => fresh());

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
    expect(new URL(page.url()).hash).toBe('#digit=1260&steps=32&rule=gauss-legendre&baseline=white&output=probability');
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
    expect(new URL(page.url()).hash).toBe('#digit=1260');
  });

  test('another method shows its own controls, and only numbers that make sense for it', async () => {
    await andSettle(page, () => chooseOption(page, 'Method', 'blur-ig'));
    await compare({ method: 'blur-ig' });
    expect(new URL(page.url()).hash).toContain('method=blur-ig');
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
    const box = (await (await page.$('[data-test=map-predicted]'))!.boundingBox())!;
    await page.evaluate(() => document.querySelector('[data-test=map-predicted]')!.scrollIntoView({ block: 'center' }));
    const seen = (await (await page.$('[data-test=map-predicted]'))!.boundingBox())!;
    await page.mouse.move(seen.x + ((x + 0.5) / 28) * box.width, seen.y + ((y + 0.5) / 28) * box.height);
    const value = async (head: string) => Number(await data(`[data-test=readout] [data-head=${head}]`, 'value'));
    expect(Math.abs((await value('predicted')) - map!.values[strongest]!)).toBeLessThan(CLOSE * Math.abs(map!.values[strongest]!) * 10);
    expect(await text('[data-test=readout] .label')).toContain(`column ${x + 1}, row ${y + 1}`);
    await page.focus('[data-test=map-contrast]');
    await page.keyboard.press('ArrowLeft');
    expect(await text('[data-test=readout] .label')).toContain(`column ${x}, row ${y + 1}`);
    const [contrast] = await attribute(session, seven, { target: 7, contrast: 1, steps: 64 });
    const left = contrast!.values[strongest - 1]!;
    expect(Math.abs((await value('contrast')) - left)).toBeLessThan(CLOSE * Math.max(1, Math.abs(left)));
    expect(await page.$$eval('#why .cursor', (cursors) => cursors.length)).toBeGreaterThanOrEqual(3);
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
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('.alpha input[type=range]')!.value === '64', {
      timeout: 10_000,
    });
    expect(await sum()).toBe(whole);
  });

  test('what the maps show is said in words', async () => {
    await page.locator('#why summary').click();
    const [first] = await visibleText('.words p');
    expect(first).toMatch(/^Predicted for 1, which it reads\. Sum \+4\.43: \+[\d.]+ for the class, −[\d.]+ against it\. Strongest pixels/);
    expect(first!.match(/\(\d+,\s\d+\)/g)).toHaveLength(5);
  });
});

describe('fix', () => {
  test('the smallest edit is that of the library, with an account of every attempt', async () => {
    await repairOnPage(page);
    const expected = await repair(session, seven, { target: 7 });
    expect(await text('[data-test=fix-status]')).toContain(`Repaired by ${expected.strategy}: ${expected.changedPixels} pixel`);
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
    expect(await page.$eval(slider, (input) => (input as HTMLInputElement).max)).toBe('784');
    expect(await data('[data-test=percent-now]', 'class')).toBe('7');
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
    await page.$eval('[data-test=after]', (view) => view.scrollIntoView({ block: 'center' }));
    const box = (await (await page.$('[data-test=after]'))!.boundingBox())!;
    const click = () =>
      page.mouse.click(box.x + (((pixel % 28) + 0.5) / 28) * box.width, box.y + ((Math.floor(pixel / 28) + 0.5) / 28) * box.height);
    await click();
    await page.waitForSelector('[data-test=undone][data-class]');
    // The edit is 1-minimal: without any one of its pixels the class is not 7.
    expect(await data('[data-test=undone]', 'class')).not.toBe('7');
    await click();
    await page.waitForSelector('[data-test=undone]:not([data-class])');
    // A pixel that was not changed cannot be undone.
    await page.mouse.click(box.x + 2, box.y + 2);
    await quiet();
    expect(await data('[data-test=undone]', 'class')).toBeNull();
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

// By now every part of the page is shown: maps, an edit, measurements.
describe('accessibility', () => {
  beforeAll(async () => {
    await repairOnPage(page);
    for (const part of ['.map', '[data-test=before-after]', '[data-test=bench-rows]']) expect(await page.$(part), part).not.toBeNull();
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  });

  test.each([360, 1024, 2560])('axe finds nothing at %i pixels, in both themes', async (width) => {
    await page.setViewport({ width, height: 900 });
    await chooseSegment(page, 'digits');
    for (const theme of ['light', 'dark']) {
      await chooseSegment(page, theme);
      // During a transition between themes, colours belong to neither.
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
      const violations = await page.evaluate(async () => {
        const { violations } = await (
          window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      });
      expect(violations, theme).toEqual([]);
    }
    for (const source of ['digits', 'draw', 'picture', 'model']) {
      await chooseSegment(page, source);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `pixels that stand out to the right, ${source}`).toBe(0);
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
  expect(await text('[data-test=device]')).toContain('was rebuilt');
});
