import type { DigitNetwork } from '../../lib/shipped.js';

/** One of MNIST's test digits. */
export interface StripDigit {
  /** The index in MNIST's test set, from 0. */
  readonly index: number;
  readonly truth: number;
  /** Whether it is one of the five digits of `pathlight study`. */
  readonly study: boolean;
  /** The class that each shipped reader of digits reads. */
  readonly read: Readonly<Record<DigitNetwork, number>>;
  /** [28][28], 0 to 255. */
  readonly pixels: Uint8Array;
}

export type DigitStrip = readonly StripDigit[];

/** Pixels of a digit. */
const SIZE = 784;

/**
 * Writes the strip as one file: the length of a JSON text as a uint32 (little-endian), the text, which lists the digits, and then the pixels of all
 * digits.
 */
export function writeStrip(strip: DigitStrip): Uint8Array {
  const list = new TextEncoder().encode(JSON.stringify(strip.map(({ pixels, ...digit }) => digit)));
  const file = new Uint8Array(4 + list.length + SIZE * strip.length);
  new DataView(file.buffer).setUint32(0, list.length, true);
  file.set(list, 4);
  strip.forEach(({ pixels }, i) => {
    file.set(pixels, 4 + list.length + SIZE * i);
  });
  return file;
}

/** Reads what `writeStrip` wrote. */
export function readStrip(file: Uint8Array): DigitStrip {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const list: Omit<StripDigit, 'pixels'>[] = JSON.parse(new TextDecoder().decode(file.subarray(4, 4 + length)));
  return list.map((digit, i) => ({ ...digit, pixels: file.slice(4 + length + SIZE * i, 4 + length + SIZE * (i + 1)) }));
}
