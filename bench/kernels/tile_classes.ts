import type { ConvolutionShape } from '../../src/ops/convolution/tiling.js';
import type { WindowAxis } from '../../src/ops/operator.js';

/** A layer that stands for a class of convolutions. Planes are square, and padding keeps their size where the stride is 1. */
export interface TileLayer {
  readonly channels: number;
  readonly outputs: number;
  readonly size: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/**
 * Layers by the name of their class. Backward, a layer may belong to another row of the table than forward, since there it writes its input
 * channels.
 */
export const TILE_CLASSES: ReadonlyMap<string, TileLayer> = new Map([
  ['3x3', { channels: 16, outputs: 32, size: 14, kernel: 3 }],
  ['3x3-odd', { channels: 24, outputs: 24, size: 14, kernel: 3 }],
  ['3x3-stride-2', { channels: 16, outputs: 32, size: 28, kernel: 3, stride: 2 }],
  ['3x3-depthwise', { channels: 32, outputs: 32, size: 14, kernel: 3, groups: 32 }],
  ['3x3-grey', { channels: 1, outputs: 16, size: 28, kernel: 3 }],
  ['5x5', { channels: 8, outputs: 16, size: 14, kernel: 5 }],
  ['7x7-stride-2', { channels: 3, outputs: 16, size: 56, kernel: 7, stride: 2 }],
  ['1x1', { channels: 64, outputs: 64, size: 14, kernel: 1 }],
  ['3x3-large', { channels: 64, outputs: 64, size: 56, kernel: 3 }],
  ['3x3-128', { channels: 128, outputs: 128, size: 28, kernel: 3 }],
  ['3x3-wide', { channels: 64, outputs: 64, size: 14, kernel: 3 }],
  ['3x3-deep', { channels: 256, outputs: 256, size: 7, kernel: 3 }],
  ['1x1-deep', { channels: 256, outputs: 512, size: 7, kernel: 1 }],
  ['1x1-winograd-16', { channels: 36 * 16, outputs: 36 * 32, size: 4, kernel: 1, groups: 36 }],
  ['1x1-winograd-64', { channels: 36 * 64, outputs: 36 * 64, size: 4, kernel: 1, groups: 36 }],
  ['1x1-winograd-256', { channels: 36 * 256, outputs: 36 * 256, size: 2, kernel: 1, groups: 36 }],
  ['1x1-squeeze', { channels: 128, outputs: 48, size: 27, kernel: 1 }],
  ['1x1-grey', { channels: 3, outputs: 16, size: 28, kernel: 1 }],
]);

export function shapeOfLayer({ channels, outputs, size, kernel, stride = 1, groups = 1 }: TileLayer): ConvolutionShape {
  const padding = Math.floor(kernel / 2);
  const output = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const axis: WindowAxis = { input: size, output, kernel, stride, dilation: 1, padding, paddingAfter: padding };
  return { groups, outputs: outputs / groups, channels: channels / groups, rows: axis, columns: axis };
}
