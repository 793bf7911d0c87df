import { type TileRow, TILES as WIDE } from '../../../src/ops/convolution/tiles.js';
import { narrowed } from './narrowed.js';

// Stands in for src/ops/convolution/tiles.ts where plugin.ts says so.

export type { PoolSize, ShapeClass, Tile, TileRow } from '../../../src/ops/convolution/tiles.js';

export const TILES: readonly TileRow[] = narrowed(WIDE, 1);
