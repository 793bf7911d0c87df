import { expect, test } from 'vitest';
import { parseMemory, parseRunning } from '../../src/cli/arguments.js';

test.each([
  ['4G', 4 * 2 ** 30],
  ['1.5 GiB', 1.5 * 2 ** 30],
  ['800m', 800 * 2 ** 20],
  ['2TB', 2 * 2 ** 40],
  ['1048576', 2 ** 20],
])('--memory %s', (value, bytes) => {
  expect(parseMemory(value)).toBe(bytes);
});

test.each(['', '4', 'G', '-4G', '4X', '1e9', '0.5M', '99999999T'])('--memory "%s" is refused', (value) => {
  expect(() => parseMemory(value)).toThrow(`--memory ${value} (bytes with their unit, such as 4G or 800M, and at least 1M)`);
});

test('--device, --plan and --memory', () => {
  expect(parseRunning({ device: 'software', plan: 'layered', memory: '2G' })).toEqual({
    device: 'software',
    plan: 'layered',
    memoryBudget: 2 * 2 ** 30,
  });
  expect(parseRunning({ device: 'auto', plan: 'auto' })).toEqual({ device: 'auto', plan: 'auto' });
  expect(() => parseRunning({ device: 'cpu', plan: 'fused' })).toThrow('--plan fused needs a GPU');
});
