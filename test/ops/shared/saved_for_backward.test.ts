import { describe, expect, test } from 'vitest';
import { codesOf, gateShape, gatesOf } from '../../../src/ops/shared/saved_for_backward.js';
import { type Shape, sizeOf } from '../../../src/tensor/tensor.js';

describe('gates', () => {
  test.each<[what: string, shape: Shape, channels: number, plane: number, words: number]>([
    ['planes', [1, 9, 3, 5], 9, 15, 30],
    ['a row', [1, 8], 8, 1, 1],
    ['one more than a word', [1, 9], 9, 1, 2],
    ['one axis', [11], 11, 1, 2],
    ['a scalar', [], 1, 1, 1],
    ['several rows in front', [3, 5, 2], 30, 1, 4],
  ])('%s', (_, shape, channels, plane, words) => {
    expect(gateShape(shape)).toEqual({ channels, plane });
    expect(channels * plane, 'every element has a bit').toBe(sizeOf(shape));
    expect(gatesOf('y', shape)).toEqual({ kind: 'saved', name: 'y/gates', words });
  });
});

test('codes are a word an element', () => {
  expect(codesOf('y', 12)).toEqual({ kind: 'saved', name: 'y/codes', words: 12 });
});
