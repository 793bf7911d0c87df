import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { blank, enlarge, fill, place, write } from '../src/figures/canvas.js';
import type { Colour } from '../src/figures/colormap.js';
import { scaleOf } from '../src/figures/figures.js';
import {
  type AttributeOptions,
  attribute,
  createSession,
  heatmap,
  METHODS,
  type Method,
  type Picture,
  pixelLayout,
  sumChannels,
} from '../src/index.js';
import { encodePng, readInput } from '../src/node/index.js';

/** Methods for convolutions and for attention, which the shipped networks of dense layers do not have, and AttnLRP, which is LRP in them. */
const OF_LAYERS: readonly Method[] = [
  'attn-lrp',
  'gradient-x-attention',
  'legrad',
  'rollout',
  'grad-cam',
  'grad-cam++',
  'hires-cam',
  'layer-cam',
  'eigen-cam',
  'score-cam',
  'activation-x-gradient',
  'layer-ig',
  'conductance',
];

/** The 7 of the study, which its network reads as 1, and the other digits of the study as a set of baselines. */
const DIGIT = { file: '7-read-as-1.png', is: 7, against: 1 };
const OTHERS = ['2-read-as-1.png', '5-read-as-1.png', '6-read-as-0.png', '8-read-as-1.png'];

const [COLUMNS, FACTOR, GAP, CAPTION] = [6, 4, 12, 16] as const;
const PANEL = 28 * FACTOR;
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [34, 36, 41];
const FRAME: Colour = [204, 207, 212];

/** `npm run docs:pictures`: draws docs/methods.png, what speaks for 7 and against 1 by every method that the shipped network takes. */
export async function main(): Promise<void> {
  const session = await createSession(readFileSync(pathOf('models/digits.onnx')));
  const { preprocessing } = session;
  const read = (name: string) => readInput(pathOf(`models/study/${name}`), preprocessing);
  const digit = await read(DIGIT.file);
  const baselines = await Promise.all(OTHERS.map(async (name) => (await read(name)).data));
  const shown: readonly (readonly [caption: string, options: AttributeOptions])[] = [
    ...METHODS.filter((method) => !OF_LAYERS.includes(method)).map((method) => [method, { method }] as const),
    ...(['white', 'blur', 'opposite'] as const).map((baseline) => [`ig, ${baseline}`, { baseline }] as const),
    ['saliency, smooth', { method: 'saliency', smooth: 50 }],
  ];
  const panels: [caption: string, picture: Picture][] = [['the digit', digit.picture]];
  for (const [caption, options] of shown) {
    const [{ values }] = await attribute(session, digit.data, {
      target: DIGIT.is,
      contrast: DIGIT.against,
      baselines,
      patch: 2,
      ...options,
    });
    const map = sumChannels(values, pixelLayout(preprocessing));
    panels.push([caption, heatmap(map, 28, 28, { scale: scaleOf(map).scale, factor: 1 })]);
  }
  await session.destroy();
  const rows = Math.ceil(panels.length / COLUMNS);
  const sheet = blank(GAP + COLUMNS * (PANEL + GAP), GAP + rows * (PANEL + CAPTION + GAP), PAPER);
  for (const [index, [caption, picture]] of panels.entries()) {
    const left = GAP + (index % COLUMNS) * (PANEL + GAP);
    const top = GAP + Math.floor(index / COLUMNS) * (PANEL + CAPTION + GAP);
    fill(sheet, left - 1, top - 1, PANEL + 2, PANEL + 2, FRAME);
    place(sheet, enlarge(picture, FACTOR), left, top);
    write(sheet, caption, left, top + PANEL + 5, { colour: INK, scale: 1 });
  }
  writeFileSync(pathOf('docs/methods.png'), await encodePng(sheet));
}

const pathOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
