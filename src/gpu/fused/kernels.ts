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
    when: ({ pool, direction }) => direction === 'phases' || (direction === 'forward' && pool === 2),
    tile: { channels: 8, rows: 2, pixels: 4, tapRows: 1 },
    measured: 'Forward no choice: whole windows. Phases have few taps, so that two rows are short enough.',
  },
  {
    name: 'one row',
    when: () => true,
    tile: { channels: 8, rows: 1, pixels: 4, tapRows: 1 },
    measured: 'M1 linked compiles in seconds on SwiftShader, with the tiles of the layered plan in minutes.',
  },
];

/**
 * The kernels of the fused plan that are not the operators' own. All kernels of a network are linked into one shader, and its compile time
 * grows faster than its length: with the tiles of the layered plan M1 compiled for minutes in SwiftShader, with these for seconds. A second
 * reason: kernels of the layered plan may use workgroup memory and barriers, which no linked kernel may.
 */
export const compactKernels: Lowerings = {
  Conv: (lowering) => compact(lowerConv(lowering, COMPACT_TILES)),
  ConvTranspose: (lowering) => compact(lowerConvTranspose(lowering, COMPACT_TILES)),
  Dense: (lowering) => compact(lowerDense(lowering, 'for each direction')),
  MatMul: (lowering) => compact(lowerOf('MatMul')(lowering)),
};

interface CompactKernel {
  readonly kernel: KernelName;
  /** The constants that it takes from the layered plan's kernel, besides GATED. */
  readonly constants: readonly string[];
}

const TILE_CONSTANTS = ['CHANNELS', 'ROWS', 'PIXELS', 'TAPS', 'STRIDE', 'DILATION'];

/** The kernels in shaders/fused, by the layered plan's kernels that do the same work with the same bindings and parameters. */
const COMPACT: { readonly [Layered in KernelName]?: CompactKernel } = {
  conv_tile_forward: { kernel: 'conv_compact_forward', constants: [...TILE_CONSTANTS, 'RESIDUAL', 'POOL', 'RELU'] },
  conv_tile_backward: { kernel: 'conv_compact_backward', constants: [...TILE_CONSTANTS, 'EXPAND', 'COLUMN_PHASE', 'ACCUMULATE'] },
  conv_tile_phases: { kernel: 'conv_compact_phases', constants: [...TILE_CONSTANTS, 'ACCUMULATE'] },
  dense: { kernel: 'dense_compact', constants: ['TILE', 'RELU', 'ACCUMULATE'] },
  matmul: { kernel: 'matmul_compact', constants: [] },
};

function compact({ forward, backward }: Lowered): Lowered {
  return { forward: forward.map(compactDispatch), backward: backward.map(compactDispatch) };
}

/** The same work by the compact kernel. Each of its invocations has one quad and one row, and shares no loads. */
function compactDispatch(dispatch: Dispatch): Dispatch {
  const own = COMPACT[dispatch.kernel];
  if (own === undefined) return dispatch;
  const { bindings, parameters, tiles, constants = {}, gateable, multiplyAdds } = dispatch;
  const kept = Object.entries(constants).filter(([name]) => own.constants.includes(name));
  return {
    kernel: own.kernel,
    bindings,
    parameters,
    tiles,
    constants: Object.fromEntries(kept),
    ...(gateable && { gateable }),
    ...(multiplyAdds !== undefined && { multiplyAdds }),
  };
}
