import type { Subject } from '../../src/evaluation/subject.js';
import type { Executor } from '../../src/executor.js';
import { gridPatches } from '../../src/image/patches.js';
import type { ImageSpace } from '../../src/tensor/pixels.js';

/** Images of two channels, with the values 0 to 1. */
export function spaceOf(width: number, height: number, channels = 2): ImageSpace {
  const colour = (value: number) => new Float32Array(channels).fill(value);
  return { pixels: { pixels: width * height, channels, layout: 'nchw' }, width, height, black: colour(0), white: colour(1) };
}

/** A picture to measure maps of; single pixels are removed, and become 0. */
export function subjectOf(executor: Executor, image: Float32Array, space: ImageSpace, rest: Partial<Subject> = {}): Subject {
  return {
    executor,
    image,
    target: 0,
    space,
    units: gridPatches(space.width, space.height, 1),
    cover: new Float32Array(image.length),
    seed: 3,
    randomised: async () => [],
    piecewise: true,
    run: {},
    ...rest,
  };
}
