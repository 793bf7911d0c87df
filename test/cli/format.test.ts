import { expect, test } from 'vitest';
import { classesNote, percentage } from '../../src/cli/format.js';

test.each([
  [0, '0%'],
  [1e-9, '<0.01%'],
  [0.0123456, '1.23%'],
  [0.98765, '98.8%'],
  [0.99876, '99.88%'],
  [0.99995, '>99.99%'],
  [1, '100%'],
  [1.25, '125%'],
  [25.34567, '2535%'],
  [1e7, '1.00e+9%'],
])('the share %d is %s', (share, text) => expect(percentage(share)).toBe(text));

test('probabilities that need not sum to 1 have a word', () => {
  expect(classesNote({ multiLabel: true })).toContain('each class has a probability of its own');
  expect(classesNote({ multiLabel: false })).toBe('');
});
