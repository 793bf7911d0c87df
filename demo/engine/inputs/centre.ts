import { resize } from '../../../src/app.js';
import type { Picture } from '../../../src/index.js';
import { present } from '../../lib/present.js';

/** Sides of an MNIST digit, and of the box that its strokes fill. */
const SIDE = 28;
const BOX = 20;
/** Pixels fainter than this share of the strongest one count as paper. This only matters for photographs: the paper of drawings is clean. */
const FAINT = 0.1;

/**
 * Brings strokes into the form of MNIST's digits. The smallest box around them is resized, its aspect kept, until its longer side has 20 pixels. The box is
 * then moved by whole pixels until the centre of mass of the strokes is at the centre of 28x28 pixels, or until the box touches the border. Source: LeCun,
 * Cortes, Burges, The MNIST database of handwritten digits ("size normalized to fit in a 20x20 pixel box", "centered by computing the center of mass").
 *
 * @param strokes [height][width] grey, white on black. A blank picture stays blank.
 */
export function centreDigit(strokes: Picture): Picture {
  const box = boundingBox(strokes);
  const data = new Uint8Array(SIDE * SIDE);
  if (box === undefined) return { width: SIDE, height: SIDE, channels: 1, data };
  const scale = BOX / Math.max(box.width, box.height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const digit = resize(box, side(box.width), side(box.height));
  const { x, y } = centreOfMass(digit);
  const left = Math.min(SIDE - digit.width, Math.max(0, Math.round(SIDE / 2 - x)));
  const top = Math.min(SIDE - digit.height, Math.max(0, Math.round(SIDE / 2 - y)));
  for (let row = 0; row < digit.height; row++) {
    data.set(digit.data.subarray(row * digit.width, (row + 1) * digit.width), (top + row) * SIDE + left);
  }
  return { width: SIDE, height: SIDE, channels: 1, data };
}

/** Turns dark or bright strokes into white ones on black. The median of the outermost pixels is the paper, and becomes black. */
export function strokesOf({ width, height, data }: Picture): Picture {
  const ring = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    ring.push(...row.subarray(0, 1), ...row.subarray(-1));
  }
  const paper = present(ring.sort((a, b) => a - b)[ring.length >> 1], 'a pixel at the edge');
  const [from, to] = paper > 127 ? [paper, 0] : [paper, 255];
  const strokes = Uint8Array.from(data, (grey) => Math.round(255 * Math.min(1, Math.max(0, (grey - from) / (to - from)))));
  return { width, height, channels: 1, data: strokes };
}

/** The smallest box around everything that is not paper; undefined if the picture is blank. */
function boundingBox({ width, height, data }: Picture): Picture | undefined {
  const threshold = FAINT * data.reduce((most, grey) => Math.max(most, grey), 0);
  let [left, top, right, bottom] = [width, height, -1, -1];
  data.forEach((grey, i) => {
    if (grey <= threshold) return;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  if (right < 0) return undefined;
  const box = { width: right - left + 1, height: bottom - top + 1 };
  const rows = Array.from({ length: box.height }, (_, y) => data.subarray((top + y) * width + left, (top + y) * width + left + box.width));
  const part = new Uint8Array(box.width * box.height);
  rows.forEach((row, y) => {
    part.set(row, y * box.width);
  });
  return { ...box, channels: 1, data: part };
}

/** The centre of mass in pixels from the upper left corner. The middle of the first pixel is at 1/2. */
function centreOfMass({ width, data }: Picture): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  data.forEach((grey, i) => {
    mass += grey;
    x += grey * ((i % width) + 0.5);
    y += grey * (Math.floor(i / width) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}
