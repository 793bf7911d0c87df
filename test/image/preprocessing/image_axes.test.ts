import { describe, expect, test } from 'vitest';
import { toPicture } from '../../../src/image/pixels.js';
import { resolvePreprocessing } from '../../../src/image/preprocessing/preprocess.js';

// The plane of inputs that are no pictures of 1 or 3 channels, or have no batch axis.

type Plane = readonly [width: number, height: number, channels: number, layout: 'nchw' | 'nhwc', takesPictures: boolean];

test.each<[string, readonly number[], Plane]>([
  ['four channels', [1, 4, 8, 9], [9, 8, 4, 'nchw', false]],
  ['four channels, last', [1, 8, 9, 4], [9, 8, 4, 'nhwc', false]],
  ['many channels, which are the smaller of the outer axes', [1, 8, 6, 12], [12, 6, 8, 'nchw', false]],
  ['a volume', [1, 1, 5, 8, 9], [9, 8, 5, 'nchw', false]],
  ['a volume of three channels', [1, 3, 5, 8, 9], [9, 8, 15, 'nchw', false]],
  ['signals, a row each', [1, 2, 100], [100, 2, 1, 'nchw', true]],
  ['one signal', [1, 1, 50], [50, 1, 1, 'nchw', false]],
  ['a row of numbers', [1, 50], [50, 1, 1, 'nchw', false]],
  ['no batch axis: colour', [3, 8, 9], [9, 8, 3, 'nchw', true]],
  ['no batch axis: grey', [28, 28], [28, 28, 1, 'nchw', true]],
  ['no batch axis: a row', [64], [8, 8, 1, 'nchw', true]],
])('%s', (_, shape, [width, height, channels, layout, takesPictures]) => {
  expect(resolvePreprocessing(shape)).toMatchObject({ width, height, channels, layout, takesPictures, mean: new Array(channels).fill(0) });
});

test('a layout that is stated counts where both fit', () => {
  expect(resolvePreprocessing([1, 8, 9, 6], undefined, { layout: 'nchw' })).toMatchObject({ width: 6, height: 9, channels: 8 });
});

describe('the picture of an input that is none', () => {
  test('is the mean over channels, from the least to the largest', () => {
    const picture = toPicture([0, 2, 4, 8, 8, 10, 20, 8], resolvePreprocessing([1, 2, 1, 4]));
    // Means of 0 and 8, 2 and 10, 4 and 20, 8 and 8.
    expect(picture).toEqual({ width: 4, height: 1, channels: 1, data: Uint8Array.of(0, 64, 255, 128) });
  });

  test('is black where all means are the same', () => {
    expect(toPicture([1, 2, 2, 1], resolvePreprocessing([1, 2, 1, 2])).data).toEqual(Uint8Array.of(0, 0));
  });
});
