import { expect, test } from 'vitest';
import { kernelNames, kernelSource } from '../../../src/gpu/kernels/source.js';

test('a fragment is a kernel in its frame, and a frame alone is none', () => {
  expect(kernelNames).toContain('hard_swish');
  expect(kernelNames).not.toContain('pointwise');
  const source = kernelSource('hard_swish', { BACKWARD: 1 });
  expect(source.match(/@compute/g)).toHaveLength(1);
  expect(source.match(/^fn (value|derivative|main)\b/gm)).toEqual(['fn value', 'fn derivative', 'fn main']);
});

test('constants are those of the frame', () => {
  expect(kernelSource('hard_swish')).toContain('read_write> y:');
  expect(kernelSource('hard_swish', { BACKWARD: 1 })).toContain('read_write> dx:');
  expect(() => kernelSource('hard_swish', { POOL: 1 })).toThrow('kernel pointwise has no constant POOL (one of: BACKWARD, RESCALE)');
});
