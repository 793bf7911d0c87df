import { elementOf, imageSpace } from '../../../src/app.js';
import type { Session } from '../../../src/index.js';

/** The darkest picture, [elements]. A network is tried on it before the visitor has chosen a picture. */
export function blackImage({ preprocessing }: Session): Float32Array {
  const { black, pixels } = imageSpace(preprocessing);
  const image = new Float32Array(pixels.pixels * pixels.channels);
  for (const [channel, value] of black.entries()) {
    for (let pixel = 0; pixel < pixels.pixels; pixel++) image[elementOf(pixels, pixel, channel)] = value;
  }
  return image;
}
