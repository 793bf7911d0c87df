import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { ElementHandle } from 'puppeteer';
import { expect, test } from 'vitest';
import { createSession, predict, toValues } from '../../src/index.js';
import { decodePicture, encodePng } from '../../src/node/index.js';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import { andSettle, chooseOption, chooseSegment, giveFiles, giveFolder, mapsShown } from '../support/demo_page.js';
import { rendered } from '../support/demo_screen.js';
import {
  address,
  CLOSE,
  count,
  data,
  fresh,
  inAddress,
  modelFile,
  page,
  quiet,
  text,
  visibleText,
  walkDemo,
} from '../support/demo_walk.js';
import { moveOut } from '../support/external_model.js';
import { buildModel, encodeModel, floatTensor } from '../support/onnx_builder.js';
import { uint8 } from '../support/rewritten/quantised.js';

walkDemo({ webgpu: true });

// A visitor's own network: dropped with what lies beside it, its pixels, names, output and size chosen. Its drawing is in demo_network.test.ts.

/** Says that pixels are numbers from 0 to 1, which nothing beside the network that was just dropped says, and waits for the maps. */
async function choosePixels(): Promise<void> {
  await page.waitForSelector('[data-preset=zero-one] input:enabled:not(:checked)');
  // Every answer of a preset moves what is below it, away from the mouse.
  await quiet();
  await andSettle(page, () => page.locator('[data-preset=zero-one] input').click());
}

/** Waits until the visitor's network of this name is the open one: until then the page shows what belongs to the one before. */
async function opened(name: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll('#look select option:checked')].some(({ textContent }) => textContent?.startsWith(wanted)),
    {},
    `${name} (yours)`,
  );
  await quiet();
}

test('a network is dropped with its side file, and its layers are listed', async () => {
  const files = [
    { name: 'mine.onnx', type: '', bytes: await modelFile('digits-naive.onnx') },
    { name: 'mine.json', type: 'application/json', bytes: await modelFile('digits-naive.json') },
  ];
  await andSettle(page, () => giveFiles(page, 'drop', files));
  await expect.poll(() => text('[data-test=model-facts]')).toContain('25,818');
  await page.locator('[data-test=network] summary').click();
  await page.waitForSelector('[data-test=model-facts] tbody tr');
  const rows = () => visibleText('[data-test=model-facts] tbody tr td:first-child');
  await expect.poll(async () => (await rows()).filter((op) => op === 'Gemm')).toHaveLength(3);
  expect(await visibleText('#look select option')).toContain('mine.onnx (yours)');
});

test('the presets are tried on a picture for a network about which nothing is said; the map waits for the choice; names come from a list', async () => {
  await giveFiles(page, 'drop', [{ name: 'bare.onnx', type: '', bytes: await modelFile('digits-naive.onnx') }]);
  await page.waitForFunction(() => document.querySelector('.fact-title')?.textContent === 'bare.onnx');
  const picture = { name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') };
  const before = await mapsShown(page);
  await giveFiles(page, 'drop', [picture]);
  await quiet();
  await page.waitForSelector('[data-preset=zero-one] .preset-answers');
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
  expect(await count('[data-test=undecided]')).toBe(0);
  await chooseSegment(page, 'model');
  await expect.poll(() => text('[data-test=model-facts] .facts')).toMatch(/\[−1,\s1\]/);
  await andSettle(page, () => chooseOption(page, 'Names of the classes', 'cifar-10'));
  expect('airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck'.split(',')).toContain(await text('[data-test=read]'));
  await expect.poll(() => text('[data-test=model-facts] .facts')).toMatch(/\[−1,\s1\]/);
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
  await opened('thousand.onnx');
  await page.waitForSelector('[data-preset=imagenet] .preset-answers');
  expect(await text('[data-preset=imagenet] .preset-answers')).toMatch(/^bald eagle \(/);
  expect(await text('[data-preset=caffe] .preset-answers')).not.toMatch(/bald eagle/);
  await chooseOption(page, 'It is', '22');
  await page.waitForFunction(() => /bald eagle: place \d+ /.test(document.querySelector('[data-preset=caffe]')?.textContent ?? ''));
  await andSettle(page, () => page.locator('[data-preset=imagenet] input').click());
  expect(await text('[data-test=read]')).toBe('bald eagle');
  await chooseSegment(page, 'model');
  await expect.poll(() => text('[data-test=labels-assumed]')).toMatch(/^Nothing names the classes\. It has 1,000 of them, as ImageNet has/);
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
  // Every answer of a preset moves what is below it, away from the mouse.
  await opened('mine.onnx');
  await page.waitForSelector('[data-preset=zero-one] .preset-answers');
  await page.locator('[data-test=pixels] summary').click();
  await page.waitForSelector('[data-test=pixels][open]');
  await type('mean', '0.5, 0.5');
  await apply();
  await expect.poll(() => text('.field-wrong')).toBe('“0.5, 0.5” is not one number.');
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
  await rendered(page);
  const logits = await page.$$eval('[data-test=bars] [data-logit]', (cells) =>
    cells.map((cell) => Number((cell as HTMLElement).dataset.logit)),
  );
  const bound = (CLOSE * Math.max(...logits.map(Math.abs))) / 2;
  expect(Math.abs((await probability()) - reading!.probability)).toBeLessThan(bound);
  await page.waitForFunction(() => document.querySelector('[data-test=command]')?.textContent?.includes('--mean 0.25 --std 0.5'));
  // Whoever opens the link drops the same network, and reads the same.
  const hash = await address();
  expect(await inAddress('pixels')).toBe('range:0,1;mean:0.25;std:0.5;order:rgb;interpolation:bilinear;layout:nchw');
  await fresh(hash);
  await expect.poll(() => text('#look [data-problem] span')).toMatch(/^The link has settings for a network of your own\./);
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
  await expect.poll(() => text('#look [data-problem] span')).toMatch(/^Not used: letter\.pdf \(/);
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
  await expect.poll(() => text('[data-test=quantised]')).toMatch(/^With its own arithmetic, in which it rounds, it reads /);
  const field = '[data-test=model-facts] .text-field[inputmode=numeric]';
  await page.waitForSelector(field);
  await andSettle(page, () =>
    page.$eval(field, (input) => {
      (input as HTMLInputElement).value = '20x24';
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }),
  );
  await expect.poll(() => text('[data-test=model-facts] dd')).toBe('24 × 20 × 1');
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
  await page.waitForSelector('[data-test=model-facts] .field > .text-field[inputmode=numeric]');
  await size('small');
  await expect.poll(() => text('.field-wrong')).toMatch(/^“small” is no size: /);
  await andSettle(page, () => size('20x24'));
  await expect.poll(() => text('[data-test=model-facts] dd')).toBe('24 × 20 × 1');
  await page.waitForFunction(() =>
    document.querySelector('[data-test=command]')?.textContent?.includes('--output-name aux --size 20x24 --out'),
  );
  expect(await text('[data-test=read]')).not.toBe(read);
});

test('nothing is read by an own network, first or second, before it is known how pixels become numbers; digits are a click away', async () => {
  const bare = { name: 'bare.onnx', type: '', bytes: await modelFile('digits-naive.onnx') };
  await fresh('#model=digits-naive');
  await giveFiles(page, 'drop', [bare]);
  await page.waitForSelector('[data-preset=tf] .preset-answers');
  expect(await text('[data-test=read]')).toBe('–');
  // Of the digits those of the study are offered, without what an assumption would read in them.
  await chooseSegment(page, 'digits');
  expect(await count('.strip-group')).toBe(1);
  expect(await count('.thumb b')).toBe(0);
  await choosePixels();
  expect(await count('.strip-group')).toBe(3);
  expect(await text('[data-test=read]')).not.toBe('–');
  // The second network is asked in the same way.
  const folder = await mkdtemp(join(tmpdir(), 'pathlight-second-'));
  await writeFile(join(folder, 'second.onnx'), bare.bytes);
  const input = await page.waitForSelector('#versus input[type=file]');
  await (input as ElementHandle<HTMLInputElement>).uploadFile(join(folder, 'second.onnx'));
  await page.waitForSelector('[data-second-preset=zero-one] input');
  expect(await count('[data-test=versus-verdict]')).toBe(0);
  await page.locator('[data-second-preset=zero-one] input').click();
  await page.waitForSelector('[data-test=versus-verdict]');
  expect(await data('[data-test=versus-second]', 'class')).toBe(await data('[data-test=read]', 'class'));
  await rm(folder, { recursive: true });
  // A network that takes no digits has a button to one that does.
  await andSettle(page, () => chooseOption(page, 'Network', 'scenes'));
  await chooseSegment(page, 'digits');
  await andSettle(page, () => page.locator('[data-test=open-digits]').click());
  expect(await inAddress('digit')).not.toBeNull();
  // What is hidden is hidden, also where it comes later.
  await fresh('#source=picture&hide=kept,camera');
  await giveFiles(page, 'drop', [{ name: 'five.png', type: 'image/png', bytes: await modelFile('study/5-read-as-1.png') }]);
  await page.waitForSelector('[data-test=keep-picture]');
  await page.waitForSelector('[data-test=camera]');
  await rendered(page);
  expect(await page.$eval('[data-test=kept]', (part) => part.getClientRects().length)).toBe(0);
  expect(await page.$eval('[data-test=camera]', (part) => part.getClientRects().length)).toBe(0);
  await quiet();
});
