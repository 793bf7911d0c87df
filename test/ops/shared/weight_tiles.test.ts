import { expect, test } from 'vitest';
import { packWeightTiles, type WeightFactors, type WeightTiles, weightTilesSize } from '../../../src/ops/shared/weight_tiles.js';
import { Xoshiro128 } from '../../../src/tensor/random.js';

/** What kernels read, element by element. */
function defined(weights: ArrayLike<number>, packing: WeightTiles, factors?: WeightFactors): Float32Array {
  const { groups, written, read, readWithZeros, tile, taps, strides } = packing;
  const packed: number[] = [];
  for (let group = 0; group < groups; group++) {
    for (let first = 0; first < written; first += tile) {
      for (let r = 0; r < readWithZeros; r++) {
        for (const tap of taps) {
          for (let w = first; w < first + tile; w++) {
            const exists = w < written && r < read && tap >= 0;
            const factor = factors?.values[factors.of === 'written' ? group * written + w : group * read + r] ?? 1;
            const at = group * strides.group + w * strides.written + r * strides.read + tap;
            packed.push(exists ? (weights[at] as number) * factor : 0);
          }
        }
      }
    }
  }
  return Float32Array.from(packed);
}

const MIRRORED = [8, 7, 6, 5, 4, 3, 2, 1, 0];
const PHASES = [-1, 8, 7, -1, 2, 0];

/** Weights [group][output][channel][tap], read along both axes. */
function packings(groups: number, outputs: number, channels: number, each: number, taps: readonly number[]): WeightTiles[] {
  const [far, near] = [channels * each, each];
  const common = { groups, taps };
  return [1, 8, 16].flatMap((tile) => [
    {
      ...common,
      tile,
      written: outputs,
      read: channels,
      readWithZeros: channels,
      strides: { group: outputs * far, written: far, read: near },
    },
    {
      ...common,
      tile,
      written: channels,
      read: outputs,
      readWithZeros: 16 * Math.ceil(outputs / 16),
      strides: { group: outputs * far, written: near, read: far },
    },
  ]);
}

test.each([
  ['one group, one tap', packings(1, 33, 40, 1, [0])],
  ['a convolution of 3 x 3', packings(1, 17, 35, 9, MIRRORED)],
  ['taps in phases, some of which are zeros', packings(1, 17, 5, 9, PHASES)],
  ['groups', packings(3, 5, 18, 9, MIRRORED)],
  ['depthwise', packings(19, 1, 1, 9, MIRRORED)],
])('%s: packed weights are, byte by byte, those of the definition', (_, all) => {
  const random = Xoshiro128.fromSeed(7);
  for (const packing of all) {
    const { groups, written, read, strides } = packing;
    const numbers = Float64Array.from({ length: strides.group * groups }, () => random.uniform() - 0.5);
    for (const weights of [numbers, Float32Array.from(numbers)]) {
      expect(packWeightTiles(weights, packing)).toEqual(defined(weights, packing));
      for (const of of ['written', 'read'] as const) {
        const values = Float64Array.from({ length: groups * (of === 'written' ? written : read) }, () => random.uniform());
        expect(packWeightTiles(weights, packing, { of, values })).toEqual(defined(weights, packing, { of, values }));
      }
    }
    expect(packWeightTiles(numbers, packing)).toHaveLength(weightTilesSize(packing));
  }
});
