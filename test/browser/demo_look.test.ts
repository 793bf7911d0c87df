import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import type { StoryDigit } from '../../demo/lib/story.js';
import { attribute, createSession, predict, repair, toValues } from '../../src/index.js';
import { decodePicture, encodePng } from '../../src/node/index.js';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import {
  andSettle,
  chooseOption,
  chooseSegment,
  draw,
  drawByPen,
  drawByTouch,
  giveFiles,
  giveFolder,
  mapsShown,
  SEVEN,
  settled,
} from '../support/demo_page.js';
import { CLOSE, data, demo, fresh, modelFile, page, quiet, session, seven, text, visibleText, walkDemo } from '../support/demo_walk.js';
import { moveOut } from '../support/external_model.js';
import { buildModel, encodeModel, floatTensor } from '../support/onnx_builder.js';
import { uint8 } from '../support/rewritten/quantised.js';

const readText = (path: string) => readFile(new URL(`../../models/${path}`, import.meta.url), 'utf8');

walkDemo({ webgpu: true });

/** Says that pixels are numbers from 0 to 1, which nothing beside the network that was just dropped says, and waits for the maps. */
async function choosePixels(): Promise<void> {
  await page.waitForSelector('[data-preset=zero-one] input:enabled:not(:checked)');
  await andSettle(page, () => page.locator('[data-preset=zero-one] input').click());
}

// The page's first step, used as visitors use it: digits, drawing, dropped files. The other steps are in demo.test.ts.

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
      await page.setViewport({ width, height: 800 });
      expect(await bottom('map'), `the map, at ${width} pixels`).toBeLessThan(most);
      expect(await bottom('fix'), `the fix, at ${width} pixels`).toBeLessThan(most);
    }
    await page.setViewport({ width: 1280, height: 900 });
  });

  test('it is played again when asked, and stands still for those who prefer that', async () => {
    await page.locator('[data-test=play-story]').click();
    await page.waitForSelector('[data-test=stage][data-playing=true]');
    await page.evaluate(() => document.getAnimations().forEach((animation) => void animation.finish()));
    await page.waitForSelector('[data-test=stage][data-playing=false]');
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.locator('[data-test=play-story]').click();
    expect(await data('[data-test=stage]', 'playing')).toBe('false');
    await page.emulateMediaFeatures([]);
  });

  test('it follows what the visitor chooses', async () => {
    await page.locator('[data-test=try-digits]').click();
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

  test('a colour picture: the network that reads them is opened, its map is the library’s, and the address leads back', async () => {
    await chooseSegment(page, 'scenes');
    await page.waitForSelector('[data-scene=car-meadow] img');
    await andSettle(page, () => page.click('[data-scene=car-meadow]'));
    const naive = await createSession(await modelFile('scenes-naive.onnx'), { sideFile: JSON.parse(await readText('scenes-naive.json')) });
    const { picture } = await decodePicture(await modelFile('scenes/car-meadow.png'));
    const image = toValues(picture, naive.preprocessing);
    const [{ class: read }] = await predict(naive, image);
    expect(await data('[data-test=read]', 'class')).toBe(String(read));
    expect(await text('.badge')).toBe('Misread.');
    const [map] = await attribute(naive, image, { target: 'car', contrast: read, steps: 64 });
    const size = map!.values.reduce((sum, value) => sum + Math.abs(value), 0);
    expect(Math.abs(Number(await data('[data-head=contrast] [data-sum]', 'sum')) - map!.sum)).toBeLessThan(CLOSE * size);
    expect(new URL(page.url()).hash).toBe('#model=scenes-naive&scene=car-meadow&source=scenes');
    expect(await text('[data-test=command]')).toContain(' models/scenes/car-meadow.png --target 3 ');
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
    expect(new URL(page.url()).hash).not.toContain('drawing=');
    await andSettle(page, () => page.goForward());
    expect(new URL(page.url()).hash).toContain('drawing=');
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
      { name: 'mine.onnx', type: '', bytes: await modelFile('digits-naive.onnx') },
      { name: 'mine.json', type: 'application/json', bytes: await modelFile('digits-naive.json') },
    ];
    await andSettle(page, () => giveFiles(page, 'drop', files));
    expect(await text('[data-test=model-facts]')).toContain('25,818');
    await page.locator('[data-test=network] summary').click();
    await page.waitForSelector('[data-test=model-facts] tbody tr');
    const rows = await visibleText('[data-test=model-facts] tbody tr td:first-child');
    expect(rows.filter((op) => op === 'Gemm')).toHaveLength(3);
    expect(await visibleText('#look select option')).toContain('mine.onnx (yours)');
  });

  test('the presets are tried on a picture for a network about which nothing is said; the map waits for the choice; names come from a list', async () => {
    await giveFiles(page, 'drop', [{ name: 'bare.onnx', type: '', bytes: await modelFile('digits-naive.onnx') }]);
    await page.waitForFunction(() => document.querySelector('.fact-title')?.textContent === 'bare.onnx');
    const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
    const before = await mapsShown(page);
    await giveFiles(page, 'drop', [picture]);
    await page.waitForSelector('[data-preset=zero-one] .preset-answers');
    await quiet();
    expect(await mapsShown(page)).toBe(before);
    expect(await text('[data-test=read]')).toBe('–');
    expect(await text('#why [data-test=undecided]')).toMatch(/^No map yet: first choose how pixels become numbers\./);
    // A grey network cannot have three means; those that fit it are read as the library reads them.
    expect(await text('[data-preset=imagenet]')).toContain('3');
    const { picture: five } = await decodePicture(picture.bytes);
    for (const preprocess of ['tf', 'zero-one'] as const) {
      const bare = await createSession(await modelFile('digits-naive.onnx'), { preprocessing: { preprocess } });
      const [reading] = await predict(bare, [toValues(five, bare.preprocessing)]);
      expect(await text(`[data-preset=${preprocess}] .preset-answers`)).toMatch(new RegExp(`^${reading!.class} \\(`));
    }
    await andSettle(page, () => page.locator('[data-preset=tf] input').click());
    expect(await page.$('[data-test=undecided]')).toBeNull();
    await chooseSegment(page, 'model');
    expect(await text('[data-test=model-facts] .facts')).toMatch(/\[−1,\s1\]/);
    await andSettle(page, () => chooseOption(page, 'Names of the classes', 'cifar-10'));
    expect('airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck'.split(',')).toContain(await text('[data-test=read]'));
    expect(await text('[data-test=model-facts] .facts')).toMatch(/\[−1,\s1\]/);
    await andSettle(page, () => chooseOption(page, 'Names of the classes', 'numbers'));
    expect(await text('[data-test=read]')).toMatch(/^\d$/);
  });

  test('of 1,000 classes ImageNet’s names are assumed, and each preset says where it has the class that the picture shows', async () => {
    // Reads class 22, ImageNet's bald eagle, where red minus blue is largest.
    const weights = Array.from({ length: 3000 }, (_, i) => (i === 22 ? 9 : i === 2022 ? -9 : Math.sin(i) / 100));
    const network = buildModel({
      inputs: { image: [1, 3, 8, 8] },
      initializers: { w: floatTensor([3, 1000], weights) },
      nodes: [
        { op: 'GlobalAveragePool', inputs: ['image'], output: 'g' },
        { op: 'Flatten', inputs: ['g'], output: 'f' },
        { op: 'MatMul', inputs: ['f', 'w'], output: 'logits' },
      ],
      outputs: ['logits'],
    });
    const red = { width: 8, height: 8, channels: 3, data: Uint8Array.from({ length: 192 }, (_, i) => (i % 3 === 0 ? 200 : 20)) } as const;
    await giveFiles(page, 'drop', [
      { name: 'thousand.onnx', type: '', bytes: network },
      { name: 'red.png', type: 'image/png', bytes: await encodePng(red) },
    ]);
    // Also where another fit was chosen before: the preset brings its own, and a fit for digits is none for this network.
    await page.waitForSelector('[data-preset=imagenet] .preset-answers');
    await quiet();
    expect(await text('[data-preset=imagenet] .preset-answers')).toMatch(/^bald eagle \(/);
    expect(await text('[data-preset=caffe] .preset-answers')).not.toMatch(/bald eagle/);
    await chooseOption(page, 'It is', '22');
    await page.waitForFunction(() => /bald eagle: place \d+ /.test(document.querySelector('[data-preset=caffe]')?.textContent ?? ''));
    await andSettle(page, () => page.locator('[data-preset=imagenet] input').click());
    expect(await text('[data-test=read]')).toBe('bald eagle');
    await chooseSegment(page, 'model');
    expect(await text('[data-test=labels-assumed]')).toMatch(/^Nothing names the classes\. It has 1,000 of them, as ImageNet has/);
    await andSettle(page, () => chooseOption(page, 'Names of the classes', 'numbers'));
    expect(await text('[data-test=read]')).toBe('22');
  });

  test('settings of pixels are typed, refused where they are wrong, kept in the link, and in the command line', async () => {
    const type = async (name: string, value: string) => {
      await page.$eval(
        `[data-test=pixels] input[name=${name}]`,
        (input, typed) => {
          (input as HTMLInputElement).value = typed;
          input.dispatchEvent(new Event('input', { bubbles: true }));
        },
        value,
      );
    };
    const apply = () => page.locator('[data-test=pixels] [type=submit]').click();
    const network = { name: 'mine.onnx', type: '', bytes: await modelFile('digits-naive.onnx') };
    const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
    await giveFiles(page, 'drop', [network, picture]);
    await page.waitForSelector('[data-preset=zero-one] .preset-answers');
    // Every answer of a preset moves what is below it, away from the mouse.
    await quiet();
    await page.locator('[data-test=pixels] summary').click();
    await page.waitForSelector('[data-test=pixels][open]');
    await type('mean', '0.5, 0.5');
    await apply();
    expect(await text('.field-wrong')).toBe('“0.5, 0.5” is not one number.');
    await type('mean', '0.25');
    await type('std', '0.5');
    await andSettle(page, apply);
    const settings = { mean: [0.25], std: [0.5] };
    const { picture: five } = await decodePicture(picture.bytes);
    const same = await createSession(network.bytes, { preprocessing: settings });
    const [reading] = await predict(same, [toValues(five, same.preprocessing)]);
    const shown = `[data-test=bars] [data-class="${reading!.class}"] [data-probability]`;
    const probability = async () => Number(await data(shown, 'probability'));
    expect(await text('[data-test=read]')).toBe(String(reading!.class));
    // A probability changes by at most half of the largest change of a logit, which is at most CLOSE times the largest logit.
    const logits = await page.$$eval('[data-test=bars] [data-logit]', (cells) =>
      cells.map((cell) => Number((cell as HTMLElement).dataset.logit)),
    );
    const bound = (CLOSE * Math.max(...logits.map(Math.abs))) / 2;
    expect(Math.abs((await probability()) - reading!.probability)).toBeLessThan(bound);
    await page.waitForFunction(() => document.querySelector('[data-test=command]')?.textContent?.includes('--mean 0.25 --std 0.5'));
    // Whoever opens the link drops the same network, and reads the same.
    const { hash } = new URL(page.url());
    expect(new URLSearchParams(hash.slice(1)).get('pixels')).toBe(
      'range:0,1;mean:0.25;std:0.5;order:rgb;interpolation:bilinear;layout:nchw',
    );
    await fresh(hash);
    expect(await text('#look [data-problem] span')).toMatch(/^The link has settings for a network of your own\./);
    await andSettle(page, () => giveFiles(page, 'drop', [network, picture]));
    expect(Math.abs((await probability()) - reading!.probability)).toBeLessThan(bound);
  });

  test('a network, its side file and a picture come in any order, and what is not used is named', async () => {
    const labels = (names: readonly string[]) => new TextEncoder().encode(JSON.stringify({ labels: names }));
    const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
    const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
    const network = { name: 'mine.onnx', type: '', bytes: await modelFile('digits-naive.onnx') };
    const sideFile = { name: 'mine.json', type: 'application/json', bytes: labels(names) };
    const letter = { name: 'letter.pdf', type: 'application/pdf', bytes: Uint8Array.of(65) };
    await giveFiles(page, 'drop', [sideFile, letter, picture, network]);
    await page.waitForSelector('#look [data-problem]');
    expect(await text('#look [data-problem] span')).toMatch(/^Not used: letter\.pdf \(/);
    await choosePixels();
    expect(await text('[data-test=read]')).toBe('one');
    // A side file that comes alone is for the visitor's network that is open.
    await andSettle(page, () => giveFiles(page, 'drop', [{ ...sideFile, bytes: labels(names.map((name) => name.toUpperCase())) }]));
    expect(await text('[data-test=read]')).toBe('ONE');
    await giveFiles(page, 'drop', [{ ...sideFile, bytes: labels(['cat', 'dog']) }]);
    await page.waitForFunction(() => document.querySelector('#look [data-problem]')?.textContent?.includes('2 labels'));
    await quiet();
    expect(await text('[data-test=read]')).toBe('ONE');
    // Before its network it is kept.
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
    await giveFiles(page, 'drop', [sideFile]);
    await page.waitForFunction(() =>
      document.querySelector('#look [data-problem]')?.textContent?.includes('Kept for your network: mine.json'),
    );
    await giveFiles(page, 'drop', [network]);
    await choosePixels();
    expect(await text('[data-test=read]')).toBe('one');
  });

  test('a network and its weights come one after the other in either order, and what Hugging Face says comes along', async () => {
    const bytes = new Uint8Array(await modelFile('digits-naive.onnx'));
    const proto = fromBinary(ModelProtoSchema, bytes);
    const [first] = proto.graph?.initializer ?? [];
    if (first === undefined) throw new Error('the model has no weights');
    const weights = { name: 'net.onnx.data', type: '', bytes: first.rawData.slice() };
    moveOut(first, { location: weights.name });
    const network = { name: 'net.onnx', type: '', bytes: encodeModel(proto) };
    const names = ['null', 'eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'];
    const config = {
      name: 'config.json',
      type: 'application/json',
      bytes: new TextEncoder().encode(JSON.stringify({ id2label: { ...names } })),
    };
    const problem = (wanted: string) =>
      page.waitForFunction((part) => document.querySelector('#look [data-problem]')?.textContent?.includes(part), {}, wanted);
    await giveFiles(page, 'drop', [network]);
    await problem('net.onnx keeps its weights in another file: drop net.onnx.data, too');
    await giveFiles(page, 'drop', [weights, config]);
    await choosePixels();
    expect(names).toContain(await text('[data-test=read]'));
    await andSettle(page, () => chooseOption(page, 'Network', 'digits-naive'));
    await giveFiles(page, 'drop', [weights]);
    await problem('Kept for your network: net.onnx.data');
    await giveFiles(page, 'drop', [config, network]);
    await choosePixels();
    expect(names).toContain(await text('[data-test=read]'));
    await giveFiles(page, 'drop', [{ name: 'net.pt', type: '', bytes: new TextEncoder().encode('PK\x03\x04') }]);
    await problem('not an ONNX file: it is an archive');
    expect(names).toContain(await text('[data-test=read]'));
  });

  test('a folder of Hugging Face is dropped, its open size is chosen, and its own arithmetic is compared', async () => {
    const names = ['null', 'eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun'];
    const asBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const network = buildModel({
      inputs: { pixel_values: ['N', 1, 'height', 'width'] },
      initializers: {
        step: floatTensor([], [0.25]),
        zero: uint8([0]),
        w: floatTensor(
          [1, 10],
          Array.from({ length: 10 }, (_, i) => Math.sin(i)),
        ),
      },
      nodes: [
        { op: 'QuantizeLinear', inputs: ['pixel_values', 'step', 'zero'], output: 'q' },
        { op: 'DequantizeLinear', inputs: ['q', 'step', 'zero'], output: 'd' },
        { op: 'GlobalAveragePool', inputs: ['d'], output: 'g' },
        { op: 'Flatten', inputs: ['g'], output: 'f' },
        { op: 'MatMul', inputs: ['f', 'w'], output: 'logits' },
      ],
      outputs: ['logits'],
    });
    const files = [
      { name: 'README.md', bytes: asBytes('tiny') },
      { name: 'config.json', bytes: asBytes({ id2label: { ...names } }) },
      { name: 'preprocessor_config.json', bytes: asBytes({ size: { height: 28, width: 28 }, do_rescale: true, do_normalize: false }) },
      { name: 'model.onnx', bytes: network },
    ];
    await andSettle(page, () => giveFolder(page, 'tiny', files));
    // A picture is fitted into every size; the digits are not.
    const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
    await andSettle(page, () => giveFiles(page, 'paste', [picture]));
    await chooseSegment(page, 'model');
    expect(names).toContain(await text('[data-test=read]'));
    expect(await text('[data-test=quantised]')).toMatch(/^With its own arithmetic, in which it rounds, it reads /);
    const field = '[data-test=model-facts] .text-field[inputmode=numeric]';
    await andSettle(page, () =>
      page.$eval(field, (input) => {
        (input as HTMLInputElement).value = '20x24';
        input.dispatchEvent(new Event('change', { bubbles: true }));
      }),
    );
    expect(await text('[data-test=model-facts] dd')).toBe('24 × 20 × 1');
    expect(names).toContain(await text('[data-test=read]'));
  });

  test('of a folder with weights in another file another output and another size are chosen, and the command line says both', async () => {
    const asBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const wave = (phase: number) =>
      floatTensor(
        [1, 10],
        Array.from({ length: 10 }, (_, i) => Math.sin(i + phase)),
      );
    const proto = fromBinary(
      ModelProtoSchema,
      buildModel({
        inputs: { pixel_values: ['N', 1, 'height', 'width'] },
        initializers: { w: wave(0), v: wave(3) },
        nodes: [
          { op: 'GlobalAveragePool', inputs: ['pixel_values'], output: 'g' },
          { op: 'Flatten', inputs: ['g'], output: 'f' },
          { op: 'MatMul', inputs: ['f', 'w'], output: 'logits' },
          { op: 'MatMul', inputs: ['f', 'v'], output: 'aux' },
        ],
        outputs: ['logits', 'aux'],
      }),
    );
    const [first] = proto.graph?.initializer ?? [];
    if (first === undefined) throw new Error('the model has no weights');
    const weights = first.rawData.length > 0 ? first.rawData.slice() : new Uint8Array(Float32Array.from(first.floatData).buffer);
    moveOut(first, { location: 'model.onnx_data' });
    await andSettle(page, () =>
      giveFolder(page, 'two', [
        { name: 'model.onnx_data', bytes: weights },
        { name: 'preprocessor_config.json', bytes: asBytes({ size: { height: 28, width: 28 }, do_rescale: true, do_normalize: false }) },
        { name: 'model.onnx', bytes: encodeModel(proto) },
      ]),
    );
    const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
    await andSettle(page, () => giveFiles(page, 'paste', [picture]));
    await chooseSegment(page, 'model');
    const read = await text('[data-test=read]');
    await andSettle(page, () => chooseOption(page, 'Output with the class scores', 'aux'));
    expect(await text('[data-test=read]')).not.toBe(read);
    const size = async (typed: string) =>
      page.$eval(
        '[data-test=model-facts] .field > .text-field[inputmode=numeric]',
        (input, value) => {
          (input as HTMLInputElement).value = value;
          input.dispatchEvent(new Event('change', { bubbles: true }));
        },
        typed,
      );
    await size('small');
    expect(await text('.field-wrong')).toMatch(/^“small” is no size: /);
    await andSettle(page, () => size('20x24'));
    expect(await text('[data-test=model-facts] dd')).toBe('24 × 20 × 1');
    await page.waitForFunction(() =>
      document.querySelector('[data-test=command]')?.textContent?.includes('--output-name aux --size 20x24 --out'),
    );
    expect(await text('[data-test=read]')).not.toBe(read);
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
