import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Gives tests and pages narrow tiles of convolutions and products. SwiftShader compiles a kernel with a wide tile for two seconds of processor
 * time, one with a narrow tile for a quarter of a second, and a network has up to ten of them. Kernels have the same text but for the numbers in it.
 *
 * For what is asked of networks and of the page. That the wide tiles are right is asked where operators are compared with the reference,
 * with every pair of constants that a network's kernels have (test/ops/wide_tiles.test.ts).
 * @param rows rows of convolutions' tiles: two where every shape of a convolution is asked for, whose planes end within a tile
 */
export function narrowTiles({ rows }: { readonly rows: 1 | 2 }): Plugin {
  // What stands in for which module. The one that stands in imports the other.
  const standIns = new Map([
    [at('../../../src/ops/convolution/tiles.ts'), at(rows === 1 ? 'convolution_one_row.ts' : 'convolution_two_rows.ts')],
    [at('../../../src/ops/products/tiles.ts'), at('products.ts')],
  ]);
  return {
    // Vitest keeps what it transformed under the names of the plugins.
    name: `narrow-tiles-${rows}`,
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.endsWith('/tiles.js')) return null;
      const standIn = standIns.get(resolve(dirname(importer), source.replace(/\.js$/, '.ts')));
      return standIn === importer ? null : standIn;
    },
  };
}
