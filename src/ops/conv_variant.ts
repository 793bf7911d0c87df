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
  readonly kernel: string;
  /** Channels and neighbouring pixels that one invocation writes. */
  readonly channels: 1 | 8;
  readonly pixels: 2 | 4;
  /** Columns that a row of the packed weights has: those past the convolution's are zeros. */
  readonly columns: number;
}

export interface ConvVariant {
  readonly forward: ConvTiling;
  /** `mirrored`: the kernel is one of the forward direction, run on `mirror(shape)`. */
  readonly backward: ConvTiling & { readonly mirrored: boolean };
}

/**
 * Each direction is judged by the channels that it writes, then by its window.
 *
 * A tile of 8 channels costs the same however many of them exist: with 1 or 2 in a group (depthwise convolutions; the gradient of a grey
 * image) most of it would be thrown away, and the kernel that computes one channel of 4 pixels does less work. Measured on SwiftShader
 * (general kernels backward, 32 outputs, 3x3, 14x14 planes, 256 samples; tile of 8 against 1): 180 against 58 ms with one channel, 187
 * against 122 with two, 160 against 216 with three.
 *
 * The other kernels hold the taps of a row unrolled: measurements stand in them. They take stride 1 and dilation 1 only, where the backward
 * direction is a convolution, too. Four columns in the kernel of five waste a fifth; one column is left to the general kernels.
 */
export function chooseConvVariant(shape: ConvolutionShape): ConvVariant {
  const { outputs, channels, rows, columns } = shape;
  const unrolled = unrolledTiling(shape);
  const mirrored = unrolled !== undefined && rows.padding < rows.kernel && columns.padding < columns.kernel;
  const general = { channels: 8, pixels: 2, columns: columns.kernel } as const;
  const single = { channels: 1, pixels: 4, columns: columns.kernel } as const;
  return {
    forward: outputs <= 2 ? { kernel: 'conv_forward_depthwise', ...single } : (unrolled ?? { kernel: 'conv_forward', ...general }),
    backward:
      channels <= 2
        ? { kernel: 'conv_backward_depthwise', ...single, mirrored: false }
        : mirrored
          ? { ...unrolled, mirrored }
          : { kernel: 'conv_backward', ...general, mirrored: false },
  };
}

function unrolledTiling({ rows, columns }: ConvolutionShape): ConvTiling | undefined {
  if ([rows, columns].some(({ stride, dilation, kernel }) => stride !== 1 || (dilation !== 1 && kernel > 1))) return undefined;
  const tile = { channels: 8, pixels: 4 } as const;
  const samePlane = [rows, columns].every(({ input, output, padding }) => input === output && padding === 0);
  if (rows.kernel === 1 && columns.kernel === 1 && samePlane) return { kernel: 'conv_pointwise', ...tile, columns: 1 };
  if (columns.kernel === 2 || columns.kernel === 3) return { kernel: 'conv_rows3', ...tile, columns: 3 };
  if (columns.kernel === 4 || columns.kernel === 5) return { kernel: 'conv_rows5', ...tile, columns: 5 };
  return undefined;
}

/** The convolution that takes the cotangents of the outputs to those of the inputs, where stride and dilation are 1. */
export function mirror({ groups, outputs, channels, rows, columns }: ConvolutionShape): ConvolutionShape {
  const axis = ({ input, output, kernel, padding, paddingAfter, ...rest }: WindowAxis): WindowAxis => ({
    ...rest,
    kernel,
    input: output,
    output: input,
    padding: kernel - 1 - padding,
    paddingAfter: kernel - 1 - paddingAfter,
  });
  return { groups, outputs: channels, channels: outputs, rows: axis(rows), columns: axis(columns) };
}

/** A plane as one row: to a kernel of one tap that is the same, and fewer tiles have a remainder. */
export function flatten(shape: ConvolutionShape): ConvolutionShape {
  const { rows, columns } = shape;
  const size = rows.input * columns.input;
  return { ...shape, rows: { ...rows, input: 1, output: 1 }, columns: { ...columns, input: size, output: size } };
}

/** Invocations for every quad of samples: channel tiles of all groups, rows, and tiles of columns `step` apart. */
export function tilesOf(groups: number, channels: number, tiling: ConvTiling, rows: number, columns: number, step: number): number {
  const columnTiles = step * Math.ceil(Math.ceil(columns / step) / tiling.pixels);
  return groups * Math.ceil(channels / tiling.channels) * rows * columnTiles;
}

/** [group][tile of outputs][channel][row][column][output in the tile], zeros where the last tile has no output and the kernel no column. */
export function packForwardWeights(weights: ArrayLike<number>, shape: ConvolutionShape, tiling: ConvTiling): Float32Array {
  const { groups, outputs, channels } = shape;
  const order = tapOrder(shape, tiling, false);
  const taps = shape.rows.kernel * shape.columns.kernel;
  return pack(groups, outputs, channels, order, tiling.channels, (g, o, c, k) => weights[((g * outputs + o) * channels + c) * taps + k]!);
}

/** [group][tile of channels][output][row][column][channel in the tile], zeros as above; `mirrored`: rows and columns from the last on. */
export function packBackwardWeights(
  weights: ArrayLike<number>,
  shape: ConvolutionShape,
  tiling: ConvTiling,
  mirrored: boolean,
): Float32Array {
  const { groups, outputs, channels } = shape;
  const order = tapOrder(shape, tiling, mirrored);
  const taps = shape.rows.kernel * shape.columns.kernel;
  return pack(groups, channels, outputs, order, tiling.channels, (g, c, o, k) => weights[((g * outputs + o) * channels + c) * taps + k]!);
}

/** [group][tile of outputs][output in the tile]; zeros where there is no bias. */
export function packBias(bias: ArrayLike<number> | undefined, { groups, outputs }: ConvolutionShape, tiling: ConvTiling): Float32Array {
  return pack(groups, outputs, 1, [0], tiling.channels, (g, o) => bias?.[g * outputs + o] ?? 0);
}

/** For every packed tap the tap that it holds; -1 for none. */
function tapOrder({ rows, columns }: ConvolutionShape, tiling: ConvTiling, mirrored: boolean): number[] {
  return Array.from({ length: rows.kernel * tiling.columns }, (_, k) => {
    const row = Math.floor(k / tiling.columns);
    const column = k % tiling.columns;
    if (column >= columns.kernel) return -1;
    const tap = row * columns.kernel + column;
    return mirrored ? rows.kernel * columns.kernel - 1 - tap : tap;
  });
}

function pack(
  groups: number,
  written: number,
  read: number,
  order: readonly number[],
  tile: number,
  weight: (group: number, written: number, read: number, tap: number) => number,
): Float32Array {
  const tiles = Math.ceil(written / tile);
  const packed = new Float32Array(groups * tiles * read * order.length * tile);
  for (let g = 0; g < groups; g++) {
    for (let w = 0; w < written; w++) {
      const start = (g * tiles + Math.floor(w / tile)) * read;
      for (let r = 0; r < read; r++) {
        order.forEach((tap, k) => {
          if (tap >= 0) packed[((start + r) * order.length + k) * tile + (w % tile)] = weight(g, w, r, tap);
        });
      }
    }
  }
  return packed;
}
