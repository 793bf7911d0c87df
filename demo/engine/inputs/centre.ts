import { resize } from '../../../src/app.js';
import type { Picture } from '../../../src/index.js';
import { present } from '../../lib/present.js';

/** Sides of an MNIST digit, and of the box that its strokes fill. */
const SIDE = 28;
const BOX = 20;
/**
 * Pixels fainter than this share of the strongest one count as paper. This only matters for photographs: the paper of drawings is clean. Of 19 photographs
 * with noise and light from one side, by three pens and three inks, two had specks of 0.2 in their box, and none of 0.25 or 0.3; all 19 are read right then.
 */
const FAINT = 0.25;
/** The longest side of a photograph of which strokes are taken: 16 pixels for each of a digit's. */
const LARGEST = 16 * SIDE;
/** In so many parts by so many the paper is asked how bright it is: a stroke is narrower than three of them. */
const PARTS = 16;

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
  const brightest = digit.data.reduce((most, grey) => Math.max(most, grey), 1);
  const left = Math.min(SIDE - digit.width, Math.max(0, Math.round(SIDE / 2 - x)));
  const top = Math.min(SIDE - digit.height, Math.max(0, Math.round(SIDE / 2 - y)));
  for (let row = 0; row < digit.height; row++) {
    const line = digit.data.subarray(row * digit.width, (row + 1) * digit.width);
    // Thin strokes become grey as they are resized; those of MNIST are white.
    data.set(
      line.map((grey) => Math.round((255 * grey) / brightest)),
      (top + row) * SIDE + left,
    );
  }
  return { width: SIDE, height: SIDE, channels: 1, data };
}

/**
 * Turns dark or bright strokes into white ones on black. The median of the outermost pixels says which of the two is paper. Paper is seldom lit evenly, so
 * what is paper is asked part by part, and the strongest stroke becomes white whatever the pen. Pictures that need neither stay as they are.
 */
export function strokesOf(picture: Picture): Picture {
  const { width, height, data } = reduced(picture);
  const ring = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    ring.push(...row.subarray(0, 1), ...row.subarray(-1));
  }
  const isDark = present(ring.sort((a, b) => a - b)[ring.length >> 1], 'a pixel at the edge') > 127;
  const bright: Picture = { width, height, channels: 1, data: isDark ? data.map((grey) => 255 - grey) : data };
  const paper = paperOf(bright);
  const above = bright.data.map((grey, i) => Math.max(0, grey - present(paper.data[i], 'the paper below a pixel')));
  const most = above.reduce((one, other) => Math.max(one, other), 1);
  return { width, height, channels: 1, data: above.map((ink) => (ink <= FAINT * most ? 0 : Math.round((255 * ink) / most))) };
}

/** Photographs have more pixels than a digit needs, and noise in each: fewer are means of many. */
function reduced(picture: Picture): Picture {
  const scale = LARGEST / Math.max(picture.width, picture.height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return scale >= 1 ? picture : resize(picture, side(picture.width), side(picture.height));
}

/**
 * How bright the paper is, everywhere. In each part of the picture the darker fifth of the pixels is paper, unless a stroke covers it all: then the darkest
 * part beside it is.
 */
function paperOf({ width, height, data }: Picture): Picture {
  const [columns, rows] = [Math.min(width, PARTS), Math.min(height, PARTS)];
  const fifths = Uint8Array.from({ length: columns * rows }, (_, part) => {
    const [x, y] = [part % columns, Math.floor(part / columns)];
    const [left, right] = [Math.floor((x * width) / columns), Math.floor(((x + 1) * width) / columns)];
    const [top, bottom] = [Math.floor((y * height) / rows), Math.floor(((y + 1) * height) / rows)];
    const inside: number[] = [];
    for (let row = top; row < bottom; row++) inside.push(...data.subarray(row * width + left, row * width + right));
    return present(inside.sort((a, b) => a - b)[Math.floor(inside.length / 5)], 'a pixel of a part');
  });
  // Where light falls off to one side, the darkest neighbour is darker than the part itself. The brightest of the darkest is not.
  const darkest = overNeighbours(fifths, columns, Math.min);
  const paper = overNeighbours(darkest, columns, Math.max);
  return resize({ width: columns, height: rows, channels: 1, data: paper }, width, height);
}

/** For each part the choice among itself and the parts around it. */
function overNeighbours(parts: Uint8Array, columns: number, choose: (...values: number[]) => number): Uint8Array {
  const rows = parts.length / columns;
  return parts.map((_, part) => {
    const [x, y] = [part % columns, Math.floor(part / columns)];
    const around: number[] = [];
    for (let row = Math.max(0, y - 1); row <= Math.min(rows - 1, y + 1); row++) {
      around.push(...parts.subarray(row * columns + Math.max(0, x - 1), row * columns + Math.min(columns, x + 2)));
    }
    return choose(...around);
  });
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
