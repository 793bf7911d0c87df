import { lowerConv } from '../../ops/convolution/conv.js';
import { lowerConvTranspose } from '../../ops/convolution/conv_transpose.js';
import type { TileRow } from '../../ops/convolution/tiles.js';
import type { KernelName } from '../../ops/kernel_name.js';
import type { Dispatch, Lowered } from '../../ops/operator.js';
import { lowerDense } from '../../ops/products/dense.js';
import { type Lowerings, lowerOf } from '../compile/lowering.js';

/**
 * Tiles that make shorter shaders: they unroll the taps of one row, and have one row of pixels unless a pool needs more.
 * src/ops/convolution/tiles.ts explains such tables.
 */
export const COMPACT_TILES: readonly TileRow[] = [
  {
    name: 'pool of 3, forward',
    when: ({ pool, direction }) => pool === 3 && direction === 'forward',
    tile: { channels: 8, rows: 3, pixels: 3, tapRows: 1 },
    measured: 'No choice: one window.',
  },
  {
    name: 'pool of 3, backward',
    when: ({ pool }) => pool === 3,
    tile: { channels: 8, rows: 1, pixels: 3, tapRows: 1 },
    measured: 'The shortest.',
  },
  {
    name: 'two rows',
    when: ({ pool, direction }) => direction === 'forward' && pool === 2,
    tile: { channels: 8, rows: 2, pixels: 4, tapRows: 1 },
    measured: 'No choice: whole windows.',
  },
  {
    name: 'one row',
    when: () => true,
    tile: { channels: 8, rows: 1, pixels: 4, tapRows: 1 },
    measured: 'M1 linked compiles in seconds on SwiftShader, with the tiles of the layered plan in minutes.',
  },
];

/**
 * How the fused plan makes products and convolutions: by kernels of the layered plan, with other constants. All kernels of a network are
 * linked into one shader, and its compile time grows faster than its length: with the layered plan's tiles M1 compiled for minutes in
 * SwiftShader, with these for seconds. A second reason: what the layered plan chooses may use workgroup memory and barriers, which no linked
 * kernel may.
 */
export const linkedKernels: Lowerings = {
  Conv: (lowering) => plain(lowerConv(lowering, COMPACT_TILES)),
  ConvTranspose: (lowering) => plain(lowerConvTranspose(lowering, COMPACT_TILES)),
  Dense: (lowering) => plain(lowerDense(lowering, 'for each direction')),
  MatMul: (lowering) => plain(lowerOf('MatMul')(lowering)),
};

const TILE_CONSTANTS = ['CHANNELS', 'ROWS', 'PIXELS', 'TAPS', 'STRIDE', 'DILATION'];

/**
 * The constants that linked kernels keep of a product or convolution, besides GATED. The others have their defaults: one quad and one row for
 * each invocation, no shared loads.
 */
export const KEPT_CONSTANTS: { readonly [Kernel in KernelName]?: readonly string[] } = {
  conv_tile_forward: [...TILE_CONSTANTS, 'RESIDUAL', 'POOL', 'RELU'],
  conv_tile_backward: [...TILE_CONSTANTS, 'EXPAND', 'COLUMN_PHASE', 'ACCUMULATE'],
  conv_tile_phases: [...TILE_CONSTANTS, 'PHASES', 'FIRST_TAP', 'ACCUMULATE'],
  dense: ['TILE', 'RELU', 'ACCUMULATE'],
  matmul: [],
};

function plain({ forward, backward }: Lowered): Lowered {
  return { forward: forward.map(plainDispatch), backward: backward.map(plainDispatch) };
}

/** The dispatch without what only the layered plan has: constants that are not kept, lanes of several quads, variants to choose from. */
function plainDispatch(dispatch: Dispatch): Dispatch {
  const { kernel, bindings, parameters, tiles, constants = {}, gateable, multiplyAdds } = dispatch;
  const kept = KEPT_CONSTANTS[kernel];
  if (kept === undefined) return dispatch;
  return {
    kernel,
    bindings,
    parameters,
    tiles,
    constants: Object.fromEntries(Object.entries(constants).filter(([name]) => kept.includes(name))),
    ...(gateable && { gateable }),
    ...(multiplyAdds !== undefined && { multiplyAdds }),
  };
}
