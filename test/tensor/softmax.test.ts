import { expect, test } from 'vitest';
import { argmax, marginOf, softmax } from '../../src/tensor/softmax.js';

test('softmax sums to 1 and does not overflow', () => {
  expect([...softmax([0, Math.log(3)])]).toEqual([expect.closeTo(0.25, 15), expect.closeTo(0.75, 15)]);
  expect([...softmax([1000, 1000])]).toEqual([0.5, 0.5]);
});

test('argmax takes the first of equals', () => expect(argmax([1, 3, 3])).toBe(1));

test('the margin is to the largest of the others', () => {
  expect(marginOf([1, 5, 2], 1)).toBe(3);
  expect(marginOf([1, 5, 2], 0)).toBe(-4);
});
