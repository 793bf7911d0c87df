import { describe, expect, test } from 'vitest';
import { shapeOfLayer, TILE_CLASSES } from '../../../bench/kernels/tile_classes.js';
import { TILES } from '../../../src/ops/convolution/tiles.js';
import { chooseConvVariant, cutTile, problemsOf } from '../../../src/ops/convolution/tiling.js';

describe('the table of tiles', () => {
  test('every row but those of pools is the choice of a class that npm run bench:tile measures', () => {
    const chosen = [...TILE_CLASSES.values()].flatMap((layer) => {
      const { forward, backward } = problemsOf(shapeOfLayer(layer), 1);
      return [forward, ...(backward ? [backward] : [])].map(({ shape }) => TILES.find(({ when }) => when(shape))?.name);
    });
    const rows = TILES.map(({ name }) => name).filter((name) => !name.startsWith('pool'));
    expect([...new Set(chosen)].sort()).toEqual(rows.sort());
  });

  test('a row above the others is what its class gets, and no other class', () => {
    const planted = {
      name: 'planted',
      when: ({ read }: { read: number }) => read === 16,
      tile: { channels: 8, rows: 1, pixels: 2 },
      measured: '',
    } as const;
    const layer = (channels: number) => shapeOfLayer({ channels, outputs: 32, size: 14, kernel: 3 });
    const choose = (channels: number) => chooseConvVariant(layer(channels), 1, [planted, ...TILES]).forward;
    expect(choose(16)).toMatchObject({ tiled: true, channels: 8, rows: 1, pixels: 2 });
    expect(choose(17)).toEqual(chooseConvVariant(layer(17)).forward);
  });

  test('channels are unrolled only where one tap meets a plane that lies as a row', () => {
    const { forward } = problemsOf(shapeOfLayer({ channels: 16, outputs: 32, size: 14, kernel: 3 }), 1);
    expect(cutTile(forward, { channels: 16, rows: 1, pixels: 4, unroll: 4 })).toBeUndefined();
  });
});
