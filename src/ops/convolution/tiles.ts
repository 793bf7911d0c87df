/** The properties of one direction of a convolution that decide its tile. Channels are those of one group. */
export interface ShapeClass {
  /** `mirrored`: backward, computed as forward of `mirror(shape)`. `phases`: backward, computed as stride x stride dense convolutions, of which a tile has those of a row. */
  readonly direction: 'forward' | 'mirrored' | 'phases';
  /** The rows and columns of the windows, side by side, of a pool in the same kernel. */
  readonly pool: PoolSize;
  /** Written channels of the widest tile that wastes few: 1 where one or two channels are written, else 8 or 16, or 4 where phases write three or four. */
  readonly channels: 1 | 4 | 8 | 16;
  /** Channels that are read. */
  readonly read: number;
  /** Whether there is one tap, on a plane that can lie as one row. */
  readonly flat: boolean;
  /** The number of rows of taps where all of them can be unrolled in the loop's body, else 1. */
  readonly tapRows: number;
  /** Rows that are written. */
  readonly height: number;
}

export type PoolSize = 1 | 2 | 3;

/** The outputs that one invocation writes. The tile is cut to the plane, and has at most the channels of its class. */
export interface Tile {
  readonly channels: 8 | 16;
  readonly rows: number;
  /** Pixels of a row, of all phases together. */
  readonly pixels: number;
  /** Rows of taps in the loop's body. The default is that of the class. */
  readonly tapRows?: 1;
  /** Channels that the loop reads in each iteration. Only for flat planes. Weights are packed up to a multiple of it. */
  readonly unroll?: number;
}

export interface TileRow {
  readonly name: string;
  readonly when: (shape: ShapeClass) => boolean;
  readonly tile: Tile;
  /** The measurement that chose the tile, or why there was no choice. */
  readonly measured: string;
}

/**
 * A class gets the tile of the first row whose `when` holds. That of the last row always holds. `npm run bench:tile -- CLASS` measures all
 * rows on one class.
 *
 * Unless a row says otherwise, GFLOP/s count the products of the textbook formula, on SwiftShader. They are computed from CPU time on a
 * shared machine with 2 cores, as if both had worked without a pause, and are the best of two interleaved runs with 256 samples.
 */
export const TILES: readonly TileRow[] = [
  {
    name: 'pool of 3, forward',
    when: ({ pool, direction }) => pool === 3 && direction === 'forward',
    tile: { channels: 8, rows: 3, pixels: 3 },
    measured: 'No choice: a tile is one window, since an invocation writes whole windows; with 16 channels it would be 144 sums.',
  },
  {
    name: 'pool of 3, backward',
    when: ({ pool }) => pool === 3,
    tile: { channels: 8, rows: 2, pixels: 3, tapRows: 1 },
    measured: 'No choice: a window of codes is spread over three columns, and all rows of taps would spread three times as many.',
  },
  {
    name: 'one tap, many channels',
    when: ({ flat, channels, read }) => flat && channels > 1 && read >= 4,
    tile: { channels: 16, rows: 1, pixels: 4, unroll: 4 },
    measured:
      'Each iteration changes every sum, which costs as much as 4 multiply-adds (src/ops/products/dense.ts). SqueezeNet 1.1 with 32 samples, ' +
      '512 -> 1,000: 1.6 s forward and 1.5 back with four channels an iteration; 2.7 (in tiles of 8) and 1.9 with one. All of its one-tap ' +
      'convolutions: 6.1 s instead of 7.9.',
  },
  {
    name: 'one tap',
    when: ({ flat }) => flat,
    tile: { channels: 16, rows: 1, pixels: 4 },
    measured: '1x1, 64 -> 64, 14x14: 3.4 GFLOP/s forward and 3.1 back; 3.4 and 3.4 with 8 channels.',
  },
  {
    name: 'one channel',
    when: ({ channels, tapRows, height, pool, direction }) =>
      channels === 1 && tapRows > 1 && height >= 4 && (pool === 1 || direction === 'mirrored'),
    tile: { channels: 8, rows: 4, pixels: 4 },
    measured:
      'With one channel, 4 x 4 pixels take 48 to 58 ms where 2 x 4 take 63 to 70. 3x3, depthwise, 64, 14x14: 0.5 -> 1.0 forward and ' +
      '0.4 -> 0.9 back with a tile of one channel in place of a row of 4 pixels or the general kernels.',
  },
  {
    name: 'phases, 16 channels',
    when: ({ direction, channels }) => direction === 'phases' && channels === 16,
    tile: { channels: 16, rows: 1, pixels: 4 },
    measured:
      'Milliseconds of processor time, 32 samples, tiles of one phase of 16 x 2 x 2, this one, two rows of two pixels. 3x3, stride 2, 64 <- 128, 56x56: 585, 486, 530; ' +
      '256 <- 512, 14x14: 749, 585, 618. On lavapipe this one takes 47 instead of 67 and 50 instead of 79.',
  },
  {
    name: 'phases',
    when: ({ direction }) => direction === 'phases',
    tile: { channels: 8, rows: 1, pixels: 8 },
    measured:
      'Lavapipe, one quad, 7x7, stride 2, 3 <- 64, 224x224: 19 ms in a row of 8 pixels; 23 of 4, 31 of 16, 37 and 45 in two rows of 4 and 8; 59 in tiles of one phase of 2 x 4. ' +
      'SwiftShader: 149 instead of 209.',
  },
  {
    name: '16 channels',
    when: ({ channels }) => channels === 16,
    tile: { channels: 16, rows: 2, pixels: 2 },
    measured:
      'As many sums as 8 x 2 x 4, but 25 loads instead of 42 where four invocations share those of weights, and no pixels past an even edge. ' +
      '3x3, 16 -> 32, 14x14, 64 samples, minima of 25 interleaved runs on a machine that was half as fast that day, forward / backward, as ' +
      'channels x rows x pixels. Sharing loads: 8x2x4 2.7 / 2.3, 8x2x2 3.7 / 3.6, 16x2x2 3.8 / 4.7, 16x1x4 3.3 / 3.7, 16x2x4 half of 8x2x4, ' +
      'since its code leaves the instruction cache. Each for itself: 8x2x4 3.0 / 2.7, 16x2x2 3.2 / 2.0.',
  },
  {
    name: '8 channels',
    when: () => true,
    tile: { channels: 8, rows: 2, pixels: 4 },
    measured:
      'In place of a row of 4 pixels, or of the general kernels. 3x3, 16 -> 32, 14x14: 3.7 -> 5.3 forward, 4.2 -> 5.4 back. 5x5, 8 -> 16, ' +
      '14x14: 4.9 -> 5.8, 5.0 -> 5.7. 3x3, stride 2, 16 -> 32, 28x28: forward 1.5 -> 3.5. ' +
      '7x7, stride 2, 3 -> 16, 56x56: forward 2.4 -> 6.3. 3x3, depthwise, stride 2, 28x28: forward 0.45 -> 0.5. 3x3, 1 -> 16, 28x28: back ' +
      '0.6 -> 2.3.',
  },
];
