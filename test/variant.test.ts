import { describe, expect, test } from 'vitest';
import { chooseVariant } from '../src/gpu/variant.js';

const PRODUCT = { quads: 4, broadcasts: true, constants: { TILE: 16, UNROLL: 1 }, tiles: 8 };
const [SHARING, ALONE] = [{ broadcasts: true }, { broadcasts: false }];

describe('chooseVariant', () => {
  test('invocations share loads where a block has four lanes, and take as many quads as leave four lanes', () => {
    const of = (lanes: number) => chooseVariant(PRODUCT, { lanes, blocks: 1024 }, SHARING);
    expect([2, 4, 8, 16].map((lanes) => of(lanes).quads)).toEqual([2, 1, 2, 4]);
    expect(of(2).constants).toEqual({ QUADS: 2 });
    expect(of(2).workgroup).toBe(64);
    expect(of(16)).toEqual({ quads: 4, workgroup: 16, constants: { QUADS: 4, BROADCAST: 1, WORKGROUP: 16, UNROLL: 4 } });
  });

  test('where they do not, a tile has at most 32 sums in registers', () => {
    const of = (TILE: number) => chooseVariant({ ...PRODUCT, constants: { TILE, UNROLL: 1 } }, { lanes: 16, blocks: 1024 }, ALONE);
    expect([4, 12, 16, 32].map((tile) => of(tile).quads)).toEqual([4, 2, 2, 1]);
    expect(of(16)).toEqual({ quads: 2, workgroup: 64, constants: { QUADS: 2 } });
  });

  test.each([
    // 8 tiles x 16 lanes x blocks / quads invocations; four workgroups at least.
    ['sharing', SHARING, 1, 2],
    ['sharing', SHARING, 2, 4],
    ['alone', ALONE, 3, 1],
    ['alone', ALONE, 4, 2],
  ])('few samples are spread over workgroups: %s', (_, device, blocks, quads) => {
    expect(chooseVariant(PRODUCT, { lanes: 16, blocks }, device).quads).toBe(quads);
  });

  test('one path on a software adapter: a vector of invocations is a workgroup, so that every core has some', () => {
    const onePath = { lanes: 1, blocks: 1 };
    expect(chooseVariant(PRODUCT, onePath, SHARING)).toEqual({ quads: 1, workgroup: 4, constants: { QUADS: 1, WORKGROUP: 4, UNROLL: 4 } });
    expect(chooseVariant(PRODUCT, onePath, ALONE)).toEqual({ quads: 1, workgroup: 64, constants: { QUADS: 1 } });
    expect(chooseVariant({ ...PRODUCT, tiles: 4 * 64 }, onePath, SHARING).workgroup).toBe(64);
  });

  test('a kernel that takes no quads and shares nothing stays as it is', () => {
    const plain = { constants: { RELU: 1 }, tiles: 100 };
    expect(chooseVariant(plain, { lanes: 16, blocks: 4 }, SHARING)).toEqual({ quads: 1, workgroup: 64, constants: {} });
  });
});
