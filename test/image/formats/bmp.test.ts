import { describe, expect, test } from 'vitest';
import { decodeBmp } from '../../../src/image/formats/bmp.js';

// The pixels of each file are what Pillow 13.0 reads, except where a comment says that Pillow refuses it: there they follow the specification.

interface Bmp {
  readonly width?: number;
  readonly height?: number;
  readonly bits: number;
  readonly compression?: number;
  /** Bytes of the second header. */
  readonly header?: number;
  /** Entries of blue, green, red, and 0 unless the header is that of OS/2. */
  readonly palette?: readonly number[];
  /** Of red, green, blue and, if there is one, alpha. */
  readonly masks?: readonly number[];
  readonly pixels: readonly number[];
}

/** A BMP file, 5 pixels wide and 2 high. */
function bmpFile({ width = 5, height = 2, bits, compression = 0, header = 40, palette = [], masks = [], pixels }: Bmp): Uint8Array {
  const inside = header >= 56 ? 0 : masks.length * 4;
  const offset = 14 + header + inside + palette.length;
  const file = new Uint8Array(offset + pixels.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, offset, true);
  view.setUint32(14, header, true);
  if (header === 12) {
    for (const [i, value] of [width, height, 1, bits].entries()) view.setUint16(18 + 2 * i, value, true);
  } else {
    view.setInt32(18, width, true);
    view.setInt32(22, height, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, bits, true);
    view.setUint32(30, compression, true);
    if (palette.length > 0) view.setUint32(46, palette.length / 4, true);
    for (const [i, mask] of masks.entries()) view.setUint32(54 + 4 * i, mask, true);
  }
  file.set(palette, offset - palette.length);
  file.set(pixels, offset);
  return file;
}

const decode = (bmp: Bmp) => {
  const { width, height, channels, data } = decodeBmp(bmpFile(bmp), 'a.bmp');
  return { size: [width, height, channels], data: [...data] };
};

/** Red, orange, a grey, blue: as blue, green, red, 0. */
const FOUR = [0, 0, 255, 0, 10, 128, 250, 0, 77, 77, 77, 0, 200, 1, 2, 0];
const [RED, ORANGE, GREY, BLUE] = [
  [255, 0, 0],
  [250, 128, 10],
  [77, 77, 77],
  [2, 1, 200],
] as const;

describe('palettes', () => {
  test.each<[string, Bmp, readonly (readonly number[])[]]>([
    [
      '8 bits',
      { bits: 8, palette: FOUR, pixels: [0, 1, 2, 3, 0, 9, 9, 9, 3, 2, 1, 0, 3, 9, 9, 9] },
      [BLUE, GREY, ORANGE, RED, BLUE, RED, ORANGE, GREY, BLUE, RED],
    ],
    [
      '4 bits',
      { bits: 4, palette: FOUR, pixels: [0x01, 0x23, 0x0f, 0, 0x32, 0x10, 0x30, 0] },
      [BLUE, GREY, ORANGE, RED, BLUE, RED, ORANGE, GREY, BLUE, RED],
    ],
    // Pillow refuses 2 bits.
    [
      '2 bits',
      { bits: 2, palette: FOUR, pixels: [0b00011011, 0, 0, 0, 0b11100100, 0b11000000, 0, 0] },
      [BLUE, GREY, ORANGE, RED, BLUE, RED, ORANGE, GREY, BLUE, RED],
    ],
    [
      '1 bit',
      { bits: 1, palette: FOUR.slice(0, 8), pixels: [0b01011000, 0, 0, 0, 0b10100000, 0, 0, 0] },
      [ORANGE, RED, ORANGE, RED, RED, RED, ORANGE, RED, ORANGE, ORANGE],
    ],
    [
      'rows from top to bottom',
      { bits: 8, height: -2, palette: FOUR, pixels: [0, 1, 2, 3, 0, 9, 9, 9, 3, 2, 1, 0, 3, 9, 9, 9] },
      [RED, ORANGE, GREY, BLUE, RED, BLUE, GREY, ORANGE, RED, BLUE],
    ],
    [
      'the header of OS/2, with 3 bytes a colour',
      { bits: 1, header: 12, palette: [0, 0, 255, 10, 128, 250], pixels: [0b01011000, 0, 0, 0, 0b10100000, 0, 0, 0] },
      [ORANGE, RED, ORANGE, RED, RED, RED, ORANGE, RED, ORANGE, ORANGE],
    ],
  ])('%s', (_, bmp, colours) => {
    expect(decode(bmp)).toEqual({ size: [5, 2, 3], data: colours.flat() });
  });

  test('without colours the picture is grey; an index beyond the palette is black', () => {
    const palette = [200, 200, 200, 0, 100, 100, 100, 0];
    expect(decode({ bits: 8, palette, pixels: [0, 1, 0, 1, 7, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0] })).toEqual({
      size: [5, 2, 1],
      data: [100, 100, 100, 100, 100, 200, 100, 200, 100, 0],
    });
  });

  test('a file as Pillow writes a grey picture has a palette of 256 greys', () => {
    const palette = Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 0 : i >> 2));
    expect(decode({ bits: 8, palette, pixels: [1, 2, 3, 4, 5, 0, 0, 0, 250, 251, 252, 253, 254, 0, 0, 0] })).toEqual({
      size: [5, 2, 1],
      data: [250, 251, 252, 253, 254, 1, 2, 3, 4, 5],
    });
  });
});

describe('runs', () => {
  // Pixels that are left out have the index 0. Pillow refuses the second file.
  test.each<[string, Bmp, readonly (readonly number[])[]]>([
    [
      'RLE8: runs and single pixels',
      { bits: 8, compression: 1, palette: FOUR, pixels: [3, 1, 2, 3, 0, 0, 0, 5, 0, 1, 2, 3, 1, 0, 0, 1] },
      [RED, ORANGE, GREY, BLUE, ORANGE, ORANGE, ORANGE, ORANGE, BLUE, BLUE],
    ],
    [
      'RLE8: single pixels fill whole words',
      { bits: 8, compression: 1, palette: FOUR, pixels: [0, 5, 0, 1, 2, 3, 1, 9, 0, 0, 3, 1, 2, 3, 0, 1] },
      [ORANGE, ORANGE, ORANGE, BLUE, BLUE, RED, ORANGE, GREY, BLUE, ORANGE],
    ],
    [
      'RLE4: single pixels fill whole words',
      { bits: 4, compression: 2, palette: FOUR, pixels: [0, 5, 0x01, 0x23, 0x10, 9, 0, 0, 5, 0x13, 0, 1] },
      [ORANGE, BLUE, ORANGE, BLUE, ORANGE, RED, ORANGE, GREY, BLUE, ORANGE],
    ],
    [
      'RLE8: a row that ends early, and a jump',
      { bits: 8, compression: 1, palette: FOUR, pixels: [2, 1, 0, 0, 0, 2, 3, 0, 1, 2, 0, 1] },
      [RED, RED, RED, GREY, RED, ORANGE, ORANGE, RED, RED, RED],
    ],
    [
      'RLE8: a run beyond its row',
      { bits: 8, compression: 1, palette: FOUR, pixels: [9, 1, 0, 0, 5, 2, 0, 1] },
      [GREY, GREY, GREY, GREY, GREY, ORANGE, ORANGE, ORANGE, ORANGE, ORANGE],
    ],
    [
      'RLE4: alternating runs and single pixels',
      { bits: 4, compression: 2, palette: FOUR, pixels: [5, 0x13, 0, 0, 0, 5, 0x01, 0x23, 0x10, 0, 0, 1] },
      [RED, ORANGE, GREY, BLUE, ORANGE, ORANGE, BLUE, ORANGE, BLUE, ORANGE],
    ],
    [
      'RLE8 without its end',
      { bits: 8, compression: 1, palette: FOUR, pixels: [5, 1, 0, 0, 5, 2] },
      [GREY, GREY, GREY, GREY, GREY, ORANGE, ORANGE, ORANGE, ORANGE, ORANGE],
    ],
  ])('%s', (_, bmp, colours) => {
    expect(decode(bmp)).toEqual({ size: [5, 2, 3], data: colours.flat() });
  });
});

describe('colours', () => {
  const words16 = (...words: number[]) => words.flatMap((word) => [word & 255, word >> 8]);
  const two = { width: 2, height: 1 };

  test('16 bits: 5 a channel, and by masks 6 for green', () => {
    // Pillow: value * 255 / 31 and value * 255 / 63, rounded down.
    expect(decode({ ...two, bits: 16, pixels: words16((1 << 10) | (17 << 5) | 30, 0xffff) }).data).toEqual([8, 139, 246, 255, 255, 255]);
    const masks = [0xf800, 0x07e0, 0x001f];
    expect(decode({ ...two, bits: 16, compression: 3, masks, pixels: words16((1 << 11) | (34 << 5) | 30, 0) }).data).toEqual([
      8, 137, 246, 0, 0, 0,
    ]);
  });

  test('24 bits, rows of whole words', () => {
    expect(decode({ width: 1, height: 2, bits: 24, pixels: [1, 2, 3, 0, 4, 5, 6, 0] })).toEqual({
      size: [1, 2, 3],
      data: [6, 5, 4, 3, 2, 1],
    });
  });

  test('32 bits: the fourth byte is alpha only where a mask says so, and where it is not 0 everywhere', () => {
    const pixels = [1, 2, 3, 128, 4, 5, 6, 0];
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    expect(decode({ ...two, bits: 32, pixels })).toEqual({ size: [2, 1, 3], data: [3, 2, 1, 6, 5, 4] });
    expect(decode({ ...two, bits: 32, compression: 3, masks: masks.slice(0, 3), pixels }).size).toEqual([2, 1, 3]);
    expect(decode({ ...two, bits: 32, compression: 3, header: 124, masks, pixels })).toEqual({
      size: [2, 1, 4],
      data: [3, 2, 1, 128, 6, 5, 4, 0],
    });
    // Pillow keeps a picture that cannot be seen.
    expect(decode({ ...two, bits: 32, compression: 3, header: 124, masks, pixels: [1, 2, 3, 0, 4, 5, 6, 0] })).toEqual({
      size: [2, 1, 3],
      data: [3, 2, 1, 6, 5, 4],
    });
  });

  test('32 bits with other masks, which Pillow refuses', () => {
    const masks = [0xff, 0xff00, 0xff0000];
    expect(decode({ ...two, bits: 32, compression: 3, masks, pixels: [1, 2, 3, 9, 4, 5, 6, 9] }).data).toEqual([1, 2, 3, 4, 5, 6]);
    // 10 bits a channel, the upper two unused: 1023 is white.
    const deep = [0x3ff00000, 0xffc00, 0x3ff];
    const word = [0xff, 0x03, 0xf0, 0x3f];
    expect(decode({ ...two, bits: 32, compression: 3, masks: deep, pixels: [...word, 0, 0, 0, 0] }).data).toEqual([255, 0, 255, 0, 0, 0]);
  });
});

describe('refused in one line', () => {
  test.each<[string, Bmp, string]>([
    ['a truncated file', { bits: 24, pixels: [1, 2, 3] }, 'a.bmp: a bmp of 57 bytes is truncated (an intact bmp)'],
    [
      'truncated runs',
      { bits: 8, compression: 1, palette: FOUR, pixels: [5, 1, 0] },
      'a.bmp: a bmp of 73 bytes is truncated (an intact bmp)',
    ],
    ['a jpeg inside', { bits: 0, compression: 4, pixels: [] }, 'a.bmp: a bmp of 0 bits with compression 4 (a palette, 16, 24 or 32 bits'],
    ['runs of 24 bits', { bits: 24, compression: 4, pixels: [] }, 'a bmp of 24 bits with compression 4'],
    ['runs of another depth', { bits: 4, compression: 1, palette: FOUR, pixels: [0, 1] }, 'a bmp of 4 bits with compression 1'],
    ['64 bits', { bits: 64, pixels: [] }, 'a bmp of 64 bits'],
    [
      'two billion rows of nothing',
      { bits: 8, width: 0, height: 2e9, palette: FOUR, pixels: [0] },
      'a.bmp: 0x2000000000 has no pixels (at least 1x1)',
    ],
    ['a width below 0', { bits: 8, width: -5, palette: FOUR, pixels: [0] }, 'a.bmp: -5x2 has no pixels'],
    ['no palette', { bits: 8, pixels: [] }, 'a bmp of 8 bits'],
  ])('%s', (_, bmp, message) => {
    expect(() => decode(bmp)).toThrow(expect.objectContaining({ name: 'PathlightError', message: expect.stringContaining(message) }));
  });

  test('half a header', () => {
    const file = bmpFile({ bits: 24, pixels: [] });
    for (const length of [2, 17, 25, 33])
      expect(() => decodeBmp(file.subarray(0, length), null)).toThrow(`the picture: a bmp of ${length} bytes is truncated`);
  });
});
