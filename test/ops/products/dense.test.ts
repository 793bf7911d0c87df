import { describe, expect, test } from 'vitest';
import type { Dispatch, Lowered } from '../../../src/ops/operator.js';
import { lowerDense } from '../../../src/ops/products/dense.js';
import { numbersOf } from '../../../src/ops/shared/packed.js';

/** Weights k * 100 + n of a product from `depth` to `outputs` values. */
function lowered(depth: number, outputs: number, weights: Parameters<typeof lowerDense>[1]): Lowered {
  const data = Float32Array.from({ length: depth * outputs }, (_, i) => Math.floor(i / outputs) * 100 + (i % outputs) + 1);
  const shape = [depth, outputs];
  const inputs = [
    { name: 'x', shape: [1, depth] },
    { name: 'w', shape, constant: { shape, type: 'float' as const, data } },
  ];
  return lowerDense({ attributes: {}, inputs, output: { name: 'y', shape: [1, outputs] } }, weights);
}

/** What a dispatch binds in second place. */
function weightsOf([dispatch]: readonly Dispatch[]) {
  const binding = dispatch?.bindings[1];
  if (binding?.kind !== 'constant') throw new Error('a product binds its weights second');
  return binding.data;
}

describe('the weights of a product', () => {
  test.each([
    [784, 128],
    [64, 10],
    [10, 64],
    [3, 3],
    [5, 5],
    [17, 33],
  ])('%d -> %d: both directions bind the same', (depth, outputs) => {
    const { forward, backward } = lowered(depth, outputs, 'once');
    expect(weightsOf(backward)).toBe(weightsOf(forward));
  });

  test('the fused plan binds one order for each direction', () => {
    const { forward, backward } = lowered(64, 10, 'for each direction');
    expect(weightsOf(backward)).not.toBe(weightsOf(forward));
    expect(backward[0]?.constants).not.toHaveProperty('TRANSPOSED');
  });

  test.each([
    [17, 33],
    [10, 3],
    [64, 10],
  ])('%d -> %d: a vector that the backward kernel reads holds four steps of one output, or zeros past the ends', (depth, outputs) => {
    const { forward, backward } = lowered(depth, outputs, 'once');
    const packed = numbersOf(weightsOf(forward));
    const [{ constants = {}, tiles } = { tiles: 0 }] = backward;
    const { TILE = 0, TRANSPOSED = 0 } = constants;
    // As shaders/products/dense.wgsl computes the place, with n along its depth and k along its outputs.
    const wStep = Math.floor((depth + 15) / 16) * 4 * TRANSPOSED;
    for (let n = 0; n < outputs; n += 4) {
      for (let k = 0; k < tiles * TILE; k++) {
        const vector = Math.floor(n / TRANSPOSED) * wStep + (k * TRANSPOSED) / 4 + (n % TRANSPOSED) / 4;
        const expected = [0, 1, 2, 3].map((step) => (n + step < outputs && k < depth ? k * 100 + n + step + 1 : 0));
        expect([...packed.subarray(4 * vector, 4 * vector + 4)]).toEqual(expected);
      }
    }
  });
});
