/** What decides how a convolution is cut into tiles. Channels and outputs are those of one group. */
export interface ConvolutionShape {
  readonly groups: number;
  readonly outputs: number;
  readonly channels: number;
  /** Weights a pair of channels: rows times columns of the kernel. */
  readonly taps: number;
}

/** The kernels of both directions, and how many channels one invocation computes in each. */
export interface ConvVariant {
  readonly forward: 'conv_forward' | 'conv_forward_depthwise';
  readonly backward: 'conv_backward' | 'conv_backward_depthwise';
  readonly outputTile: 1 | 8;
  readonly channelTile: 1 | 8;
}

/** Pixels of a row that an invocation computes, by the number of channels that it computes: 2 of 8 channels, or 4 of one. */
const PIXELS = { 1: 4, 8: 2 } as const;

/**
 * A tile of 8 channels costs the same however many of them exist: with 1 or 2 in a group (depthwise convolutions; the gradient of a grey
 * image) most of it would be thrown away, and the kernel that computes one channel of 4 pixels does less work. Each direction is judged
 * by the channels that it writes. Measured on SwiftShader (backward, 32 outputs, 3x3, 14x14 planes, 256 samples; tile of 8 against 1):
 * 180 against 58 ms with one channel, 187 against 122 with two, 160 against 216 with three.
 */
export function chooseConvVariant({ outputs, channels }: ConvolutionShape): ConvVariant {
  const outputTile = outputs <= 2 ? 1 : 8;
  const channelTile = channels <= 2 ? 1 : 8;
  return {
    forward: outputTile === 1 ? 'conv_forward_depthwise' : 'conv_forward',
    backward: channelTile === 1 ? 'conv_backward_depthwise' : 'conv_backward',
    outputTile,
    channelTile,
  };
}

/** Invocations for every quad of samples: channel tiles of all groups, rows, and tiles of columns `step` apart. */
export function tilesOf(groups: number, channels: number, tile: 1 | 8, rows: number, columns: number, step: number): number {
  const columnTiles = step * Math.ceil(Math.ceil(columns / step) / PIXELS[tile]);
  return groups * Math.ceil(channels / tile) * rows * columnTiles;
}

/** [group][tile of outputs][channel][tap][output in the tile], zeros where the last tile has no output. */
export function packForwardWeights(weights: ArrayLike<number>, shape: ConvolutionShape, tile: number): Float32Array {
  const { groups, outputs, channels, taps } = shape;
  return pack(groups, outputs, channels, taps, tile, (g, o, c, k) => weights[((g * outputs + o) * channels + c) * taps + k]!);
}

/** [group][tile of channels][output][tap][channel in the tile], zeros where the last tile has no channel. */
export function packBackwardWeights(weights: ArrayLike<number>, shape: ConvolutionShape, tile: number): Float32Array {
  const { groups, outputs, channels, taps } = shape;
  return pack(groups, channels, outputs, taps, tile, (g, c, o, k) => weights[((g * outputs + o) * channels + c) * taps + k]!);
}

/** [group][tile of outputs][output in the tile]; zeros where there is no bias. */
export function packBias(bias: ArrayLike<number> | undefined, { groups, outputs }: ConvolutionShape, tile: number): Float32Array {
  return pack(groups, outputs, 1, 1, tile, (g, o) => bias?.[g * outputs + o] ?? 0);
}

function pack(
  groups: number,
  written: number,
  read: number,
  taps: number,
  tile: number,
  weight: (group: number, written: number, read: number, tap: number) => number,
): Float32Array {
  const tiles = Math.ceil(written / tile);
  const packed = new Float32Array(groups * tiles * read * taps * tile);
  for (let g = 0; g < groups; g++) {
    for (let w = 0; w < written; w++) {
      const start = (g * tiles + Math.floor(w / tile)) * read;
      for (let r = 0; r < read; r++) {
        for (let k = 0; k < taps; k++) packed[((start + r) * taps + k) * tile + (w % tile)] = weight(g, w, r, k);
      }
    }
  }
  return packed;
}
