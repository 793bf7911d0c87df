import { describe, expect, test } from 'vitest';
import { PANEL, plainProduct, wasmProduct } from '../../../../src/ops/shared/product/panel_product.js';

describe('panels are multiplied in WebAssembly as in plain loops', () => {
  test.each([
    { panels: 1, depth: 1 },
    { panels: 3, depth: 7 },
    { panels: 9, depth: 70 },
  ])('$panels panels of depth $depth', ({ panels, depth }) => {
    const wasm = wasmProduct();
    if (wasm === undefined) throw new Error('no WebAssembly here');
    const right = PANEL * depth;
    const sums = right + panels * PANEL * depth;
    const size = sums + panels * PANEL ** 2;
    const results = [wasm, plainProduct()].map((product) => {
      const data = product.room(size);
      for (let i = 0; i < size; i++) data[i] = Math.sin(i) / (1 + (i % 7));
      product.multiply({ panels, depth }, 0, right, sums);
      return data.slice(0, size);
    });
    expect(results[0]).toEqual(results[1]);
  });

  test('with infinities and NaN', () => {
    for (const product of [wasmProduct(), plainProduct()]) {
      const data = product?.room(24) ?? new Float64Array(0);
      data.set([1, 2, 3, 4, Number.POSITIVE_INFINITY, 0, Number.NaN, 1]);
      product?.multiply({ panels: 1, depth: 1 }, 0, PANEL, 2 * PANEL);
      expect([...data.subarray(8, 12)]).toEqual([Number.POSITIVE_INFINITY, 0, Number.NaN, 1]);
    }
  });
});
