import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const NARROW = fileURLToPath(new URL('narrow_tiles.ts', import.meta.url));

/**
 * Gives tests and pages narrow tiles of convolutions. SwiftShader compiles a kernel with a wide tile for two seconds of processor time, one
 * with a narrow tile for a quarter of a second, and a network has up to ten of them. Kernels have the same text but for the numbers in it.
 *
 * For what is asked of networks and of the page. That the wide tiles are right is asked where operators are compared with the reference,
 * with every pair of constants that a network's kernels have (test/ops/convolution/wide_tiles.test.ts).
 */
export function narrowTiles(): Plugin {
  return {
    name: 'narrow-tiles',
    enforce: 'pre',
    resolveId: (source, importer) =>
      /(^|\/)tiles\.js$/.test(source) && importer !== NARROW && /\/src\//.test(importer ?? '') ? NARROW : null,
  };
}
