import { pngOf } from '../../src/app.js';
import { heatmap, type Picture } from '../../src/index.js';
import { SIDE, type StoryDigit } from '../lib/story.js';
import { editedPicture, pictureOf, valuesOf } from '../ui/lib/story.js';

/** The size that sites show links at, in pixels, and that of a pixel of a digit in it. */
export const WIDTH = 1200;
export const HEIGHT = 630;
const PIXEL = 12;
const GAP = (WIDTH - 3 * SIDE * PIXEL) / 4;
const TOP = (HEIGHT - SIDE * PIXEL) / 2;
const PAPER = [246, 245, 241] as const;

/** The picture that other sites show beside a link to the page: the misread digit, the map of why, and the digit after its edit. */
export function previewFile(told: StoryDigit): Uint8Array {
  const read = pictureOf(told);
  const panels: Picture[] = [
    read,
    heatmap(valuesOf(told.contrast), SIDE, SIDE, { scale: told.contrast.scale, factor: 1 }),
    editedPicture(read, told.study),
  ];
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < WIDTH * HEIGHT; i++) data.set(PAPER, i * 3);
  panels.forEach((panel, place) => {
    const left = Math.round(GAP + place * (SIDE * PIXEL + GAP));
    for (let y = 0; y < SIDE * PIXEL; y++) {
      for (let x = 0; x < SIDE * PIXEL; x++) {
        const from = (Math.floor(y / PIXEL) * SIDE + Math.floor(x / PIXEL)) * panel.channels;
        const colour = panel.channels < 3 ? new Uint8Array(3).fill(panel.data[from] ?? 0) : panel.data.subarray(from, from + 3);
        data.set(colour, ((TOP + y) * WIDTH + left + x) * 3);
      }
    }
  });
  return pngOf({ width: WIDTH, height: HEIGHT, channels: 3, data });
}
