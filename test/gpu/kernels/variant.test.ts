import { describe, expect, test } from 'vitest';
import { chooseVariant, invocationsOf } from '../../../src/gpu/kernels/variant.js';

const PRODUCT = { quads: 4, broadcasts: true, unrolls: true, constants: { TILE: 16, UNROLL: 1 }, tiles: 8 };
const [SHARING, ALONE] = [{ broadcasts: true }, { broadcasts: false }];

describe('chooseVariant', () => {
  test('invocations share loads where a block has four lanes, and take as many quads as leave four lanes', () => {
    const of = (lanes: number) => chooseVariant(PRODUCT, { lanes, blocks: 1024 }, SHARING);
    expect([2, 4, 8, 16].map((lanes) => of(lanes).quads)).toEqual([2, 1, 2, 4]);
    expect(of(2).constants).toEqual({ QUADS: 2 });
    expect(of(2).workgroup).toBe(64);
    expect(of(16)).toEqual({ tiles: 8, quads: 4, workgroup: 16, constants: { QUADS: 4, BROADCAST: 4, WORKGROUP: 16, UNROLL: 4 } });
  });

  test('where they do not, a tile has at most 32 sums in registers', () => {
    const of = (TILE: number) => chooseVariant({ ...PRODUCT, constants: { TILE, UNROLL: 1 } }, { lanes: 16, blocks: 1024 }, ALONE);
    expect([4, 12, 16, 32].map((tile) => of(tile).quads)).toEqual([4, 2, 2, 1]);
    expect(of(16)).toEqual({ tiles: 8, quads: 2, workgroup: 64, constants: { QUADS: 2 } });
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
    expect(chooseVariant(PRODUCT, onePath, SHARING)).toEqual({
      tiles: 8,
      quads: 1,
      workgroup: 4,
      constants: { QUADS: 1, WORKGROUP: 4, UNROLL: 4 },
    });
    expect(chooseVariant(PRODUCT, onePath, ALONE)).toEqual({ tiles: 8, quads: 1, workgroup: 64, constants: { QUADS: 1 } });
    expect(chooseVariant({ ...PRODUCT, tiles: 4 * 64 }, onePath, SHARING).workgroup).toBe(64);
  });

  test('a convolution of one tap reads one channel an iteration where loops should be short', () => {
    const short = { broadcasts: true, shortLoops: true };
    const step = (constants: Record<string, number>, device: typeof SHARING = short) =>
      chooseVariant({ constants, tiles: 8 }, { lanes: 16, blocks: 1024 }, device).constants.STEP;
    expect(step({ CHANNELS: 16, UNROLL: 4 })).toBe(1);
    expect(step({ CHANNELS: 16, UNROLL: 4, TRANSPOSED: 16 })).toBe(1);
    expect(step({ CHANNELS: 16, UNROLL: 1 })).toBeUndefined();
    expect(step({ TILE: 16, UNROLL: 4 })).toBeUndefined();
    expect(step({ CHANNELS: 16, UNROLL: 4 }, SHARING)).toBeUndefined();
  });

  test('eight invocations share the loads of a convolution of one tap where a subgroup has them, and few of their sums are of nothing', () => {
    const octets = { broadcasts: true, shortLoops: true, octets: true };
    const product = (outputs: number, places: number) => ({
      shares: 'weights' as const,
      kernel: 'conv_workgroup' as const,
      constants: { BIAS: 1, RESIDUAL: 0, RELU: 1, TILE: 16, TAPS: 1 },
      parts: 3,
      outputs,
      places,
      depth: 20,
      oneTap: true,
    });
    const constants = { CHANNELS: 16, UNROLL: 4, GATED: 0 };
    const of = (outputs: number, places: number, lanes: number, device: typeof SHARING = octets) =>
      chooseVariant({ constants, tiles: 8, workgroups: product(outputs, places) }, { lanes, blocks: 2 }, device);
    expect(of(64, 49, 16)).toEqual({
      kernel: 'conv_subgroup',
      tiles: 3,
      quads: 1,
      workgroup: 8,
      constants: { CHANNELS: 32, START: 1, RESIDUAL: 0, RELU: 1, TRANSPOSED: 0, ACCUMULATE: 0, GATED: 0 },
      columns: { ofQuad: 49, ofWorkgroup: 8 },
    });
    expect(invocationsOf(of(64, 49, 16), 32)).toBe(3 * 49 * 32);
    // 48 channels are one tile of twice 24, 32 one of twice 16, and 1,000 fill 16 of twice 32 well enough. 36 fill none.
    expect(of(96, 48, 1)).toMatchObject({ tiles: 6, constants: { CHANNELS: 24 } });
    expect(of(48, 49, 16)).toMatchObject({ tiles: 3, constants: { CHANNELS: 24 }, columns: { ofQuad: 49, ofWorkgroup: 8 } });
    expect(of(32, 49, 16)).toMatchObject({ tiles: 3, constants: { CHANNELS: 16 } });
    expect(of(1000, 49, 16)).toMatchObject({ tiles: 48, constants: { CHANNELS: 32 } });
    expect(of(36, 49, 16).kernel).toBeUndefined();
    // Half of the columns are better than none that share loads.
    expect(of(64, 1, 2).kernel).toBe('conv_subgroup');
    expect(of(64, 1, 1).kernel).toBeUndefined();
    expect(of(64, 49, 16, SHARING).kernel).toBeUndefined();
    const several = { constants, tiles: 8, workgroups: { ...product(64, 49), oneTap: false } };
    expect(chooseVariant(several, { lanes: 16, blocks: 2 }, octets).kernel).toBeUndefined();
  });

  test('tiles of a plane take the place of lanes where there are fewer than four, and the plane is filled up to a multiple of four', () => {
    const constants = { CHANNELS: 16, ROWS: 2, PIXELS: 2, UNROLL: 1 };
    const plane = { height: 13, width: 14, outputs: 64, cuttable: true };
    const convolution = { plane, broadcasts: true, constants, tiles: 49 * 4 };
    const shared = { BROADCAST: 4, NEIGHBOURS: 4 };
    expect(chooseVariant(convolution, { lanes: 1, blocks: 2 }, SHARING)).toEqual({
      tiles: 52 * 4,
      quads: 1,
      workgroup: 16,
      constants: { ...shared, WORKGROUP: 16 },
    });
    expect(chooseVariant(convolution, { lanes: 1, blocks: 1 }, SHARING).constants).toEqual({ ...shared, WORKGROUP: 4 });
    // Lanes share loads, nothing shares them, or more than a quarter would be filled up: 9 tiles to 12.
    const one = { lanes: 1, blocks: 1 };
    for (const [layout, device, tiled] of [
      [{ lanes: 4, blocks: 1 }, SHARING, plane],
      [one, ALONE, plane],
      [one, SHARING, { ...plane, height: 6, width: 6 }],
    ] as const) {
      const { constants: chosen } = chooseVariant({ ...convolution, plane: tiled }, layout, device);
      expect(chosen).not.toHaveProperty('NEIGHBOURS');
    }
  });

  test('where loops should be short, a convolution of several taps has a row of pixels and of taps', () => {
    const short = { broadcasts: true, shortLoops: true };
    const layout = { lanes: 16, blocks: 4 };
    const plane = { height: 13, width: 14, outputs: 64, cuttable: true };
    const convolution = { plane, broadcasts: true, constants: { CHANNELS: 16, ROWS: 2, PIXELS: 2, TAP_ROWS: 3 }, tiles: 49 * 4 };
    const shared = { BROADCAST: 4, WORKGROUP: 16, ROWS: 1, TAP_ROWS: 1 };
    expect(chooseVariant(convolution, layout, short)).toEqual({
      tiles: 13 * 7 * 4,
      quads: 1,
      workgroup: 16,
      constants: { ...shared, PIXELS: 2 },
    });
    const narrow = { ...convolution, constants: { CHANNELS: 8, ROWS: 2, PIXELS: 4, TAP_ROWS: 3 }, tiles: 28 };
    expect(chooseVariant(narrow, layout, short)).toMatchObject({ tiles: 13 * 4, constants: { ...shared, PIXELS: 4 } });
    const one = { ...narrow, plane: { ...plane, width: 1 }, tiles: 7 };
    expect(chooseVariant(one, layout, short)).toMatchObject({ tiles: 13, constants: { ...shared, PIXELS: 1 } });
    // A pool's cotangent is spread over whole windows of a row.
    const spread = { ...convolution, constants: { ...convolution.constants, EXPAND: 2, ROW_PHASE: 1, COLUMN_PHASE: 1 } };
    expect(chooseVariant(spread, layout, short)).toMatchObject({ tiles: 13 * 7 * 4, constants: { ...shared, PIXELS: 2, ROW_PHASE: 0 } });
    // A pool's windows stay whole, and each of their rows has a loop of its own.
    const pooled = { ...convolution, plane: { ...plane, height: 12 }, constants: { ...convolution.constants, POOL: 2 } };
    const loops = { ...shared, ROWS: 2, LOOPS: 2 };
    expect(chooseVariant({ ...pooled, tiles: 42 * 4 }, layout, short)).toMatchObject({ tiles: 42 * 4, constants: { ...loops, PIXELS: 2 } });
    const three = {
      ...pooled,
      plane: { ...plane, height: 12, width: 12 },
      constants: { CHANNELS: 8, ROWS: 3, PIXELS: 3, POOL: 3 },
      tiles: 16,
    };
    expect(chooseVariant(three, layout, short)).toMatchObject({ tiles: 16, constants: { ...loops, ROWS: 3, LOOPS: 3, PIXELS: 3 } });
    for (const [device, tiled] of [
      [SHARING, plane],
      [short, { ...plane, cuttable: false }],
    ] as const) {
      expect(chooseVariant({ ...convolution, plane: tiled }, layout, device)).toMatchObject({ tiles: 49 * 4 });
    }
  });

  test('where eight invocations can share loads, a convolution of at most three taps in a row has more sums', () => {
    const device = { broadcasts: true, shortLoops: true, octets: true };
    const plane = { height: 13, width: 14, outputs: 64, cuttable: true };
    const constants = { CHANNELS: 16, ROWS: 2, PIXELS: 2, TAPS: 3, TAP_ROWS: 3 };
    const of = (changed: Readonly<Record<string, number>>, on: Partial<typeof plane> = {}, lanes = 8) =>
      chooseVariant(
        { plane: { ...plane, ...on }, broadcasts: true, constants: { ...constants, ...changed }, tiles: 49 * 4 },
        { lanes, blocks: 4 },
        device,
      );
    const row = { BROADCAST: 8, WORKGROUP: 8, ROWS: 1, LOOPS: 1, TAP_ROWS: 1 };
    expect(of({})).toEqual({ tiles: 13 * 7 * 2, quads: 1, workgroup: 8, constants: { ...row, CHANNELS: 32, PIXELS: 2 } });
    // A tile of 32 channels would be half empty; windows of a pool, and a narrow plane, are whole; more columns leave room for fewer pixels.
    expect(of({}, { outputs: 48 })).toMatchObject({ tiles: 13 * 5 * 4, constants: { ...row, CHANNELS: 16, PIXELS: 3 } });
    expect(of({ EXPAND: 2, ROW_PHASE: 1 }, { outputs: 48 })).toMatchObject({ tiles: 13 * 7 * 4, constants: { PIXELS: 2, ROW_PHASE: 0 } });
    expect(of({ POOL: 2 }, { height: 14 })).toMatchObject({ tiles: 7 * 7 * 2, constants: { CHANNELS: 32, PIXELS: 2, ROWS: 2, LOOPS: 2 } });
    expect(of({ PIXELS: 1 }, { width: 1 })).toMatchObject({ constants: { CHANNELS: 32, PIXELS: 1 } });
    expect(of({ STRIDE: 2 })).toMatchObject({ tiles: 13 * 7 * 4, constants: { ...row, CHANNELS: 16, PIXELS: 2 } });
    expect(of({ DILATION: 2 })).toMatchObject({ constants: { ...row, CHANNELS: 16, PIXELS: 2 } });
    // Where a block has fewer lanes, tiles of a plane take their place: 91 of them, filled up to 96. Planes of 9 tiles are not filled up to 16.
    for (const lanes of [1, 4]) expect(of({}, {}, lanes)).toMatchObject({ tiles: 96 * 2, constants: { ...row, NEIGHBOURS: 8 } });
    expect(of({}, { height: 3, width: 6 }, 1).constants).not.toMatchObject({ BROADCAST: 8 });
    // Four share where a row has more taps, or few channels are written.
    for (const variant of [of({ TAPS: 5 }), of({ CHANNELS: 8 })]) expect(variant.constants).toMatchObject({ BROADCAST: 4 });
  });

  test('where loops should be short, a product that shares loads has one quad', () => {
    const of = (lanes: number) => chooseVariant(PRODUCT, { lanes, blocks: 1024 }, { broadcasts: true, shortLoops: true });
    expect([2, 4, 8, 16].map((lanes) => of(lanes).quads)).toEqual([2, 1, 1, 1]);
    expect(of(16).constants).toEqual({ QUADS: 1, BROADCAST: 4, WORKGROUP: 16, UNROLL: 4 });
    // What moves elements has a loop of another kind.
    const move = chooseVariant({ quads: 4, constants: {}, tiles: 64 }, { lanes: 16, blocks: 1024 }, { broadcasts: true, shortLoops: true });
    expect(move.quads).toBe(4);
  });

  test('where eight invocations can share loads, a product has 32 outputs of one quad, or 16', () => {
    const device = { broadcasts: true, shortLoops: true, octets: true };
    const shared = { QUADS: 1, BROADCAST: 8, WORKGROUP: 8, UNROLL: 4 };
    const of = (changed: Partial<typeof PRODUCT> & { readonly rows?: number }, lanes = 8, blocks = 4) =>
      chooseVariant({ ...PRODUCT, ...changed }, { lanes, blocks }, device);
    expect(of({})).toEqual({ tiles: 4, quads: 1, workgroup: 8, constants: { ...shared, TILE: 32 } });
    expect(of({ rows: 3, tiles: 24 }, 8, 1)).toMatchObject({ tiles: 12, constants: { TILE: 32 } });
    // An odd number of packed tiles, and too few invocations for both cores.
    expect(of({ tiles: 7 })).toMatchObject({ tiles: 7, constants: { ...shared, TILE: 16 } });
    expect(of({ tiles: 4 }, 8, 1)).toMatchObject({ tiles: 4, constants: { ...shared, TILE: 16 } });
    // Four share where a block has four lanes, or tiles have few outputs.
    for (const variant of [of({}, 4), of({ constants: { TILE: 12, UNROLL: 1 } })])
      expect(variant.constants).toMatchObject({ BROADCAST: 4 });
  });

  test('a kernel that chose how far to unroll keeps it', () => {
    const convolution = { ...PRODUCT, unrolls: false };
    expect(chooseVariant(convolution, { lanes: 1, blocks: 1 }, SHARING).constants).toEqual({ QUADS: 1, WORKGROUP: 4 });
  });

  test('many rows take the place of lanes where there are fewer than four', () => {
    // ViT-Ti's 197 tokens, 192 -> 192: 197 rows in groups of 4, up to a multiple of four groups, for each of 12 tiles.
    const tokens = { ...PRODUCT, rows: 197, tiles: 197 * 12 };
    expect(chooseVariant(tokens, { lanes: 1, blocks: 1 }, SHARING)).toEqual({
      tiles: 52 * 12,
      quads: 1,
      workgroup: 16,
      constants: { QUADS: 1, ROWS: 4, BROADCAST: 4, WORKGROUP: 16, UNROLL: 4 },
    });
    expect(chooseVariant(tokens, { lanes: 2, blocks: 1 }, ALONE)).toEqual({
      tiles: 100 * 12,
      quads: 1,
      workgroup: 64,
      constants: { QUADS: 1, ROWS: 2 },
    });
    // Lanes share loads as well, and rows stay one a tile.
    expect(chooseVariant(tokens, { lanes: 4, blocks: 1 }, SHARING)).toMatchObject({ tiles: 197 * 12, constants: { BROADCAST: 4 } });
    expect(chooseVariant(tokens, { lanes: 4, blocks: 1 }, SHARING).constants).not.toHaveProperty('ROWS');
    // Too few rows for four groups, or too few invocations for both cores.
    expect(chooseVariant({ ...tokens, rows: 7, tiles: 7 * 12 }, { lanes: 1, blocks: 1 }, SHARING).constants).not.toHaveProperty('ROWS');
    expect(chooseVariant({ ...tokens, tiles: 197 }, { lanes: 1, blocks: 1 }, SHARING).constants).toMatchObject({ ROWS: 2 });
  });

  test('a kernel that takes no quads and shares nothing stays as it is', () => {
    const plain = { constants: { RELU: 1 }, tiles: 100 };
    expect(chooseVariant(plain, { lanes: 16, blocks: 4 }, SHARING)).toEqual({ tiles: 100, quads: 1, workgroup: 64, constants: {} });
  });
});
