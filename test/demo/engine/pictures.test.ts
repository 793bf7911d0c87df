import { describe, expect, test } from 'vitest';
import { centreDigit, strokesOf } from '../../../demo/engine/inputs/centre.js';
import { drawingInput, frameInput, usualFit } from '../../../demo/engine/inputs/decode.js';
import { pngOf } from '../../../src/image/png.js';
import { resolvePreprocessing } from '../../../src/image/preprocessing/preprocess.js';
import { fitPicture, type Picture } from '../../../src/index.js';
import { decodePicture } from '../../../src/node/index.js';
import { shippedSession, studyDigit } from './host.js';

/** [height][width] grey, white inside the rectangle. */
function rectangle(width: number, height: number, left: number, top: number, right: number, bottom: number): Picture {
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < right && y >= top && y < bottom ? 255 : 0;
  });
  return { width, height, channels: 1, data };
}

describe('a drawing as MNIST has it', () => {
  test('fills a box of 20 pixels with its longer side, its middle in the middle', () => {
    // 40 x 80 becomes 10 x 20: at 14 - 10 / 2 and 14 - 20 / 2.
    expect(centreDigit(rectangle(280, 280, 30, 150, 70, 230))).toEqual(rectangle(28, 28, 9, 4, 19, 24));
    // Small ones grow.
    expect(centreDigit(rectangle(100, 100, 2, 90, 6, 94))).toEqual(rectangle(28, 28, 4, 4, 24, 24));
  });

  test('is centred by its mass, and not by its box', () => {
    // A post of 3 x 20 with a foot of 12 x 4: its mass lies 13 from the top, so the digit begins in row 1 and not in row 4.
    const post = rectangle(200, 200, 0, 0, 30, 200);
    const foot = rectangle(200, 200, 0, 160, 120, 200);
    const digit = centreDigit({ ...post, data: post.data.map((grey, i) => Math.max(grey, foot.data[i]!)) });
    let [mass, x, y] = [0, 0, 0];
    digit.data.forEach((grey, i) => {
      mass += grey;
      x += grey * ((i % 28) + 0.5);
      y += grey * (Math.floor(i / 28) + 0.5);
    });
    // Moved by whole pixels: the centre of mass is within half a pixel of the centre, unless the edge is in the way.
    expect(Math.abs(x / mass - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y / mass - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.floor(digit.data.findIndex((grey) => grey > 0) / 28)).toBe(1);
  });

  test('stays inside where its mass is at one end, and blank where it is blank', () => {
    const dense = rectangle(60, 60, 0, 0, 3, 60);
    const far = rectangle(60, 60, 58, 58, 60, 60);
    const digit = centreDigit({ ...dense, data: dense.data.map((grey, i) => Math.max(grey, far.data[i]!)) });
    // The longer side of 60 becomes 20, whole rows of which are all inside 28.
    const columns = new Set(
      Array.from(digit.data.keys())
        .filter((i) => digit.data[i]! > 0)
        .map((i) => i % 28),
    );
    expect(Math.max(...columns) - Math.min(...columns)).toBe(19);
    expect(centreDigit(rectangle(28, 28, 0, 0, 0, 0)).data.every((grey) => grey === 0)).toBe(true);
  });

  test('a digit of MNIST hardly changes', async () => {
    const session = await shippedSession('digits-naive');
    for (const file of ['7-read-as-1.png', '8-read-as-1.png']) {
      const image = await studyDigit(session, file);
      const { picture } = drawingInput(
        Uint8Array.from(image, (value) => Math.round(255 * value)),
        28,
        session.preprocessing,
      );
      // MNIST was centred from bilevel originals: moved by at most a pixel, with the same amount of ink to a tenth.
      const ink = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);
      expect(Math.abs(ink(picture.data) / 255 / ink(image) - 1)).toBeLessThan(0.1);
    }
  });

  test('dark strokes on light paper become white on black', () => {
    const drawing = rectangle(50, 50, 20, 10, 30, 40);
    const photographed = { ...drawing, data: drawing.data.map((grey) => 230 - Math.round((grey / 255) * 200)) };
    expect(centreDigit(strokesOf(photographed)).data.map((grey) => (grey > 100 ? 255 : 0))).toEqual(
      centreDigit(drawing).data.map((grey) => (grey > 100 ? 255 : 0)),
    );
    expect(strokesOf(drawing)).toEqual(drawing);
  });

  test('paper that light from one side falls on is black everywhere, and a pale pen white', () => {
    const drawing = rectangle(480, 640, 200, 200, 240, 400);
    const lit = drawing.data.map((grey, i) => 220 - Math.round((80 * (i % 480)) / 480) - (grey > 0 ? 60 : 0) + ((i * 7919) % 5));
    const digit = centreDigit(strokesOf({ ...drawing, data: lit }));
    expect(digit.data.map((grey) => (grey > 100 ? 255 : 0))).toEqual(centreDigit(drawing).data.map((grey) => (grey > 100 ? 255 : 0)));
  });

  test('a blank sheet stays blank', () => {
    expect(strokesOf({ width: 9, height: 9, channels: 1, data: new Uint8Array(81).fill(200) }).data.every((grey) => grey === 0)).toBe(true);
  });

  test.each([
    [[1, 1, 28, 28], '0123456789', [100, 80], 'centre'],
    [[1, 1, 28, 28], '', [100, 80], 'centre'],
    [[1, 1, 28, 28], '0123456789', [28, 28], 'cover'],
    [[1, 1, 28, 28], 'shirt,shoe', [100, 80], 'cover'],
    [[1, 3, 28, 28], '0123456789', [100, 80], 'cover'],
    [[1, 1, 32, 32], '0123456789', [100, 80], 'cover'],
  ] as const)('a photograph for a network of %j with the classes "%s", of %j: %s', (shape, names, [width, height], right) => {
    const labels = names === '' ? undefined : names.includes(',') ? names.split(',') : [...names];
    const preprocessing = resolvePreprocessing(shape, labels && { labels });
    const picture = { width, height, channels: 1, data: new Uint8Array(width * height) } as const;
    expect(usualFit(picture, preprocessing)).toBe(right);
    expect(usualFit(picture, { ...preprocessing, fit: 'contain', from: { ...preprocessing.from, fit: 'a file' } })).toBe('contain');
  });

  test('for other inputs it is fitted whole', () => {
    const { picture } = drawingInput(rectangle(100, 100, 0, 0, 100, 100).data, 100, resolvePreprocessing([1, 3, 20, 40]));
    expect([picture.width, picture.height, picture.channels]).toEqual([40, 20, 3]);
    expect(() => drawingInput(new Uint8Array(9), 4, resolvePreprocessing([1, 784]))).toThrow('a drawing of 9 pixels (4x4)');
  });
});

describe('PNG files', () => {
  test.each([1, 3, 4] as const)('of %i channels are read by another decoder as they were', async (channels) => {
    const data = Uint8Array.from({ length: 13 * 7 * channels }, (_, i) => (i * 89 + (i >> 3)) & 255);
    const picture: Picture = { width: 13, height: 7, channels, data };
    expect((await decodePicture(pngOf(picture))).picture).toEqual(picture);
  });
});

describe('a frame of the camera', () => {
  const frame = (grey: (x: number, y: number) => number): Picture => {
    const data = new Uint8Array(40 * 40 * 4).fill(255);
    for (let i = 0; i < 1600; i++) data.fill(grey(i % 40, Math.floor(i / 40)), i * 4, i * 4 + 3);
    return { width: 40, height: 40, channels: 4, data };
  };

  test('of a digit on paper becomes white strokes on black, centred', async () => {
    const { preprocessing } = await shippedSession('digits');
    const { picture } = frameInput(
      frame((x, y) => (x >= 5 && x < 10 && y >= 20 && y < 30 ? 0 : 255)),
      'centre',
      preprocessing,
    );
    expect(picture).toEqual(rectangle(28, 28, 9, 4, 19, 24));
  });

  test('is read as a file with the same pixels is, however it is fitted', async () => {
    const { preprocessing } = await shippedSession('digits');
    const seen = frame((x, y) => (x * 5 + y) % 256);
    for (const fit of ['cover', 'contain', 'stretch'] as const) {
      expect(frameInput(seen, fit, preprocessing).picture).toEqual(fitPicture(seen, { ...preprocessing, fit }).picture);
    }
  });
});
