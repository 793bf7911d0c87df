import { describe, expect, test } from 'vitest';
import { type Address, decodeAddress, encodeAddress } from '../../../demo/ui/state/address.js';

// What an address keeps of the page, and what becomes of nonsense in it.

const PLAIN: Address = {
  model: 'digits-naive',
  digit: null,
  settings: { method: 'ig', steps: 64, mode: 'number', rule: 'midpoint', baseline: 'zero', output: 'logit' },
  wanted: null,
  strategy: 'auto',
};
const OTHER: Address = {
  model: 'digits',
  digit: 9616,
  settings: { method: 'blur-ig', steps: 256, mode: 'auto', rule: 'trapezoid', baseline: 'opposite', output: 'probability' },
  wanted: 3,
  strategy: 'flip',
};

test('the plain state has a plain address', () => {
  expect(encodeAddress(PLAIN, PLAIN)).toBe('');
  expect(decodeAddress('', PLAIN)).toEqual({ address: PLAIN, refused: [] });
});

test('only what differs is written', () => {
  expect(encodeAddress({ ...PLAIN, digit: 445, wanted: 6 }, PLAIN)).toBe('digit=445&wanted=6');
});

test('every part comes back', () => {
  const text = encodeAddress(OTHER, PLAIN);
  expect(text.split('&')).toHaveLength(10);
  expect(decodeAddress(`#${text}`, PLAIN)).toEqual({ address: OTHER, refused: [] });
});

describe('nonsense is refused by name, and the default taken', () => {
  test.each([
    'model=resnet',
    'digit=-1',
    'digit=10000',
    'digit=7.5',
    'steps=1',
    'steps=4097',
    'steps=many',
    'mode=fast',
    'rule=simpson',
    'baseline=',
    'output=loud',
    'wanted=x',
    'strategy=luck',
  ])('%s', (part) => {
    expect(decodeAddress(`#${part}&unknown=1`, PLAIN)).toEqual({ address: PLAIN, refused: [part] });
  });
  test('both ends of the step counts are accepted', () => {
    for (const steps of [2, 4096]) expect(decodeAddress(`#steps=${steps}`, PLAIN).address.settings.steps).toBe(steps);
  });
});
