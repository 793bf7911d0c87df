import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeDeepPng } from '../../../../demo/engine/inputs/deep_png.js';
import { decodePicture } from '../../../../src/node/index.js';
import { withChunk } from '../../../support/png_chunks.js';

// The page's decoder beside Node's.

const samples = (count: number) => Uint16Array.from({ length: count }, (_, i) => (i * 7919 + ((i * i) >> 2)) & 0xffff);
const deep = (channels: 1 | 2 | 3 | 4) =>
  sharp(samples(19 * 13 * channels), { raw: { width: 19, height: 13, channels } }).toColourspace(channels < 3 ? 'grey16' : 'rgb16');

test.each(([1, 2, 3, 4] as const).flatMap((channels) => [false, true].map((progressive) => [channels, progressive] as const)))(
  '%i channels, interlaced: %s',
  async (channels, progressive) => {
    const file = await deep(channels).png({ progressive, adaptiveFiltering: true }).toBuffer();
    expect(file[24]).toBe(16);
    expect(decodeDeepPng(file)).toEqual((await decodePicture(file)).picture);
  },
);

test('one transparent colour, and a turn', async () => {
  const grey = await sharp(samples(12).fill(300, 3, 5), { raw: { width: 4, height: 3, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
  const clear = withChunk(grey, 'tRNS', [300 >> 8, 300 & 255]);
  expect(decodeDeepPng(clear)).toEqual((await decodePicture(clear)).picture);
  const colour = await deep(3).withMetadata({ orientation: 6 }).png().toBuffer();
  expect(decodeDeepPng(colour)).toEqual((await decodePicture(colour)).picture);
});

test('8 bits are left to the browser', async () => {
  expect(
    decodeDeepPng(
      await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123' } })
        .png()
        .toBuffer(),
    ),
  ).toBeUndefined();
});

test('a truncated file is not decoded', async () => {
  const file = await deep(3).png().toBuffer();
  expect(() => decodeDeepPng(file.subarray(0, file.length / 2))).toThrow();
});
