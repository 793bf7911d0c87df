import type { DenseTile } from '../../../src/ops/products/tiles.js';

// Stands in for src/ops/products/tiles.ts where plugin.ts says so.

export type { DenseTile } from '../../../src/ops/products/tiles.js';

/** Half of the outputs, and of the quads. */
export function chooseDenseTile(): DenseTile {
  return { outputs: 8, quads: 2 };
}
