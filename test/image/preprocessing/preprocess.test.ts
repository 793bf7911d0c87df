import { describe, expect, test } from 'vitest';
import { backgroundColour, countOutside, sumChannels, toPicture, toValues } from '../../../src/image/pixels.js';
import { pixelLayout, resolvePreprocessing, validRange } from '../../../src/image/preprocessing/preprocess.js';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

describe('resolvePreprocessing', () => {
  test.each([
    [[1, 3, 224, 160], {}, { width: 160, height: 224, channels: 3, layout: 'nchw' }],
    [[1, 224, 160, 3], {}, { width: 160, height: 224, channels: 3, layout: 'nhwc' }],
    [[1, 1, 28, 28], {}, { width: 28, height: 28, channels: 1, layout: 'nchw' }],
    [[1, 3, 20, 3], {}, { width: 3, height: 20, channels: 3, layout: 'nchw' }],
    [[1, 3, 20, 3], { layout: 'nhwc' }, { width: 20, height: 3, channels: 3, layout: 'nhwc' }],
    [[1, 20, 30], {}, { width: 30, height: 20, channels: 1, layout: 'nchw' }],
    [[1, 784], {}, { width: 28, height: 28, channels: 1, layout: 'nchw' }],
    [[1, 1, 784], {}, { width: 28, height: 28, channels: 1, layout: 'nchw' }],
    [[1, 784, 1], {}, { width: 28, height: 28, channels: 1, layout: 'nchw' }],
    [[1, 3072], { layout: 'nhwc' }, { width: 32, height: 32, channels: 3, layout: 'nhwc' }],
    [[1, 600], { width: 30, height: 20 }, { width: 30, height: 20, channels: 1, layout: 'nchw' }],
  ] as const)('%j %j', (shape, flags, expected) => {
    expect(resolvePreprocessing(shape, undefined, flags)).toMatchObject(expected);
  });

  test('flags win over the side file, and the side file over the defaults', () => {
    const side = { range: [0, 255], mean: [1, 2, 3], labels: ['a', 'b'] };
    expect(resolvePreprocessing([1, 3, 8, 8], side, { mean: [5] })).toMatchObject({
      range: [0, 255],
      mean: [5, 5, 5],
      std: [1, 1, 1],
      labels: ['a', 'b'],
    });
  });

  test.each([
    ['imagenet', { range: [0, 1], ...IMAGENET, resize: 256, interpolation: 'bilinear', order: 'rgb' }],
    ['tf', { range: [-1, 1], mean: [0, 0, 0], std: [1, 1, 1], order: 'rgb' }],
    ['caffe', { range: [0, 255], mean: [103.939, 116.779, 123.68], std: [1, 1, 1], order: 'bgr' }],
    ['zero-one', { range: [0, 1], mean: [0, 0, 0], std: [1, 1, 1], order: 'rgb' }],
  ] as const)('the preset %s', (preprocess, expected) => {
    expect(resolvePreprocessing([1, 3, 224, 224], undefined, { preprocess })).toMatchObject(expected);
  });

  test('what is said beside a preset wins over it; a preset of the flags wins over the side file', () => {
    const { range, mean, std, from } = resolvePreprocessing(
      [1, 3, 224, 224],
      { preprocess: 'imagenet', std: [0.5], range: [0, 255], matte: 'black' },
      { preprocess: 'tf', mean: [0.1] },
    );
    expect({ range, mean, std }).toEqual({ range: [-1, 1], mean: [0.1, 0.1, 0.1], std: [1, 1, 1] });
    expect(from).toMatchObject({
      range: 'preset tf of the flags',
      mean: 'the flags',
      std: 'preset tf of the flags',
      resize: 'preset imagenet of the side file',
      matte: 'the side file',
    });
    expect(from.layout).toBeUndefined();
  });

  describe('mean and deviation of 0 to 255', () => {
    const [mean, std] = [
      [123.675, 116.28, 103.53],
      [58.395, 57.12, 57.375],
    ];
    const shape = [1, 3, 8, 8];
    const metadata = { mean: '[123.675, 116.28, 103.53]', std: '[58.395, 57.12, 57.375]' };

    test.each([
      ['flags', undefined, { mean, std }, 'the flags'],
      ['the side file', { mean, std }, {}, 'the side file'],
      ['a deviation alone', { std: [255] }, {}, 'the side file'],
    ])('of %s are of the range 0, 255, which is said', (_, side, flags, from) => {
      const found = resolvePreprocessing(shape, side, flags);
      expect(found).toMatchObject({ range: [0, 255], from: { range: from } });
      expect(found.notes).toEqual([expect.stringMatching(/^the range is taken as 0, 255, since the mean .* are not of 0 to 1/)]);
    });

    test('keep a range that is stated, with a doubt', () => {
      const found = resolvePreprocessing(shape, undefined, { mean, std, range: [0, 1] });
      expect(found.range).toEqual([0, 1]);
      expect(found.notes).toEqual(['the mean 123.675 (the flags) lies outside the range 0, 1 (the flags)']);
      const preset = resolvePreprocessing(shape, { preprocess: 'imagenet' }, { mean });
      expect(preset.notes).toEqual(['the mean 123.675 (the flags) lies outside the range 0, 1 (preset imagenet of the side file)']);
      for (const preprocess of ['imagenet', 'tf', 'caffe', 'zero-one'] as const) {
        expect(resolvePreprocessing(shape, { preprocess }).notes).toEqual([]);
      }
    });

    test('of metadata do not decide the range of a mean that replaces theirs', () => {
      const model = { metadata, classes: 2 };
      expect(resolvePreprocessing(shape, undefined, {}, model)).toMatchObject({
        range: [0, 255],
        from: { range: 'metadata "mean"' },
        notes: [],
      });
      const replaced = resolvePreprocessing(shape, undefined, { mean: [0.485], std: [0.229] }, model);
      expect(replaced).toMatchObject({ range: [0, 1], notes: [] });
      expect(replaced.from.range).toBeUndefined();
    });

    test('of 0 to 1 leave the range alone', () => {
      expect(resolvePreprocessing(shape, undefined, { mean: [0.485], std: [0.229] })).toMatchObject({ range: [0, 1], notes: [] });
      const metadata = {
        'model_info mean_values': '0 0 0',
        'model_info scale_values': '1.5 1.5 1.5',
        'model_info intensity_mode': 'scale_to_unit',
      };
      expect(resolvePreprocessing(shape, undefined, {}, { metadata, classes: 2 })).toMatchObject({ range: [0, 1], notes: [] });
    });
  });

  test.each([
    [[2, 3, 8, 8], undefined, {}, "the model's input 2x3x8x8 is not one image (a first axis of size 1"],
    [[1, 3, 8, 8], undefined, { layout: 'nhwc' }, "layout nhwc does not fit the model's input 1x3x8x8 (layout nchw)"],
    [[1, 784], { width: 27, height: 29 }, {}, "27x29 pixels do not fill the model's input 1x784 (784 pixels)"],
    [[1, 784], { width: 27 }, {}, "width 27 does not fit the model's input 1x784 (width 28)"],
    [[1, 1, 28, 28], { width: 30 }, {}, "width 30 does not fit the model's input 1x1x28x28 (width 28)"],
    [[1, 3, 8, 8], { mean: [1, 2] }, {}, "mean 1,2 has 2 numbers, the model's input 3 channels"],
    [[1, 1, 8, 8], { std: 0 }, {}, '"std" is 0 (a number above 0'],
    [[1, 1, 8, 8], { range: [1, 1] }, {}, '"range" is [1,1] (two different numbers'],
    [[1, 1, 8, 8], { labels: [1] }, {}, '"labels" is [1] (a list of strings'],
    [[1, 1, 8, 8], { means: [1] }, {}, 'unknown key "means" (one of preprocess, range, mean'],
    [[1, 1, 8, 8], [1], {}, '[1] is not an object'],
    [[1, 1, 8, 8], { preprocess: 'torch' }, {}, '"preprocess" is "torch" ("imagenet" or "tf" or "caffe" or "zero-one")'],
    [[1, 3, 8, 9], { resize: 8 }, {}, 'resize 8 for an input of 9x8 (9 or more)'],
    [[1, 3, 8, 8], { resize: 9, fit: 'contain' }, {}, 'resize 9 with the fit contain, which does not crop (fit cover or stretch)'],
    [[1, 1, 8, 8], undefined, { std: [-1] }, 'the flags: "std" is [-1]'],
  ] as const)('refuses %j %j %j', (shape, side, flags, message) => {
    expect(() => resolvePreprocessing(shape, side, flags)).toThrow(message);
  });
});

describe('toValues and toPicture', () => {
  test('follow the formula, channel by channel, in both layouts', () => {
    const picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 255, 102, 153, 204) } as const;
    const planar = toValues(picture, resolvePreprocessing([1, 3, 1, 2], IMAGENET));
    const expected = [
      (0 - 0.485) / 0.229,
      (0.4 - 0.485) / 0.229,
      (0.2 - 0.456) / 0.224,
      (0.6 - 0.456) / 0.224,
      (1 - 0.406) / 0.225,
      (0.8 - 0.406) / 0.225,
    ];
    // One rounding to float32 of a float64 result.
    for (const [i, value] of expected.entries())
      expect(Math.abs(planar[i]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -24 + 1e-15);
    const interleaved = toValues(picture, resolvePreprocessing([1, 1, 2, 3], IMAGENET, { layout: 'nhwc' }));
    expect([...interleaved]).toEqual([0, 2, 4, 1, 3, 5].map((i) => planar[i]));
  });

  test('blue comes first where the order is bgr, and comes back', () => {
    const picture = { width: 2, height: 1, channels: 3, data: Uint8Array.of(10, 20, 30, 110, 120, 130) } as const;
    for (const layout of ['nchw', 'nhwc'] as const) {
      const shape = layout === 'nchw' ? [1, 3, 1, 2] : [1, 1, 2, 3];
      const preprocessing = resolvePreprocessing(shape, undefined, { range: [0, 255], mean: [1, 2, 3], order: 'bgr', layout });
      const values = toValues(picture, preprocessing);
      const byPixel = [29, 18, 7, 129, 118, 107];
      expect([...values]).toEqual(layout === 'nhwc' ? byPixel : [0, 3, 1, 4, 2, 5].map((i) => byPixel[i]));
      expect(toPicture(values, preprocessing)).toEqual(picture);
    }
  });

  test.each([[{}], [{ range: [0, 255] }], [{ range: [1, 0] }], [{ range: [-1, 1], mean: 0.13, std: 0.31 }]])(
    'every 8-bit value survives %j',
    (side) => {
      const preprocessing = resolvePreprocessing([1, 1, 16, 16], side);
      const picture = { width: 16, height: 16, channels: 1, data: Uint8Array.from({ length: 256 }, (_, i) => i) } as const;
      const values = toValues(picture, preprocessing);
      expect(toPicture(values, preprocessing)).toEqual(picture);
      expect(countOutside(values, preprocessing)).toBe(0);
      const { low, high } = validRange(preprocessing);
      expect([Math.min(...values), Math.max(...values)]).toEqual([low[0], high[0]]);
    },
  );

  test('toPicture rounds and clamps', () => {
    const preprocessing = resolvePreprocessing([1, 1, 1, 4], undefined, { layout: 'nchw' });
    expect([...toPicture(Float32Array.of(-3, 0.4982, 0.4979, 7), { ...preprocessing, width: 4, height: 1 }).data]).toEqual([
      0, 127, 127, 255,
    ]);
    expect(countOutside(Float32Array.of(-0.1, 0, 1.001, 2), { ...preprocessing, width: 4, height: 1 })).toBe(2);
  });

  test('refuses a picture of another size', () => {
    const picture = { width: 2, height: 2, channels: 1, data: new Uint8Array(4) } as const;
    expect(() => toValues(picture, resolvePreprocessing([1, 1, 3, 3]))).toThrow(
      "a picture of 2x2x1 (3x3x1, the size of the model's input 1x1x3x3)",
    );
  });
});

test('backgroundColour is the median of the border, even where a stroke crosses it', () => {
  const preprocessing = resolvePreprocessing([1, 1, 5, 5]);
  const values = new Float32Array(25).fill(0);
  for (const p of [2, 7, 12, 17, 22, 11, 13]) values[p] = 1;
  expect([...backgroundColour(values, preprocessing)]).toEqual([0]);
  const colour = resolvePreprocessing([1, 3, 2, 2]);
  expect([...backgroundColour(Float32Array.of(1, 1, 1, 9, 2, 2, 2, 9, 4, 3, 5, 6), colour)]).toEqual([1, 2, 4]);
});

test('sumChannels adds the channels of a pixel in both layouts', () => {
  expect([...sumChannels([1, 2, 10, 20, 100, 200], pixelLayout(resolvePreprocessing([1, 3, 1, 2])))]).toEqual([111, 222]);
  const nhwc = { pixels: 2, channels: 3, layout: 'nhwc' } as const;
  expect([...sumChannels([1, 10, 100, 2, 20, 200], nhwc)]).toEqual([111, 222]);
});
