import type { Binding, Dispatch, WindowAxis, WorkgroupProduct } from '../operator.js';
import { tapsOf } from '../shared/window.js';
import type { PoolSize } from './tiles.js';
import { type ConvolutionShape, type ConvTiling, flatten, isPointwise, mirror } from './tiling.js';
import { channelsMultiple, MOST_CHANNELS } from './weights.js';

/** What the forward kernel computes from a sum before it stores the result (Epilogue in src/ops/operator.ts). */
export interface ConvEpilogue {
  readonly residual: boolean;
  readonly pool: PoolSize;
  readonly relu: boolean;
}

/** The forward direction, which stores z or the result of the epilogue. */
export function forwardDispatch(
  shape: ConvolutionShape,
  tiling: ConvTiling,
  { residual, pool, relu }: ConvEpilogue,
  bindings: readonly Binding[],
): Dispatch {
  if (!tiling.tiled) return generalDispatch(shape, tiling, bindings);
  const laid = laidOut(shape, pool);
  const constants = { ...flatConstants(laid, tiling), RESIDUAL: Number(residual), POOL: pool, RELU: Number(relu) };
  const [height, width] = [Math.floor(laid.rows.output / pool), Math.floor(laid.columns.output / pool)];
  return {
    kernel: 'conv_tile_forward',
    bindings,
    constants,
    broadcasts: tiling.channels > 1,
    parameters: parametersOf(laid, height, width),
    tiles: channelTiles(laid, tiling) * Math.ceil(height / (tiling.rows / pool)) * Math.ceil(width / (tiling.pixels / pool)),
    ...planeOf(laid, tiling, true, height * pool, width * pool),
    ...(pool === 1 && workgroupsOf(laid, tiling, { BIAS: 1, RESIDUAL: Number(residual), RELU: Number(relu) })),
    multiplyAdds: multiplyAddsOf(laid, tiling, height * pool, width * pool),
  };
}

/** The backward direction. With a pool, it reads the cotangent of the pool's output. */
export function backwardDispatch(shape: ConvolutionShape, tiling: ConvTiling, pool: PoolSize, bindings: readonly Binding[]): Dispatch {
  if (tiling.direction === 'phases') return phaseDispatch(shape, tiling, bindings);
  if (tiling.direction !== 'mirrored') return generalDispatch(shape, tiling, bindings);
  const laid = laidOut(mirror(shape), pool);
  const { rows, columns } = laid;
  const phase = (axis: WindowAxis) => modulo(-axis.padding, pool);
  const expand = { EXPAND: pool, ROW_PHASE: tiling.tapRows > 1 ? phase(rows) : 0, COLUMN_PHASE: phase(columns) };
  const stored = {
    ...laid,
    rows: { ...rows, input: Math.floor(rows.input / pool) },
    columns: { ...columns, input: Math.floor(columns.input / pool) },
  };
  return {
    kernel: 'conv_tile_backward',
    bindings,
    constants: { ...flatConstants(laid, tiling), TRANSPOSED: tiling.transposed ?? 0, ACCUMULATE: 1, ...expand },
    broadcasts: tiling.channels > 1,
    parameters: parametersOf(stored, rows.output, columns.output),
    tiles: channelTiles(laid, tiling) * Math.ceil(rows.output / tiling.rows) * Math.ceil(columns.output / tiling.pixels),
    // A pool of 3 has small tiles, and a row of taps, already.
    ...planeOf(laid, tiling, pool < 3, rows.output, columns.output),
    gateable: true,
    ...workgroupsOf(laid, tiling, { BIAS: 0, EXPAND: pool, TRANSPOSED: tiling.transposed ?? 0 }),
    multiplyAdds: multiplyAddsOf(laid, tiling, rows.output, columns.output),
  };
}

/** The backward direction as the forward pass of an operator: it writes a value. */
export function adjointForwardDispatch(shape: ConvolutionShape, tiling: ConvTiling, bindings: readonly Binding[]): Dispatch {
  const { gateable: _, constants, ...dispatch } = backwardDispatch(shape, tiling, 1, bindings);
  return { ...dispatch, ...(constants && { constants: { ...constants, ACCUMULATE: 0 } }) };
}

/**
 * The forward direction as the backward pass of an operator: it writes a cotangent. Only the general kernel reads a bias, as third binding.
 */
export function adjointBackwardDispatch(shape: ConvolutionShape, tiling: ConvTiling, bindings: readonly Binding[]): Dispatch {
  const dispatch = forwardDispatch(shape, tiling, { residual: false, pool: 1, relu: false }, bindings);
  if (!tiling.tiled) return dispatch;
  return {
    ...dispatch,
    ...workgroupsOf(laidOut(shape, 1), tiling, { BIAS: 0 }),
    kernel: 'conv_tile_backward',
    bindings: bindings.filter((_, position) => position !== 2),
    constants: { ...flatConstants(laidOut(shape, 1), tiling), ACCUMULATE: 1 },
    gateable: true,
  };
}

/** Stride x stride convolutions, one after the other in the tiles of one dispatch. */
function phaseDispatch(shape: ConvolutionShape, tiling: ConvTiling, bindings: readonly Binding[]): Dispatch {
  const { groups, outputs, channels, rows, columns } = shape;
  const read = { ...shape, outputs: channels, channels: outputs };
  const height = Math.ceil(rows.input / rows.stride);
  const width = Math.ceil(columns.input / columns.stride);
  const columnTiles = Math.ceil(width / tiling.pixels);
  const lines = groups * Math.ceil(channels / tiling.channels);
  let tapRows = 0;
  for (let phase = 0; phase < rows.stride; phase++) {
    const met = phaseAxis(rows, phase);
    for (let row = 0; row < height; row += tiling.rows) tapRows += tapRowsOf(met, row, tiling.rows);
  }
  // The place of the last tap, which is packed first, among those that meet the same column of dy.
  const firstTap = columns.stride - 1 - modulo(columns.kernel - 1 - columns.padding, columns.stride);
  return {
    kernel: 'conv_tile_phases',
    bindings,
    constants: { ...tileConstants(tiling, 1, 1), PHASES: tiling.phases, FIRST_TAP: firstTap, ACCUMULATE: 1 },
    broadcasts: tiling.channels > 1,
    parameters: {
      ...parametersOf(read, rows.input, columns.input),
      height: rows.output,
      width: columns.output,
    },
    tiles: lines * rows.stride * Math.ceil(height / tiling.rows) * columnTiles,
    ...planeOf(read, tiling, false, height, width),
    gateable: true,
    ...(tiling.channels > 1 && {
      workgroups: {
        shares: 'weights',
        kernel: 'conv_workgroup_phases',
        constants: { PHASES: 1, BIAS: 0, TILE: tiling.channels },
        parts: groups * rows.stride * columns.stride,
        outputs: channels,
        places: height * width,
        depth: outputs * Math.ceil(rows.kernel / rows.stride) * Math.ceil(columns.kernel / columns.stride),
      },
    }),
    multiplyAdds: lines * outputs * tapRows * columnTiles * tiling.taps * tileSize(tiling),
  };
}

/** The rows of dx that leave the remainder `phase` when divided by the stride, as a convolution of dy with stride 1. */
function phaseAxis({ input, output, kernel, stride, padding }: WindowAxis, phase: number): WindowAxis {
  const first = (phase + padding) % stride;
  const taps = Math.ceil(Math.max(0, kernel - first) / stride);
  const before = taps - 1 - Math.floor((phase + padding) / stride);
  return {
    input: output,
    output: Math.ceil((input - phase) / stride),
    kernel: taps,
    stride: 1,
    dilation: 1,
    padding: before,
    paddingAfter: 0,
  };
}

/** The remainder of a division, which is not below 0. */
function modulo(number: number, divisor: number): number {
  return ((number % divisor) + divisor) % divisor;
}

function generalDispatch(shape: ConvolutionShape, tiling: ConvTiling, bindings: readonly Binding[]): Dispatch {
  const { groups, outputs, channels, rows, columns } = shape;
  const forward = tiling.direction === 'forward';
  const [written, height, width] = forward ? [outputs, rows.output, columns.output] : [channels, rows.input, columns.input];
  // Backward, the two pixels of a tile are `stride` apart.
  const step = forward ? 1 : columns.stride;
  const columnTiles = step * Math.ceil(Math.ceil(width / step) / tiling.pixels);
  const outputPixels = forward ? height * columnTiles * tiling.pixels : rows.output * columns.output;
  return {
    kernel: forward ? 'conv_forward' : 'conv_backward',
    bindings,
    parameters: parametersOf(shape, rows.output, columns.output),
    tiles: groups * Math.ceil(written / tiling.channels) * height * columnTiles,
    multiplyAdds: groups * Math.ceil(written / 8) * 8 * (forward ? channels : outputs) * rows.kernel * columns.kernel * outputPixels,
  };
}

/** The shape, where a 1x1 convolution has planes of one row, unless a pool needs the rows. */
function laidOut(shape: ConvolutionShape, pool: PoolSize): ConvolutionShape {
  return isPointwise(shape) && pool === 1 ? flatten(shape) : shape;
}

/** Constants of the kernels that can take a plane as one row. */
function flatConstants({ columns }: ConvolutionShape, tiling: ConvTiling): Record<string, number> {
  const dilation = columns.kernel > 1 ? columns.dilation : 1;
  return { ...tileConstants(tiling, columns.stride, dilation), UNROLL: tiling.unroll };
}

/** The constants of shaders/lib/tile/constants.wgsl. Stride and dilation are those of the columns. */
function tileConstants({ channels, rows, pixels, taps, tapRows }: ConvTiling, stride: number, dilation: number): Record<string, number> {
  return { CHANNELS: channels, ROWS: rows, PIXELS: pixels, TAPS: taps, TAP_ROWS: tapRows, STRIDE: stride, DILATION: dilation };
}

/** The convolution as a product with tiles in workgroup memory. Tiles of weights that hold a single channel have another layout than it reads. */
function workgroupsOf(
  { groups, outputs, channels, rows, columns }: ConvolutionShape,
  tiling: ConvTiling,
  epilogue: Readonly<Record<string, number>>,
): { readonly workgroups?: WorkgroupProduct } {
  if (tiling.channels === 1) return {};
  const constants = {
    ...epilogue,
    TILE: tiling.channels,
    TAP_ROWS: rows.kernel,
    TAPS: columns.kernel,
    STRIDE: columns.stride,
    DILATION: columns.kernel > 1 ? columns.dilation : 1,
    CHANNELS_MULTIPLE: channelsMultiple(tiling),
  };
  const places = rows.output * columns.output;
  const depth = channels * rows.kernel * columns.kernel;
  // Tiles of weights are filled up to as many channels as conv_subgroup expects.
  const filled = tiling.unroll > 1 || channels % MOST_CHANNELS === 0;
  const oneTap = tiling.channels === MOST_CHANNELS && filled && (epilogue.EXPAND ?? 1) === 1 && [rows, columns].every(isOneTap);
  return { workgroups: { shares: 'weights', kernel: 'conv_workgroup', constants, parts: groups, outputs, places, depth, oneTap } };
}

/** Whether every output along an axis is a product with one element of the input. */
function isOneTap({ kernel, input, output, stride, padding }: WindowAxis): boolean {
  return kernel === 1 && padding === 0 && (output - 1) * stride < input;
}

/** How tiles lie in a plane. A height and width of whole windows have as many tiles as the pool's. */
function planeOf(
  { outputs }: ConvolutionShape,
  tiling: ConvTiling,
  cuttable: boolean,
  height: number,
  width: number,
): Pick<Dispatch, 'plane'> {
  if (tiling.channels === 1) return {};
  return { plane: { height, width, outputs, cuttable: cuttable && tiling.taps > 1 } };
}

function channelTiles({ groups, outputs }: ConvolutionShape, tiling: ConvTiling): number {
  return groups * Math.ceil(outputs / tiling.channels);
}

function tileSize({ channels, rows, pixels }: ConvTiling): number {
  return channels * rows * pixels;
}

/** Multiply-adds of a sample, including outputs of tiles past the edges, but not rows of taps that a tile leaves out. */
function multiplyAddsOf(shape: ConvolutionShape, tiling: ConvTiling, height: number, width: number): number {
  const { rows } = shape;
  const channels = Math.ceil(shape.channels / tiling.unroll) * tiling.unroll;
  let tapRows = 0;
  for (let row = 0; row < height; row += tiling.rows) {
    tapRows += tiling.tapRows > 1 ? rows.kernel : tapRowsOf(rows, row, tiling.rows);
  }
  return channelTiles(shape, tiling) * Math.ceil(width / tiling.pixels) * channels * tapRows * tiling.taps * tileSize(tiling);
}

/** The number of rows of taps that meet the input, for `rows` output rows from `row` on. */
function tapRowsOf(axis: WindowAxis, row: number, rows: number): number {
  return Math.max(0, tapsOf(axis, row).end - tapsOf(axis, row + rows - 1).start);
}

/** The members of `Parameters` that all kernels of convolutions have. */
function parametersOf(shape: ConvolutionShape, outputHeight: number, outputWidth: number): Dispatch['parameters'] {
  const { groups, channels, outputs, rows, columns } = shape;
  return {
    groups,
    channels,
    outputs,
    height: rows.input,
    width: columns.input,
    output_height: outputHeight,
    output_width: outputWidth,
    kernel: [rows.kernel, columns.kernel],
    stride: [rows.stride, columns.stride],
    dilation: [rows.dilation, columns.dilation],
    padding: [rows.padding, columns.padding],
  };
}
