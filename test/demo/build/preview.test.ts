import sharp from 'sharp';
import { expect, test } from 'vitest';
import { HEIGHT, previewFile, WIDTH } from '../../../demo/build/make_preview.js';
import type { StoryDigit } from '../../../demo/lib/story.js';

test('the picture beside a link shows the digit, its map in red and blue, and the edit', async () => {
  const pixels = new Uint8Array(784);
  pixels[0] = 200;
  const values = new Int8Array(784);
  values[0] = 127;
  values[1] = -127;
  const told = {
    pixels: Buffer.from(pixels).toString('base64'),
    contrast: { values: Buffer.from(values.buffer).toString('base64'), scale: 3 },
    study: { flips: [[1, 255]] },
  } as unknown as StoryDigit;
  const { data, info } = await sharp(previewFile(told)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([WIDTH, HEIGHT]);
  // Panels of 336 pixels, 48 apart, from row 147; a pixel of the digit has 12.
  const at = (panel: number, column: number) =>
    [...data.subarray(((147 + 6) * WIDTH + 48 + panel * 384 + column * 12 + 6) * 3)].slice(0, 3);
  expect([at(0, 0), at(0, 1), at(2, 0), at(2, 1)]).toEqual([200, 0, 200, 255].map((grey) => [grey, grey, grey]));
  expect(at(1, 0)[0]).toBeGreaterThan(at(1, 0)[2]!);
  expect(at(1, 1)[2]).toBeGreaterThan(at(1, 1)[0]!);
});
