import { describe, expect, test } from 'vitest';
import { type Address, decodeAddress, encodeAddress } from '../../../demo/ui/state/address.js';

// What an address keeps of the page, and what becomes of nonsense in it.

const PLAIN: Address = {
  model: 'digits-naive',
  digit: null,
  scene: null,
  drawing: [],
  truth: null,
  source: 'digits',
  fit: null,
  settings: { method: 'ig', steps: 64, mode: 'number', rule: 'midpoint', baseline: 'zero', output: 'logit', options: {} },
  drawn: null,
  opacity: 100,
  percentile: null,
  wanted: null,
  strategy: 'auto',
  edit: false,
  undone: [],
  mine: [],
  at: null,
  language: 'en',
  lecture: null,
  choices: {},
  hide: [],
};
const OTHER: Address = {
  model: 'digits',
  digit: 9616,
  scene: 'car-meadow',
  drawing: [
    {
      tool: 'pen',
      points: [
        { x: 0, y: 280 },
        { x: 280, y: 3 },
        { x: 12, y: 140 },
      ],
    },
    { tool: 'eraser', points: [{ x: 77, y: 1 }] },
  ],
  truth: 7,
  source: 'draw',
  fit: 'stretch',
  settings: {
    method: 'blur-ig',
    steps: 256,
    mode: 'auto',
    rule: 'trapezoid',
    baseline: 'opposite',
    output: 'probability',
    options: { blur: '2.5', layers: '/conv1/Conv,/conv2/Conv', patch: 'superpixels-16', smooth: '8', variance: 'yes' },
  },
  drawn: 'swipe',
  opacity: 40,
  percentile: 95,
  wanted: 3,
  strategy: 'flip',
  edit: true,
  undone: [705, 3],
  mine: [0, 783],
  at: 'fix',
  language: 'es',
  lecture: { slide: 3, part: 1 },
  choices: {
    pixels: {
      range: [0, 255],
      mean: [103.9, 116.8, 123.7],
      std: [1],
      order: 'bgr',
      resize: 256,
      interpolation: 'bicubic',
      layout: 'nhwc',
    },
    labelList: 'imagenet',
    outputName: 'scores:0',
    size: [192, 256],
  },
  hide: ['bench', 'rule'],
};

test('the plain state has a plain address', () => {
  expect(encodeAddress(PLAIN, PLAIN)).toBe('');
  expect(decodeAddress('', PLAIN)).toEqual({ address: PLAIN, refused: [] });
});

test('a lecture begins at its start where the address says no more', () => {
  expect(decodeAddress('#lecture', PLAIN).address.lecture).toEqual({ slide: 0, part: 0 });
});

test('a drawing of a hundred points fits into a message, and one that does not is left out', () => {
  const wave = (count: number): Address => ({
    ...PLAIN,
    drawing: [
      { tool: 'pen', points: Array.from({ length: count }, (_, i) => ({ x: 2 * (i % 140), y: Math.round(140 + 100 * Math.sin(i / 9)) })) },
    ],
  });
  const text = encodeAddress(wave(100), PLAIN);
  expect(text.length).toBeLessThan(320);
  expect(decodeAddress(text, PLAIN).address).toEqual(wave(100));
  expect(encodeAddress(wave(3000), PLAIN)).toBe('');
});

test('only what differs is written', () => {
  expect(encodeAddress({ ...PLAIN, digit: 445, wanted: 6 }, PLAIN)).toBe('digit=445&wanted=6');
});

test('every part comes back', () => {
  const text = encodeAddress(OTHER, PLAIN);
  expect(text.split('&')).toHaveLength(
    Object.keys(OTHER).length -
      3 +
      Object.keys(OTHER.settings).length +
      Object.keys(OTHER.settings.options).length +
      Object.keys(OTHER.choices).length,
  );
  expect(decodeAddress(`#${text}`, PLAIN)).toEqual({ address: OTHER, refused: [] });
});

describe('nonsense is refused by name, and the default taken', () => {
  test.each([
    'model=resnet',
    'digit=-1',
    'digit=10000',
    'digit=7.5',
    'scene=Car-meadow',
    'scene=car',
    'steps=1',
    'steps=4097',
    'steps=many',
    'mode=fast',
    'rule=simpson',
    'baseline=',
    'output=loud',
    'wanted=x',
    'strategy=luck',
    'pixels=caffe2',
    'pixels=mean:1,2,x',
    'pixels=std:0',
    'pixels=colour:red',
    'names=imagenet21k',
    'size=0',
    'scores=',
    'drawing=',
    'drawing=!',
    'drawing=_____',
    'source=camera',
    'opacity=101',
    'percentile=79',
    'drawn=twice',
    'edit=maybe',
    'undone=1,x',
    'mine=-1',
    'at=end',
    'lang=de',
    'lecture=8',
    'lecture=2.4',
    'hide=bench,nothing',
  ])('%s', (part) => {
    expect(decodeAddress(`#${part}&unknown=1`, PLAIN)).toEqual({ address: PLAIN, refused: [part] });
  });
  test('both ends of the step counts are accepted', () => {
    for (const steps of [2, 4096]) expect(decodeAddress(`#steps=${steps}`, PLAIN).address.settings.steps).toBe(steps);
  });
});

test('options of methods are refused one by one, and files are in no address', () => {
  const { address, refused } = decodeAddress('#option.window=0&option.stride=2&option.composite=no-such&option.keep=1.5', PLAIN);
  expect(address.settings.options).toEqual({ stride: '2' });
  expect(refused).toEqual(['option.composite=no-such', 'option.window=0', 'option.keep=1.5']);
  const withMask = { ...PLAIN, settings: { ...PLAIN.settings, options: { patch: 'files', window: '3' } } };
  expect(encodeAddress(withMask, PLAIN)).toBe('option.window=3');
  expect(decodeAddress('#option.patch=files', PLAIN).refused).toEqual(['option.patch=files']);
});
