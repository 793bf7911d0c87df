import sharp from 'sharp';
import { expect, test } from 'vitest';
import { hideWebpOrientation, turn } from '../../../../demo/engine/inputs/orientation.js';
import { decodePicture } from '../../../../src/node/index.js';

const data = Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => (i * 37) & 255);
const stored = () => sharp(data, { raw: { width: 5, height: 3, channels: 3 } });
const webp = (orientation: number) => stored().withMetadata({ orientation }).webp({ lossless: true }).toBuffer();

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a WebP of orientation %i is turned as in Node, and no reader turns it twice', async (orientation) => {
  const file = await webp(orientation);
  const found = hideWebpOrientation(new Uint8Array(file));
  expect(found.orientation).toBe(orientation);
  expect((await sharp(found.file).metadata()).orientation).toBeUndefined();
  const picture = { width: 5, height: 3, channels: 3, data } as const;
  expect((await decodePicture(found.file)).picture).toEqual(picture);
  expect(turn(picture, orientation)).toEqual((await decodePicture(file)).picture);
});

test('files without EXIF data, and with broken ones, stay as they are', async () => {
  const plain = new Uint8Array(await stored().webp({ lossless: true }).toBuffer());
  expect(hideWebpOrientation(plain)).toEqual({ file: plain, orientation: 1 });
  for (const exif of ['', 'II*\0', 'II*\0\x08\0\0\0', 'II*\0\xff\xff\0\0', 'II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0']) {
    const bytes = Uint8Array.from(`RIFF0000WEBPEXIF${String.fromCharCode(exif.length)}\0\0\0${exif}`, (letter) => letter.charCodeAt(0));
    expect(hideWebpOrientation(bytes).orientation).toBe(1);
  }
});
