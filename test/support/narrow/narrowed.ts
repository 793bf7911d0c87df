import type { Tile, TileRow } from '../../../src/ops/convolution/tiles.js';

/**
 * The classes of convolutions, each with a tile of an eighth of the sums or fewer, and one row of taps in the loop's body. The tiles of a pool stay: an
 * invocation writes whole windows.
 * @param rows rows of a tile, where a plane has several
 */
export function narrowed(wide: readonly TileRow[], rows: 1 | 2): TileRow[] {
  const narrow = (tile: Tile): Tile =>
    tile.rows === 1 ? { ...tile, channels: 8, pixels: 2 } : { channels: 8, rows, pixels: 2, tapRows: 1 };
  return wide.map((row) => (row.name.startsWith('pool') ? row : { ...row, tile: narrow(row.tile) }));
}
