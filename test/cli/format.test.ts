import { expect, test } from 'vitest';
import { classesNote, memoryNote, percentage, precisionNote } from '../../src/cli/format.js';

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

const COST = { plan: 'layered', dispatches: 9, submits: 2, uploadedBytes: 8e9, readbackBytes: 4, peakBytes: 1e9, milliseconds: 5 } as const;

test('mixed precision says how far it is off, or that it stored nothing in 16 bits', () => {
  expect(precisionNote(COST, false)).toBeUndefined();
  expect(precisionNote({ ...COST, mixedError: 0.0012 }, true)).toContain('gradients are 0.12% off');
  expect(precisionNote(COST, true)).toContain('nothing was stored in 16 bits');
});

test.each([
  [{}, undefined],
  [
    { streamedBytes: 7e9 },
    'the weights do not fit into 1.00 GB of GPU memory at once: 7.00 GB were uploaded in turn, which is slower (--memory)',
  ],
  [
    { streamedBytes: 7e9, recomputed: true as const },
    'the weights do not fit into 1.00 GB of GPU memory at once: 7.00 GB were uploaded in turn, and most of the forward pass ran twice, which is slower (--memory)',
  ],
  [
    { recomputed: true as const },
    'what the backward pass reads does not fit into 1.00 GB of GPU memory at once: most of the forward pass ran twice, which is slower (--memory)',
  ],
])('a call for which memory was short, %j, has a word', (short, expected) => {
  const device = { kind: 'software', adapter: 'some', memoryBudget: 1e9 } as const;
  expect(memoryNote({ ...COST, ...short }, device)).toBe(expected);
});
