import { type Tile, type TileRow, TILES as WIDE } from '../../src/ops/convolution/tiles.js';

// Stands in for src/ops/convolution/tiles.ts where narrow_tiles_plugin.ts says so.

export type { PoolSize, ShapeClass, Tile, TileRow } from '../../src/ops/convolution/tiles.js';

/** A quarter of the sums or fewer, and one row of taps in the loop's body. The tiles of a pool stay: an invocation writes whole windows. */
function narrowed(tile: Tile): Tile {
  return tile.rows === 1 ? { ...tile, channels: 8, pixels: 2 } : { channels: 8, rows: 2, pixels: 2, tapRows: 1 };
}

/** The classes of convolutions as they are, each with a narrow tile. */
export const TILES: readonly TileRow[] = WIDE.map((row) => (row.name.startsWith('pool') ? row : { ...row, tile: narrowed(row.tile) }));
