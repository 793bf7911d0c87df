import type { ImageSpace } from '../../src/tensor/pixels.js';

/** Images of this size whose channels go from 0 to 1. */
export function spaceOf(width: number, height: number, channels = 1, layout: 'nchw' | 'nhwc' = 'nchw'): ImageSpace {
  const each = (value: number) => new Float32Array(channels).fill(value);
  return { pixels: { pixels: width * height, channels, layout }, width, height, black: each(0), white: each(1) };
}
