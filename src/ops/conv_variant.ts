import type { WindowAxis } from './window.js';

/** What decides how a convolution is cut into tiles. Channels and outputs are those of one group. */
export interface ConvolutionShape {
  readonly groups: number;
  readonly outputs: number;
  readonly channels: number;
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
}

/** How one direction of a convolution is computed. */
export interface ConvTiling {
  readonly kernel: 'conv_tile' | 'conv_forward' | 'conv_backward';
  /** `mirrored`: backward as the forward kernel on `mirror(shape)`; `phases`: backward as stride x stride dense convolutions. */
  readonly direction: 'forward' | 'backward' | 'mirrored' | 'phases';
  /** What one invocation writes: channels of a group, rows and neighbouring pixels of them. */
  readonly channels: 1 | 8;
  readonly rows: number;
  readonly pixels: number;
  /** Columns of taps that stand in the kernel, and rows of them in its loop's body. */
  readonly taps: number;
  readonly tapRows: number;
}

export interface ConvVariant {
  readonly forward: ConvTiling;
  readonly backward: ConvTiling;
}

/** A pool that is computed with the convolution: its windows are this many rows and columns, side by side. */
export type PoolSize = 1 | 2 | 3;

/** Taps of a row, and columns of x that an invocation loads for them, at most: what is wider takes seconds to compile. */
const MAX_TAPS = 11;
const MAX_COLUMNS = 24;

/**
 * Each direction is judged by the channels that it writes, then by its window.
 *
 * A tile of 8 channels costs the same however many of them exist: with 1 or 2 in a group (depthwise convolutions; the gradient of a grey
 * image) most of it would be thrown away, so there a tile has one.
 *
 * `conv_tile` takes every geometry forward but windows too wide to unroll; backward, strides of 1 with any dilation (the convolution is its
 * own mirror image) and other strides with dilation 1 (as phases). What is left goes through the general kernels.
 */
export function chooseConvVariant(shape: ConvolutionShape, pool: PoolSize = 1): ConvVariant {
  const { rows, columns } = shape;
  const strided = rows.stride > 1 || columns.stride > 1;
  const dilated = spread(rows) > 1 || spread(columns) > 1;
  const forward = tileOf(shape, 'forward', pool);
  const backward = !strided ? tileOf(mirror(shape), 'mirrored', pool) : !dilated ? phaseTileOf(shape) : undefined;
  return {
    forward: forward ?? generalTile('forward', shape),
    backward: backward ?? generalTile('backward', shape),
  };
}

/** The dilation, where it means anything. */
function spread({ kernel, dilation }: WindowAxis): number {
  return kernel > 1 ? dilation : 1;
}

function generalTile(direction: 'forward' | 'backward', { columns }: ConvolutionShape): ConvTiling {
  return { kernel: `conv_${direction}`, direction, channels: 8, rows: 1, pixels: 2, taps: columns.kernel, tapRows: 1 };
}

function tileOf(shape: ConvolutionShape, direction: 'forward' | 'mirrored', pool: PoolSize): ConvTiling | undefined {
  const { rows, columns, outputs } = shape;
  const flat = isPointwise(shape) && pool === 1;
  const height = flat ? 1 : rows.output;
  const width = flat ? rows.output * columns.output : columns.output;
  const multiple = (size: number) => Math.ceil(size / pool) * pool;
  const tile = {
    kernel: 'conv_tile',
    direction,
    channels: channelsOf(outputs),
    rows: direction === 'forward' && pool === 3 ? 3 : height === 1 ? 1 : 2,
    pixels: multiple(Math.min(pool === 3 ? 3 : 4, width)),
    taps: columns.kernel,
  } as const;
  const together = rows.stride === columns.stride && spread(rows) === spread(columns) && rows.kernel * columns.kernel <= 9;
  const whole = direction === 'forward' || tile.rows % pool === 0;
  const tapRows = together && whole ? rows.kernel : 1;
  return fits(tile.pixels, tile.taps, columns.stride, spread(columns)) ? { ...tile, tapRows } : undefined;
}

function phaseTileOf({ channels, rows, columns }: ConvolutionShape): ConvTiling | undefined {
  const taps = Math.ceil(columns.kernel / columns.stride);
  const pixels = Math.min(4, Math.ceil(columns.input / columns.stride));
  const tile = { kernel: 'conv_tile', direction: 'phases', channels: channelsOf(channels), taps, tapRows: 1 } as const;
  return fits(pixels, taps, 1, 1) ? { ...tile, rows: rows.input > rows.stride ? 2 : 1, pixels } : undefined;
}

function fits(pixels: number, taps: number, stride: number, dilation: number): boolean {
  return taps <= MAX_TAPS && (pixels - 1) * stride + (taps - 1) * dilation < MAX_COLUMNS;
}

function channelsOf(written: number): 1 | 8 {
  return written <= 2 ? 1 : 8;
}

/** One tap, and the planes of input and output the same: a plane can lie as one row. */
export function isPointwise({ rows, columns }: ConvolutionShape): boolean {
  return [rows, columns].every(({ kernel, stride, padding, input, output }) => {
    return kernel === 1 && stride === 1 && padding === 0 && input === output;
  });
}

/** The convolution that takes the cotangents of the outputs to those of the inputs, where the stride is 1. Its padding may be below 0. */
export function mirror({ groups, outputs, channels, rows, columns }: ConvolutionShape): ConvolutionShape {
  const axis = ({ input, output, kernel, dilation, padding, paddingAfter, ...rest }: WindowAxis): WindowAxis => ({
    ...rest,
    kernel,
    dilation,
    input: output,
    output: input,
    padding: (kernel - 1) * dilation - padding,
    paddingAfter: (kernel - 1) * dilation - paddingAfter,
  });
  return { groups, outputs: channels, channels: outputs, rows: axis(rows), columns: axis(columns) };
}

/** A plane as one row: to a kernel of one tap that is the same, and fewer tiles have a remainder. */
export function flatten(shape: ConvolutionShape): ConvolutionShape {
  const { rows, columns } = shape;
  const size = rows.input * columns.input;
  return { ...shape, rows: { ...rows, input: 1, output: 1 }, columns: { ...columns, input: size, output: size } };
}
