/** How shaders/products/dense.wgsl cuts a product: an invocation computes `outputs` outputs of `quads` quads of samples. */
export interface DenseTile {
  /** A multiple of 8 where there are several tiles, since a word of gates has 8 outputs, and one invocation writes it. */
  readonly outputs: 4 | 8 | 12 | 16;
  readonly quads: 2 | 4;
}

/**
 * Chooses the tile by the number of outputs. On the software adapter a storage load costs as much as 30 multiply-adds, and every sum that a
 * loop changes costs as much as 4 in each iteration. A tile of 16 outputs x 4 quads, with loads of weights shared by four invocations and
 * four steps of the depth in the loop's body (src/gpu/kernels/variant.ts), has 20 loads and 256 vec4f sums in an iteration, for 1,024
 * multiply-adds (of vec4f, in all lanes: x 4). 8 x 4 alone, with one step, had 24 loads and 512 sums for as many. Milliseconds of the
 * products of M2 with 64 images and 64 steps on SwiftShader, in one run, minima of 12:
 *
 *                            784 -> 128, at the ends   128 -> 64   64 -> 128, with gates
 *   8 x 4 alone              13.5                      30.1        43.3
 *   16 x 4 sharing           5.7                       21.5        28.5
 *
 * 32 outputs are no faster and compile for twice as long. Without shared loads, src/gpu/kernels/variant.ts takes fewer quads: 16 x 2 ran at
 * 4.4 GFLOP/s and 8 x 4 at 4.8. Ten classes fit into one tile of 12, and up to four outputs into one of 4.
 */
export function chooseDenseTile(outputs: number): DenseTile {
  if (outputs <= 4) return { outputs: 4, quads: 4 };
  if (outputs > 8 && outputs <= 12) return { outputs: 12, quads: 4 };
  return { outputs: 16, quads: 4 };
}
