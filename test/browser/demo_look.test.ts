import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { StoryDigit } from '../../demo/lib/story.js';
import { attribute, createSession, type Picture, predict, repair, toValues } from '../../src/index.js';
import { decodePicture, encodePng } from '../../src/node/index.js';
import {
  andSettle,
  chooseOption,
  chooseSegment,
  draw,
  drawByPen,
  drawByTouch,
  giveFiles,
  mapsShown,
  SEVEN,
  settled,
} from '../support/demo_page.js';
import { rendered, resize, steadyBox } from '../support/demo_screen.js';
import {
  address,
  CLOSE,
  count,
  data,
  demo,
  inAddress,
  modelFile,
  page,
  quiet,
  session,
  seven,
  text,
  walkDemo,
} from '../support/demo_walk.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';

const readText = (path: string) => readFile(new URL(`../../models/${path}`, import.meta.url), 'utf8');

/** A five, as points of a line: shares of the picture's sides. */
const FIVE = [
  [0.56, 0.27],
  [0.44, 0.27],
  [0.43, 0.46],
  [0.51, 0.45],
  [0.57, 0.52],
  [0.57, 0.63],
  [0.5, 0.71],
  [0.43, 0.67],
] as const;

/** A line by a pen on paper that is lit from the left. */
function handwritten(line: readonly (readonly [number, number])[]): Picture {
  const [width, height, pen] = [800, 600, 9];
  const distance = (x: number, y: number) =>
    Math.min(
      ...line.slice(1).map(([toX, toY], i) => {
        const [fromX, fromY] = line[i]!;
        const [dx, dy] = [(toX - fromX) * width, (toY - fromY) * height];
        const [ax, ay] = [x - fromX * width, y - fromY * height];
        const along = Math.min(1, Math.max(0, (ax * dx + ay * dy) / (dx * dx + dy * dy)));
        return Math.hypot(ax - along * dx, ay - along * dy);
      }),
    );
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const paper = 215 - (60 * x) / width - (25 * y) / height + ((i * 7919) % 9);
    return distance(x, y) < pen ? 60 : paper;
  });
  return { width, height, channels: 1, data };
}

walkDemo({ webgpu: true });

// The page's first step, used as visitors use it: digits, drawing, pictures. Networks of visitors are in demo_own_network.test.ts, the other steps in demo.test.ts.

/** The errors of the page from this call on, each time with those that have come meanwhile: Chrome's protocol brings them in its own time. */
function watchErrors(): () => readonly string[] {
  const errors: string[] = [];
  return () => {
    errors.push(...demo.takeErrors());
    return errors;
  };
}

test('an error in the worker is caught', async () => {
  const errors = watchErrors();
  await demo.worker().evaluate(() => console.error('planted'));
  await expect.poll(errors).toEqual(['console: planted']);
});

test('the worker has the policy of the page: no request to another origin, no code from text', async () => {
  const errors = watchErrors();
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
  await rendered(page);
  for (const error of errors()) expect(error).toMatch(/Content Security Policy|ERR_BLOCKED_BY_CSP|csp|outside request/i);
});

test('an uncaptured error of a GPU device is caught, and reported at the next request', async () => {
  const errors = watchErrors();
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
    await device.queue.onSubmittedWorkDone();
  });
  await expect.poll(errors).toEqual([expect.stringMatching(/^console: GPUValidationError: Buffer usages must not be 0/)]);
  await chooseOption(page, 'Baseline', 'zero');
  await page.waitForSelector('#look [data-problem]');
  expect(await text('#look [data-problem] span')).toBe('WebGPU reported an error: Buffer usages must not be 0.');
  await andSettle(page, () => chooseOption(page, 'Baseline', 'black'));
  expect(await count('#look [data-problem]')).toBe(0);
  await andSettle(page, () => chooseOption(page, 'Baseline', 'zero'));
});

describe('the answer at a glance', () => {
  const bottom = (part: string) => page.$eval(`[data-test=stage-${part}]`, (view) => view.getBoundingClientRect().bottom + window.scrollY);

  test('the reading, the map and the fix stand on the first screen, and are those of the library', async () => {
    await page.waitForSelector('[data-test=stage][data-playing=false]');
    expect(await data('[data-test=stage]', 'example')).toBe('true');
    expect(await data('[data-test=stage-reading]', 'class')).toBe('1');
    expect(await data('[data-test=stage-turned]', 'class')).toBe('7');
    const { order, changedPixels, edited } = await repair(session, seven, { target: 7 });
    expect(await data('[data-test=stage-fix] .panel-words', 'changed')).toBe(String(changedPixels));
    const { contrast, smallest }: StoryDigit = JSON.parse(
      await readFile(new URL('../../demo/.cache/arrival.json', import.meta.url), 'utf8'),
    );
    expect(smallest?.flips).toEqual(Array.from(order, (pixel) => [pixel, Math.round(255 * edited[pixel]!)]));
    const [map] = await attribute(session, seven, { target: 7, contrast: 1 });
    // Each value is rounded to one of 127 parts of the largest.
    const half = contrast.scale / 254;
    const told = new Int8Array(Buffer.from(contrast.values, 'base64'));
    told.forEach((value, i) => {
      expect(Math.abs((value * contrast.scale) / 127 - map.values[i]!)).toBeLessThan(half * (1 + CLOSE));
    });
    for (const [width, most] of [
      // Nothing to scroll on a laptop; two thumbs' scrolling on a telephone.
      [1280, 800],
      [360, 1600],
    ] as const) {
      await resize(page, { width, height: 800 });
      expect(await bottom('map'), `the map, at ${width} pixels`).toBeLessThan(most);
      expect(await bottom('fix'), `the fix, at ${width} pixels`).toBeLessThan(most);
    }
    await resize(page, { width: 1280, height: 900 });
  });

  test('it is played again when asked, and stands still for those who prefer that', async () => {
    // Asked before the click: the story ends after five seconds, which a busy machine may need for a question.
    const playing = page.waitForSelector('[data-test=stage][data-playing=true]');
    await page.locator('[data-test=play-story]').click();
    await playing;
    // One without an end cannot be finished: it says that something is computed.
    await page.evaluate(() => {
      for (const animation of document.getAnimations()) {
        if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
      }
    });
    await page.waitForSelector('[data-test=stage][data-playing=false]');
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.waitForFunction(() => matchMedia('(prefers-reduced-motion: reduce)').matches);
    await page.locator('[data-test=play-story]').click();
    expect(await data('[data-test=stage]', 'playing')).toBe('false');
    await page.emulateMediaFeatures([]);
  });

  test('it follows what the visitor chooses', async () => {
    await page.locator('[data-test=try-digits]').click();
    await rendered(page);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('look');
    await andSettle(page, () => page.locator('.strip-group .thumb:nth-child(2)').click());
    expect(await data('[data-test=stage]', 'example')).toBe('false');
    expect(await text('[data-test=stage-why] .panel-words')).toBe('Red speaks for 2, blue for 1.');
    expect(await page.$eval('[data-test=stage-find]', (button) => (button as HTMLButtonElement).disabled)).toBe(false);
    await andSettle(page, () => page.locator('.strip-group .thumb').click());
    expect(await data('[data-test=stage]', 'example')).toBe('true');
  });
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
    expect(await count('.thumb[aria-pressed=true]')).toBe(1);
    const digit = await inAddress('digit');
    await andSettle(page, () => chooseOption(page, 'Network', 'digits'));
    // The processor makes the first maps of a network, the adapter all others.
    expect(await data('[data-test=cost]', 'plan')).toBe('cpu');
    expect(await text('[data-test=cost]')).toContain('on the processor, while the kernels of WebGPU are compiled');
    const sum = Number(await data('[data-head=predicted] [data-sum]', 'sum'));
    // This network's raw output is its logit. The first answer of the adapter may have come a moment before the last kernel was compiled.
    await expect
      .poll(async () => {
        for (const output of ['logit', 'raw']) {
          if (!(await page.$eval(`input[value=${output}]`, (input) => (input as HTMLInputElement).checked)))
            await andSettle(page, () => chooseSegment(page, output));
        }
        return await data('[data-test=cost]', 'plan');
      })
      .toBe('layered');
    expect(await text('[data-test=cost]')).toMatch(/, \d+ dispatches/);
    const size = Number(await data('.legend', 'scale')) * 784;
    expect(Math.abs(Number(await data('[data-head=predicted] [data-sum]', 'sum')) - sum)).toBeLessThan(CLOSE * size);
    await andSettle(page, () => chooseSegment(page, 'logit'));
    // The better network reads this five correctly.
    expect(await data('[data-test=read]', 'class')).toBe('5');
    expect(await text('.badge')).toBe('Right.');
    expect(await address()).toBe(`#model=digits&digit=${digit}`);
    expect(await text('.map.empty p')).toContain('runner-up');
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
  });

  test('a colour picture: the network that reads them is opened, its map is the library’s, and the address leads back', async () => {
    await chooseSegment(page, 'scenes');
    await page.waitForSelector('[data-scene=car-meadow] img');
    await andSettle(page, () => page.locator('[data-scene=car-meadow]').click());
    const naive = await createSession(await modelFile('scenes-naive.onnx'), { sideFile: JSON.parse(await readText('scenes-naive.json')) });
    const { picture } = await decodePicture(await modelFile('scenes/car-meadow.png'));
    const image = toValues(picture, naive.preprocessing);
    const [{ class: read }] = await predict(naive, image);
    expect(await data('[data-test=read]', 'class')).toBe(String(read));
    expect(await text('.badge')).toBe('Misread.');
    const [map] = await attribute(naive, image, { target: 'car', contrast: read, steps: 64 });
    const size = map!.values.reduce((sum, value) => sum + Math.abs(value), 0);
    expect(Math.abs(Number(await data('[data-head=contrast] [data-sum]', 'sum')) - map!.sum)).toBeLessThan(CLOSE * size);
    expect(await address()).toBe('#model=scenes-naive&scene=car-meadow&source=scenes');
    await expect.poll(() => text('[data-test=command]')).toContain(' models/scenes/car-meadow.png --target 3 ');
    // By keyboard to the next picture, and back.
    await page.focus('[data-scene=car-meadow]');
    await page.keyboard.press('ArrowRight');
    await andSettle(page, () => page.keyboard.press('Enter'));
    expect(await data('[data-scene][aria-pressed=true]', 'scene')).not.toBe('car-meadow');
    await andSettle(page, () => page.goBack());
    expect(await data('[data-scene][aria-pressed=true]', 'scene')).toBe('car-meadow');
    // The network that has seen cars everywhere reads the same picture right.
    await andSettle(page, () => chooseOption(page, 'Network', 'scenes'));
    expect(await text('.badge')).toBe('Right.');
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
    expect(await data('.source', 'source')).toBe('digits');
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
    // The address holds the drawing: one comes back to it.
    await andSettle(page, () => page.goBack());
    expect(await address()).not.toContain('drawing=');
    await andSettle(page, () => page.goForward());
    expect(await address()).toContain('drawing=');
    expect(await data('[data-test=read]', 'class')).toBe('7');
    expect(await text('.badge')).toBe('Right.');
    const click = (label: string) => page.locator(`.board ::-p-text(${label})`).click();
    await click('Undo');
    await page.waitForFunction(() => document.querySelector('[data-test=read]')!.textContent === '–');
  });

  test.each([
    ['finger', 'touch', drawByTouch],
    ['stylus', 'pen', drawByPen],
  ] as const)('a %s draws as the mouse does, and does not scroll the page', async (_, pointer, drawWith) => {
    await quiet();
    await steadyBox(page, '[data-test=board]');
    const before = await mapsShown(page);
    const top = await page.evaluate(() => window.scrollY);
    await page.evaluate(() => {
      const seen = new Set<string>();
      document
        .querySelector('[data-test=board]')!
        .addEventListener('pointermove', (event) => seen.add((event as PointerEvent).pointerType));
      Object.assign(window, { pointers: seen });
    });
    await drawWith(page, SEVEN);
    await rendered(page);
    expect(await page.evaluate(() => [...(window as unknown as { pointers: Set<string> }).pointers])).toEqual([pointer]);
    await settled(page, before);
    expect(await data('[data-test=read]', 'class')).toBe('7');
    expect(await page.evaluate(() => window.scrollY)).toBe(top);
    await page.locator('.board ::-p-text(Undo)').click();
    await page.waitForFunction(() => document.querySelector('[data-test=read]')!.textContent === '–');
  });

  test('a photograph of handwriting in uneven light is centred by itself, and read', async () => {
    await andSettle(page, () => chooseOption(page, 'Network', 'digits'));
    const bytes = await encodePng(handwritten(FIVE));
    await andSettle(page, () => giveFiles(page, 'drop', [{ name: 'note.png', type: 'image/png', bytes }]));
    expect(await data('[data-test=read]', 'class')).toBe('5');
    expect(await page.$eval('.source select', (select) => (select as HTMLSelectElement).value)).toBe('centre');
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
    await chooseSegment(page, 'draw');
  });

  test('a picture is pasted, and fitted as chosen', async () => {
    const bytes = await modelFile('study/5-read-as-1.png');
    await andSettle(page, () => giveFiles(page, 'paste', [{ name: 'five.png', type: 'image/png', bytes }]));
    expect(await data('[data-test=read]', 'class')).toBe('1');
    await andSettle(page, () => chooseOption(page, 'How it is fitted', 'centre'));
    expect(await text('.notices')).toBe('');
  });

  test('a file that cannot be opened is refused in one sentence, and nothing is lost', async () => {
    const read = await text('[data-test=read]');
    const unsupported = buildModel({
      inputs: { image: ['N', 1, 28, 28] },
      initializers: { w: floatTensor([784, 10], new Float32Array(7840)) },
      nodes: [
        { op: 'Flatten', inputs: ['image'], output: 'f' },
        { op: 'Unique', inputs: ['f'], output: 'd' },
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
      { name: 'unique.onnx', type: '', bytes: unsupported, says: /Unique/ },
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
