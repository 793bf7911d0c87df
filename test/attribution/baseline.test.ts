import { describe, expect, test } from 'vitest';
import { imageSpace } from '../../src/api/attribute.js';
import { BASELINES, elementRanges, makeBaseline } from '../../src/attribution/baseline.js';
import { resolvePreprocessing } from '../../src/image/preprocessing/preprocess.js';
import type { ImageSpace } from '../../src/tensor/pixels.js';

/** 3 x 2 pixels of two channels with different valid ranges. */
const space: ImageSpace = {
  pixels: { pixels: 6, channels: 2, layout: 'nchw' },
  width: 3,
  height: 2,
  black: Float32Array.of(0, -1),
  white: Float32Array.of(1, 3),
};
const image = Float32Array.of(0, 1, 0.25, 0.5, 0, 0.25, -1, 3, 1, 0, 2, 1);
const background = () => Float32Array.of(0.125, 2);
const make = (baseline: Parameters<typeof makeBaseline>[0], seed?: number, of: Float32Array = image, where = space) => [
  ...makeBaseline(baseline, of, where, { background, ...(seed !== undefined && { seed }) }),
];

describe('baselines', () => {
  test('colours', () => {
    expect(make('zero')).toEqual(new Array(12).fill(0));
    expect(make('black')).toEqual([0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1]);
    expect(make('white')).toEqual([1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3]);
    expect(make('background')).toEqual([...new Array(6).fill(0.125), ...new Array(6).fill(2)]);
    expect(make('mean')).toEqual([...new Array(6).fill(Math.fround(2 / 6)), ...new Array(6).fill(1)]);
    expect(make(0.5)).toEqual(new Array(12).fill(0.5));
  });

  test('black and white are colours: with the range 1, 0 black is the larger value', () => {
    const inverted = imageSpace(resolvePreprocessing([1, 1, 2, 3], undefined, { range: [1, 0], mean: [0.5], std: [0.25] }));
    const grey = image.subarray(0, 6);
    const all = (value: number) => new Array(6).fill(value);
    expect(make('black', 0, grey, inverted)).toEqual(all(2));
    expect(make('white', 0, grey, inverted)).toEqual(all(-2));
    expect(make('opposite', 0, Float32Array.from(all(2)), inverted)).toEqual(all(-2));
    for (const value of make('noise', 3, grey, inverted)) expect(Math.abs(value)).toBeLessThanOrEqual(2);
    expect([...elementRanges(inverted)]).toEqual(all(4));
  });

  test('opposite flips every pixel within its channel, and twice is the image', () => {
    expect(make('opposite')).toEqual([1, 0, 0.75, 0.5, 1, 0.75, 3, -1, 1, 2, 0, 1]);
    expect(make('opposite', 0, Float32Array.from(make('opposite')))).toEqual([...image]);
  });

  test('blur leaves a flat image alone, keeps the range, and is the same for both layouts', () => {
    const flat = new Float32Array(12).fill(0.5);
    for (const value of make('blur', 0, flat)) expect(value).toBeCloseTo(0.5, 6);
    const blurred = make('blur');
    expect(Math.max(...blurred.slice(0, 6))).toBeLessThan(1);
    expect(Math.min(...blurred.slice(0, 6))).toBeGreaterThan(0);
    const swap = (data: readonly number[]) => Float32Array.from({ length: 12 }, (_, i) => data[(i % 2) * 6 + (i >> 1)]!);
    const last = { ...space, pixels: { ...space.pixels, layout: 'nhwc' } } as const;
    expect(make('blur', 0, swap([...image]), last)).toEqual([...swap(blurred)]);
  });

  test('noise is seeded and lies in the valid range', () => {
    expect(make('noise', 1)).toEqual(make('noise', 1));
    expect(make('noise', 1)).not.toEqual(make('noise', 2));
    make('noise', 1).forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(i < 6 ? 0 : -1);
      expect(value).toBeLessThanOrEqual(i < 6 ? 1 : 3);
    });
  });

  test('an array is taken as it is', () => expect(make(image)).toEqual([...image]));

  test('what cannot be a baseline is refused', () => {
    expect(() => make('grey' as never)).toThrow(`the baseline grey does not exist (${BASELINES.join(', ')}, a number or a .npy file)`);
    expect(() => make(Number.NaN)).toThrow('the baseline NaN (a finite number)');
    expect(() => make(new Float32Array(3))).toThrow('a baseline of 3 numbers (12, as many as the image has)');
  });
});
