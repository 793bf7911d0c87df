import { heatmap, type Picture } from '../../../src/index.js';
import type { RepairAnswer } from '../../engine/contract/edits.js';
import type { PathAnswer } from '../../engine/contract/maps.js';
import { present } from '../../lib/present.js';
import { blendPictures, mixPictures } from '../lib/pixels.js';
import type { Frame } from './encode.js';

/** Milliseconds that all frames of an animation take together, and that the last one stays. */
const LENGTH = 4000;
const REST = 2000;
/** GIF counts in hundredths of a second, and browsers slow down what is faster than two. */
const SHORTEST = 20;
/** The most frames of an animation. */
const MOST = 64;

/**
 * The integral being made: at every alpha the picture, the gradient times the difference, and what was added up so far, side by side.
 * @param scale the |value| that has the strongest colour in what is added up.
 */
export function pathFrames({ alphas, from, to, gradients, cumulative, scale: steepest }: PathAnswer, scale: number): Frame[] {
  const { width, height } = from;
  const size = width * height;
  return timed(
    Array.from(alphas, (alpha, at) => {
      const map = (values: Float32Array, strongest: number) =>
        heatmap(values.subarray(at * size, (at + 1) * size), width, height, { scale: strongest, factor: 1 });
      return sideBySide([mixPictures(from, to, alpha), map(gradients, steepest), map(cumulative, scale)]);
    }),
  );
}

/** The picture, then its edit flip by flip, in the order in which they were found. */
export function flipFrames({ repair: { order }, before, after }: Pick<RepairAnswer, 'repair' | 'before' | 'after'>): Frame[] {
  const each = Math.ceil(order.length / MOST) || 1;
  const marks = new Uint8Array(before.width * before.height);
  const pictures: Picture[] = [before];
  order.forEach((pixel, i) => {
    marks[pixel] = 1;
    if ((i + 1) % each === 0 || i + 1 === order.length) pictures.push(blendPictures(before, after, marks));
  });
  return timed(pictures);
}

function timed(pictures: readonly Picture[]): Frame[] {
  const delay = Math.max(SHORTEST, Math.min(1000, Math.round(LENGTH / pictures.length / 10) * 10));
  return pictures.map((picture, i) => ({ picture, delay: i === pictures.length - 1 ? REST : delay }));
}

/** Pictures of the same size in a row, a white pixel between them. */
function sideBySide(pictures: readonly Picture[]): Picture {
  const { width, height } = present(pictures[0], 'the first picture');
  const wide = pictures.length * (width + 1) - 1;
  const data = new Uint8Array(wide * height * 4).fill(255);
  pictures.forEach(({ channels, data: samples }, place) => {
    for (let i = 0; i < width * height; i++) {
      const to = (Math.floor(i / width) * wide + place * (width + 1) + (i % width)) * 4;
      for (let c = 0; c < 3; c++) data[to + c] = present(samples[i * channels + (channels < 3 ? 0 : c)], `sample ${i}`);
    }
  });
  return { width: wide, height, channels: 4, data };
}
