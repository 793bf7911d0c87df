import { unzlibSync } from 'fflate';
import type { Picture } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import { orientationOf, turn } from './orientation.js';

/**
 * Decodes PNG files of 16 bits a sample (ISO/IEC 15948), rounded to 8 bits and turned as in Node. Browsers give 8 bits of each sample, and not all of them
 * the same. Returns undefined for all other files. Throws for files that are broken; what is thrown is for developers.
 */
export function decodeDeepPng(file: Uint8Array): Picture | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 29 || view.getUint8(24) !== 16) return undefined;
  const [width, height, colourType, interlaced] = [view.getUint32(16), view.getUint32(20), view.getUint8(25), view.getUint8(28) === 1];
  const channels = present(CHANNELS.get(colourType), `colour type ${colourType}`);
  const packed: Uint8Array[] = [];
  let clear: readonly number[] | undefined;
  let orientation = 1;
  for (let at = 8; at + 12 <= file.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const [start, length] = [at + 8, view.getUint32(at)];
    if (type === 'IDAT') packed.push(file.subarray(start, start + length));
    if (type === 'tRNS') clear = Array.from({ length: Math.min(channels, length / 2) }, (_, c) => view.getUint16(start + 2 * c));
    if (type === 'eXIf') orientation = orientationOf(file.subarray(start, start + length));
    if (type === 'IEND') break;
  }
  const rows = unzlibSync(concatenate(packed));
  const samples = new Uint16Array(width * height * channels);
  let at = 0;
  for (const [left, top, right, down] of interlaced ? ADAM7 : WHOLE) {
    const [columns, lines] = [Math.ceil((width - left) / right), Math.ceil((height - top) / down)];
    if (columns <= 0 || lines <= 0) continue;
    const stride = columns * channels * 2;
    let above = new Uint8Array(stride);
    for (let line = 0; line < lines; line++, at += stride + 1) {
      const row = rows.subarray(at + 1, at + 1 + stride);
      if (row.length < stride) throw new Error('too few rows');
      unfilter(present(rows[at], 'a filter'), row, above, channels * 2);
      above = row;
      for (let i = 0; i < columns * channels; i++) {
        const pixel = (top + line * down) * width + left + Math.floor(i / channels) * right;
        samples[pixel * channels + (i % channels)] = ((row[2 * i] ?? 0) << 8) | (row[2 * i + 1] ?? 0);
      }
    }
  }
  return turn(toPicture({ width, height, channels, samples, clear }), orientation);
}

/** Samples of a pixel by colour type: grey, colour, grey with alpha, colour with alpha. */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);
/** The first column and row of a pass, and the steps to the next ones. */
const WHOLE = [[0, 0, 1, 1]] as const;
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Adds to each byte of a row what its filter predicts from the bytes to the left, above, and above to the left. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = row[i - distance] ?? 0;
    const up = above[i] ?? 0;
    const predicted = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, i < distance ? 0 : (above[i - distance] ?? 0)) : 0][
      filter
    ];
    row[i] = (row[i] ?? 0) + present(predicted, `filter ${filter}`);
  }
}

/** The neighbour that is nearest to left + up - corner; in a tie left comes before up. */
function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly samples: Uint16Array;
  /** The one colour that is transparent. */
  readonly clear: readonly number[] | undefined;
}

function toPicture({ width, height, channels, samples, clear }: Samples): Picture {
  const rounded = Uint8Array.from(samples, (sample) => Math.round(sample / 257));
  if (clear === undefined && channels !== 2) return { width, height, channels: channels === 1 ? 1 : channels === 3 ? 3 : 4, data: rounded };
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    const isClear = clear?.every((sample, c) => sample === samples[at + c]);
    for (let c = 0; c < 3; c++) data[pixel * 4 + c] = rounded[at + (channels < 3 ? 0 : c)] ?? 0;
    data[pixel * 4 + 3] = clear === undefined ? (rounded[at + 1] ?? 0) : isClear ? 0 : 255;
  }
  return { width, height, channels: 4, data };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
