import type { WindowAxis } from '../operator.js';
import { type PoolSize, type ShapeClass, TILES, type Tile, type TileRow } from './tiles.js';

/** The shape of a convolution, which decides its tiles. Channels and outputs are those of one group. */
export interface ConvolutionShape {
  readonly groups: number;
  readonly outputs: number;
  readonly channels: number;
  readonly rows: WindowAxis;
  readonly columns: WindowAxis;
}

/** How one direction of a convolution is computed. */
export interface ConvTiling {
  /** Whether the kernels with a tile in registers (`conv_tile_*`) compute it, or the general ones (`conv_forward`, `conv_backward`). */
  readonly tiled: boolean;
  /** A direction of tiles (see ShapeClass), or `backward` for the general kernel. */
  readonly direction: ShapeClass['direction'] | 'backward';
  /** The outputs of one invocation: channels of a group, rows, and neighbouring pixels of each row, or as many of each phase of a row. */
  readonly channels: 1 | 4 | 8 | 16;
  readonly rows: number;
  readonly pixels: number;
  /** The phases of a row's pixels, which are the stride of the columns where the direction is `phases`, else 1. */
  readonly phases: number;
  /** Columns of taps that the kernel unrolls, and rows of taps in its loop's body. */
  readonly taps: number;
  readonly tapRows: number;
  /** Channels that the loop reads in each iteration. Weights are packed up to a multiple of it. */
  readonly unroll: number;
  /** Channels of the tiles in which the weights are packed, where they are those of the other direction (readsForwardWeights). */
  readonly transposed?: number;
}

export interface ConvVariant {
  readonly forward: ConvTiling;
  readonly backward: ConvTiling;
}

/** One direction of a convolution, to be cut into tiles. */
export interface TileProblem {
  readonly shape: ShapeClass;
  /** Pixels of a written row, or of each of its phases. */
  readonly width: number;
  readonly phases: number;
  /** Columns of taps. */
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
}

/** The most taps of a row, or of a phase of a row, and the most columns of x that an invocation loads for them. Wider kernels take seconds to compile. */
const MAX_TAPS = 11;
const MAX_COLUMNS = 24;
/** The most taps in the loop's body. */
const MAX_BODY = 9;
/** The longest stride that is computed in phases. Patches of transformers have strides of up to 32; a file can name any number. */
const MAX_PHASES = 64;
/** The most written channels of a tile x phases of a row, all of which an invocation holds. */
const MAX_PHASED = 128;

/**
 * Chooses how both directions of a convolution are computed. The channels that a direction writes and its window make its class, and
 * `tiles` gives the class a tile (src/ops/convolution/tiles.ts).
 *
 * The kernels with tiles serve every geometry forward, except windows too wide to unroll. Backward they serve strides of 1 with any
 * dilation (such a convolution is its own mirror image), and other strides up to 64 with dilation 1 (as phases). The general kernels serve the rest.
 */
export function chooseConvVariant(shape: ConvolutionShape, pool: PoolSize = 1, tiles: readonly TileRow[] = TILES): ConvVariant {
  const { forward, backward } = problemsOf(shape, pool);
  const cut = (problem: TileProblem) => {
    const row = tiles.find(({ when }) => when(problem.shape));
    return row && cutTile(problem, row.tile);
  };
  return {
    forward: cut(forward) ?? generalTiling('forward', shape),
    backward: (backward && cut(backward)) ?? generalTiling('backward', shape),
  };
}

/**
 * Whether the backward kernel reads the forward kernel's weights. Where an iteration reads four channels of one tap, the vectors of the other
 * order hold four read channels rather than four written ones: as many loads, and the same sums in the same order. With several taps it would
 * be one load for each weight rather than for four (52 rather than 25 for the 576 multiply-adds of 3x3 in a tile of 16 x 2 x 2).
 */
export function readsForwardWeights({ forward, backward }: ConvVariant): boolean {
  return backward.direction === 'mirrored' && forward.unroll === 4 && backward.unroll === 4;
}

/** Both directions of a convolution. The backward one is undefined where only the general kernel can compute it. */
export function problemsOf(shape: ConvolutionShape, pool: PoolSize): { forward: TileProblem; backward: TileProblem | undefined } {
  const { rows, columns } = shape;
  const strided = rows.stride > 1 || columns.stride > 1;
  const dilated = spread(rows) > 1 || spread(columns) > 1;
  const inPhases = !dilated && Math.max(rows.stride, columns.stride) <= MAX_PHASES;
  return {
    forward: problemOf(shape, 'forward', pool),
    backward: !strided ? problemOf(mirror(shape), 'mirrored', pool) : inPhases ? phaseProblem(shape) : undefined,
  };
}

/** The dilation, or 1 where there is a single tap. */
function spread({ kernel, dilation }: WindowAxis): number {
  return kernel > 1 ? dilation : 1;
}

function generalTiling(direction: 'forward' | 'backward', { columns }: ConvolutionShape): ConvTiling {
  return { tiled: false, direction, channels: 8, rows: 1, pixels: 2, phases: 1, taps: columns.kernel, tapRows: 1, unroll: 1 };
}

function problemOf(shape: ConvolutionShape, direction: 'forward' | 'mirrored', pool: PoolSize): TileProblem {
  const { rows, columns, outputs, channels } = shape;
  const flat = isPointwise(shape) && pool === 1;
  // With a stride or dilation two rows of pixels share few rows of x, and a kernel that loads them together compiles in 2.6 s instead of
  // 0.9.
  const together = rows.stride === 1 && columns.stride === 1 && spread(rows) === 1 && spread(columns) === 1;
  return {
    shape: {
      direction,
      pool,
      channels: channelsOf(outputs),
      read: channels,
      flat,
      tapRows: together && rows.kernel * columns.kernel <= MAX_BODY ? rows.kernel : 1,
      height: flat ? 1 : rows.output,
    },
    width: flat ? rows.output * columns.output : columns.output,
    phases: 1,
    taps: columns.kernel,
    stride: columns.stride,
    dilation: spread(columns),
  };
}

/**
 * Written channels of a narrow tile of phases, for those that write no more: the colours of an image, the groups of a ResNeXt. Milliseconds of processor time with a tile of 8 and of 4
 * for the first convolution of SqueezeNet (3x3, 3 -> 64, stride 2, one image): 50 and 25 on lavapipe, 172 and 121 on SwiftShader; of ResNet-18 (7x7) 209 and 135 on lavapipe.
 */
const FEW_CHANNELS = 4;

function phaseProblem({ channels, outputs, rows, columns }: ConvolutionShape): TileProblem {
  const height = Math.ceil(rows.input / rows.stride);
  return {
    shape: {
      direction: 'phases',
      pool: 1,
      channels: phasedChannels(channels, columns.stride),
      read: outputs,
      flat: false,
      tapRows: 1,
      height,
    },
    width: Math.ceil(columns.input / columns.stride),
    phases: columns.stride,
    taps: columns.kernel,
    stride: 1,
    dilation: 1,
  };
}

/** Written channels of a tile of phases: fewer where a row has so many phases that an invocation could not hold their sums. */
function phasedChannels(written: number, stride: number): 1 | 4 | 8 | 16 {
  const channels = written > 2 && written <= FEW_CHANNELS ? FEW_CHANNELS : channelsOf(written);
  return ([16, 8, 4, 1] as const).find((narrower) => narrower <= channels && narrower * stride <= MAX_PHASED) ?? 1;
}

/** A tile, cut to the plane and to whole windows of a pool. Undefined where the kernels cannot hold it. */
export function cutTile({ shape, width, phases, taps, stride, dilation }: TileProblem, tile: Tile): ConvTiling | undefined {
  const { direction, pool, flat } = shape;
  const windows = (size: number) => Math.ceil(size / pool) * pool;
  const pixels = windows(Math.min(Math.max(1, Math.floor(tile.pixels / phases)), width));
  const rows = Math.min(tile.rows, shape.height);
  const channels = shape.channels === 16 ? tile.channels : shape.channels;
  const unroll = tile.unroll ?? 1;
  const most = Math.ceil(taps / phases);
  const holds = most <= MAX_TAPS && (pixels - 1) * stride + (most - 1) * dilation < MAX_COLUMNS && (unroll === 1 || (flat && channels > 1));
  if (!holds) return undefined;
  return {
    tiled: true,
    direction,
    channels,
    rows: direction === 'forward' ? windows(rows) : rows,
    pixels,
    phases,
    taps,
    tapRows: tile.tapRows ?? shape.tapRows,
    unroll,
  };
}

/**
 * Written channels of a tile. A tile of 8 or 16 costs the same however many of its channels exist, so with 1 or 2 in a group (depthwise
 * convolutions, the gradient of a grey image) it would waste most of its work. It is 16 where few of them do not exist: 1,000 classes are
 * 63 tiles.
 */
function channelsOf(written: number): 1 | 8 | 16 {
  if (written <= 2) return 1;
  const past = -written & 15;
  return past < 8 || past * 16 <= written ? 16 : 8;
}

/** Whether there is one tap, and input and output have the same planes, which can then lie as one row. */
export function isPointwise({ rows, columns }: ConvolutionShape): boolean {
  return [rows, columns].every(({ kernel, stride, padding, input, output }) => {
    return kernel === 1 && stride === 1 && padding === 0 && input === output;
  });
}

/** The convolution from the outputs' cotangents to the inputs', for stride 1. Its padding may be below 0. */
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

/** The shape with its plane as one row. For a kernel of one tap the result is the same, and fewer tiles have a remainder. */
export function flatten(shape: ConvolutionShape): ConvolutionShape {
  const { rows, columns } = shape;
  const size = rows.input * columns.input;
  return { ...shape, rows: { ...rows, input: 1, output: 1 }, columns: { ...columns, input: size, output: size } };
}
