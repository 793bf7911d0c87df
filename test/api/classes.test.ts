import { describe, expect, test } from 'vitest';
import { findClass, unambiguousName } from '../../src/api/classes.js';

describe('a class that may be several is refused with all of them', () => {
  test('a label that occurs twice', () => {
    const labels = ['crane', 'dog', 'Crane', 'crane'];
    expect(() => findClass('crane', 4, labels)).toThrow('the class crane may be 0 "crane" or 3 "crane" (index:0 or index:3)');
    expect(() => findClass('CRANE', 4, labels)).toThrow('may be 0 "crane" or 2 "Crane" or 3 "crane"');
    expect(findClass('Crane', 4, labels)).toBe(2);
    expect(findClass('index:3', 4, labels)).toBe(3);
  });

  test('a part of two labels', () => {
    const labels = ['bald eagle, eagle', 'dog', 'eagle, American eagle'];
    expect(() => findClass('eagle', 3, labels)).toThrow('may be 0 "bald eagle, eagle" or 2 "eagle, American eagle"');
    expect(findClass('american eagle', 3, labels)).toBe(2);
  });

  test('digits that are an index and the label of another class', () => {
    const labels = ['7', '8', '9', '0'];
    expect(() => findClass('0', 4, labels)).toThrow('the class 0 may be 0 "7" or 3 "0" (index:0 or index:3)');
    expect(findClass('7', 4, labels)).toBe(0);
    expect(findClass('index:0', 4, labels)).toBe(0);
    expect(findClass(0, 4, labels)).toBe(0);
    // The class has its own index as its label.
    expect(findClass('2', 3, ['0', '1', '2'])).toBe(2);
  });
});

test('what does not exist', () => {
  for (const name of ['index:4', 'index:', 'index:x', '-1', '1.5', ''])
    expect(() => findClass(name, 4, ['a', 'b', 'c', 'd'])).toThrow('does not exist');
  for (const name of [4, -1, 1.5, Number.NaN]) expect(() => findClass(name, 4, undefined)).toThrow('does not exist');
});

test('a name for every class that means it alone', () => {
  for (const labels of [undefined, ['7', '8', '9', '0'], ['a', '0', 'b', 'c'], ['0', '1', '2', '3'], ['0, a', '0, b', '1', '9']]) {
    for (let index = 0; index < 4; index++) expect(findClass(unambiguousName(index, labels), 4, labels)).toBe(index);
  }
  expect(unambiguousName(1, ['a', 'b'])).toBe('1');
});
