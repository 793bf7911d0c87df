import { imageSpace, type Session } from '../../../src/index.js';

/** The darkest picture, [elements]: what a network is tried with before there is any. */
export function blackImage({ preprocessing }: Session): Float32Array {
  const { low, pixels } = imageSpace(preprocessing);
  const image = new Float32Array(pixels.pixels * pixels.channels);
  const stride = pixels.layout === 'nchw' ? pixels.pixels : 1;
  return image.map((_, i) => low[stride === 1 ? i % pixels.channels : Math.floor(i / stride)]!);
}
