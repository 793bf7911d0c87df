import { describe, expect, test } from 'vitest';
import { type PixelTexts, readTexts, textsOf } from '../../../demo/ui/lib/pixel_settings.js';
import { resolvePreprocessing } from '../../../src/app.js';

// The fields in which a visitor says how pixels become numbers.

const COLOUR = resolvePreprocessing([1, 3, 224, 224], undefined, { preprocess: 'imagenet' });
const TYPED = textsOf(COLOUR);

test('the fields begin with what the network has, and give it back', () => {
  expect(TYPED).toEqual({
    range: '0, 1',
    mean: '0.485, 0.456, 0.406',
    std: '0.229, 0.224, 0.225',
    order: 'rgb',
    resize: '256',
    interpolation: 'bilinear',
    layout: 'nchw',
  });
  const read = readTexts(TYPED, COLOUR);
  expect(resolvePreprocessing([1, 3, 224, 224], undefined, 'wrong' in read ? {} : read)).toEqual({ ...COLOUR, from: expect.anything() });
});

test('numbers are written as visitors write them', () => {
  expect(readTexts({ ...TYPED, range: ' -1 1', mean: '0', std: '1;2 , 3', resize: '' }, COLOUR)).toEqual({
    range: [-1, 1],
    mean: [0],
    std: [1, 2, 3],
    order: 'rgb',
    interpolation: 'bilinear',
    layout: 'nchw',
  });
});

describe('what is wrong is named with its reason', () => {
  test.each<[Partial<PixelTexts>, string, string]>([
    [{ range: '0' }, 'range', 'pair'],
    [{ range: '0,1,2' }, 'range', 'pair'],
    [{ range: '1, 1' }, 'range', 'pair'],
    [{ range: 'black, white' }, 'range', 'pair'],
    [{ mean: '' }, 'mean', 'channels'],
    [{ mean: '0.5, 0.5' }, 'mean', 'channels'],
    [{ mean: '0.5,,0.5' }, 'mean', 'channels'],
    [{ std: '1, 2, x' }, 'std', 'channels'],
    [{ std: '0' }, 'std', 'positive'],
    [{ std: '1, -1, 1' }, 'std', 'positive'],
    [{ resize: '223' }, 'resize', 'resize'],
    [{ resize: '256.5' }, 'resize', 'resize'],
    [{ order: 'grb' }, 'order', 'choice'],
    [{ interpolation: 'area' }, 'interpolation', 'choice'],
    [{ layout: 'chwn' }, 'layout', 'choice'],
  ])('%j', (typed, setting, why) => {
    const texts = { ...TYPED, ...typed };
    expect(readTexts(texts, COLOUR)).toEqual({ wrong: { setting, why, value: texts[setting as keyof PixelTexts] } });
  });
});
