import type { WindowAxis } from '../operator.js';

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
  readonly channels: 1 | 8 | 16;
  readonly rows: number;
  readonly pixels: number;
  /** Columns of taps that stand in the kernel, and rows of them in its loop's body. */
  readonly taps: number;
  readonly tapRows: number;
  /** Channels that are read in a turn of the loop; weights are packed up to a multiple of it. */
  readonly unroll: number;
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
/** Taps that stand in the loop's body, at most. */
const MAX_BODY = 9;
/** Channels in a loop's body where a tap is all of a window: each changes every sum, and a change costs as much as 4 multiply-adds (src/ops/products/dense.ts). */
const UNROLLED = 4;

/**
 * Each direction is judged by the channels that it writes, then by its window.
 *
 * A tile of 8 or 16 channels costs the same however many of them exist: with 1 or 2 in a group (depthwise convolutions; the gradient of a
 * grey image) most of it would be thrown away, so there a tile has one.
 *
 * `conv_tile` takes every geometry forward but windows too wide to unroll; backward, strides of 1 with any dilation (the convolution is its
 * own mirror image) and other strides with dilation 1 (as phases). What is left goes through the general kernels.
 *
 * Measured on SwiftShader, 256 samples, CPU time on a shared machine with 2 cores as if both had worked without a pause, the best of two
 * interleaved runs; in GFLOP/s of the textbook's products, before (a row of 4 pixels a tile, or the general kernels) and with these tiles:
 *
 *   3x3, 16 -> 32, 14x14              forward 3.7 -> 5.3   backward 4.2 -> 5.4
 *   5x5, 8 -> 16, 14x14               forward 4.9 -> 5.8   backward 5.0 -> 5.7
 *   1x1, 64 -> 64, 14x14              forward 3.4 -> 3.4   backward 3.4 -> 3.1
 *   3x3, stride 2, 16 -> 32, 28x28    forward 1.5 -> 3.5   backward 1.0 -> 2.8
 *   1x1, stride 2, 32 -> 32, 28x28                         backward 0.2 -> 1.4
 *   7x7, stride 2, 3 -> 16, 56x56     forward 2.4 -> 6.3
 *   3x3, depthwise, 64, 14x14         forward 0.5 -> 1.0   backward 0.4 -> 0.9
 *   3x3, depthwise, stride 2, 28x28   forward 0.45 -> 0.5  backward 0.2 -> 0.3
 *   3x3, 1 -> 16, 28x28                                    backward 0.6 -> 2.3
 *
 * Those were tiles of 8 channels x 2 x 4 pixels. 16 x 2 x 2 are as many sums and need 25 loads instead of 42 where four invocations share
 * those of weights (BROADCAST), and no pixels past an even edge. 3x3, 16 -> 32, 14x14, 64 samples, minima of 25 interleaved runs, on a machine
 * that was half as fast that day; GFLOP/s forward / backward:
 *
 *   channels x rows x pixels   8x2x4       8x2x2       16x2x2      16x1x4      16x2x4
 *   sharing loads              2.7 / 2.3   3.7 / 3.6   3.8 / 4.7   3.3 / 3.7   half of 8x2x4: its code leaves the instruction cache
 *   each for itself            3.0 / 2.7               3.2 / 2.0
 *
 * One tap on a plane that lies as a row, four channels a turn: of SqueezeNet 1.1 with 32 samples, 512 -> 1,000 took 1.6 s forward and 1.5 back, where one
 * channel a turn took 2.7 (in tiles of 8) and 1.9; all of its one-tap convolutions 6.1 s instead of 7.9.
 *
 * With one channel, 4 x 4 pixels take 48 to 58 ms where 2 x 4 take 63 to 70.
 *
 * `compact` tiles hold the taps of one row and, where no pool needs more, one row of pixels (Lowering.compact).
 */
export function chooseConvVariant(shape: ConvolutionShape, pool: PoolSize = 1, compact = false): ConvVariant {
  const { rows, columns } = shape;
  const strided = rows.stride > 1 || columns.stride > 1;
  const dilated = spread(rows) > 1 || spread(columns) > 1;
  const forward = tileOf(shape, 'forward', pool, compact);
  const backward = !strided ? tileOf(mirror(shape), 'mirrored', pool, compact) : !dilated ? phaseTileOf(shape, compact) : undefined;
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
  return { kernel: `conv_${direction}`, direction, channels: 8, rows: 1, pixels: 2, taps: columns.kernel, tapRows: 1, unroll: 1 };
}

function tileOf(shape: ConvolutionShape, direction: 'forward' | 'mirrored', pool: PoolSize, compact: boolean): ConvTiling | undefined {
  const { rows, columns, outputs } = shape;
  const flat = isPointwise(shape) && pool === 1;
  const height = flat ? 1 : rows.output;
  const width = flat ? rows.output * columns.output : columns.output;
  const multiple = (size: number) => Math.ceil(size / pool) * pool;
  const channels = channelsOf(outputs, compact || pool === 3);
  const pixels = multiple(Math.min(pool === 3 ? 3 : channels === 16 && !flat ? 2 : 4, width));
  // With a stride or a dilation two rows of pixels share few rows of x, and loading them together takes 2.6 s to compile instead of 0.9.
  const together = rows.stride === 1 && columns.stride === 1 && spread(rows) === 1 && spread(columns) === 1;
  const few = rows.kernel * columns.kernel <= MAX_BODY && (direction === 'forward' || pool < 3);
  const tapRows = together && few && !compact ? rows.kernel : 1;
  const tall = channels === 1 && tapRows > 1 && height >= 4 && pool < 3;
  return fits(pixels, columns.kernel, columns.stride, spread(columns))
    ? {
        kernel: 'conv_tile',
        direction,
        channels,
        rows: direction === 'forward' && pool > 1 ? pool : height === 1 || compact ? 1 : tall ? 4 : 2,
        pixels,
        taps: columns.kernel,
        tapRows,
        unroll: flat && !compact && channels > 1 && shape.channels >= UNROLLED ? UNROLLED : 1,
      }
    : undefined;
}

function phaseTileOf({ channels, rows, columns }: ConvolutionShape, compact: boolean): ConvTiling | undefined {
  const taps = Math.ceil(columns.kernel / columns.stride);
  const written = channelsOf(channels, compact);
  const pixels = Math.min(written === 16 ? 2 : 4, Math.ceil(columns.input / columns.stride));
  const tile = { kernel: 'conv_tile', direction: 'phases', channels: written, taps, tapRows: 1, unroll: 1 } as const;
  return fits(pixels, taps, 1, 1) ? { ...tile, rows: rows.input > rows.stride ? 2 : 1, pixels } : undefined;
}

function fits(pixels: number, taps: number, stride: number, dilation: number): boolean {
  return taps <= MAX_TAPS && (pixels - 1) * stride + (taps - 1) * dilation < MAX_COLUMNS;
}

/** 16 where few of them would be past the last: 1,000 classes are 63 tiles; `few`: 8 at most. */
function channelsOf(written: number, few: boolean): 1 | 8 | 16 {
  if (written <= 2) return 1;
  const past = -written & 15;
  return !few && (past < 8 || past * 16 <= written) ? 16 : 8;
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
