import { elementOf, type Numbers, type PixelLayout } from '../executor.js';
import type { RepairProblem } from './problem.js';

/** What every pixel becomes where it is changed. */
export interface Paint {
  /** [elements] */
  readonly colours: Float32Array;
  /** [pixels] 1 where the colour differs from the image's; elsewhere the pixel is no candidate. */
  readonly changes: Uint8Array;
}

/** A pixel's score: its attribution, summed over its channels. [pixels] */
export function pixelScores(map: Numbers, pixels: PixelLayout): Float64Array {
  const scores = new Float64Array(pixels.pixels);
  for (let pixel = 0; pixel < pixels.pixels; pixel++) {
    for (let channel = 0; channel < pixels.channels; channel++) {
      scores[pixel]! += map[elementOf(pixels, pixel, channel)]!;
    }
  }
  return scores;
}

/** The opposite colour of every pixel: low + high - x, channel by channel. */
export function flipPaint(problem: RepairProblem): Paint {
  const { low, high } = problem.range;
  return makePaint(problem, (x, channel) => low[channel]! + high[channel]! - x);
}

/** Paint rule `sign`: white where the score is above 0, the background's colour where it is below, the rest untouched. */
export function signPaint(problem: RepairProblem, scores: Float64Array): Paint {
  return makePaint(problem, (x, channel, pixel) => {
    const score = scores[pixel]!;
    if (score === 0) {
      return x;
    }
    return score > 0 ? problem.range.high[channel]! : problem.background[channel]!;
  });
}

/**
 * Changes of less than half a step of 8-bit colour in every channel are none: they would be gone from the saved PNG. Such pixels keep
 * their colour exactly, so that what is counted is what is changed.
 */
function makePaint(problem: RepairProblem, colour: (x: number, channel: number, pixel: number) => number): Paint {
  const { image, pixels, range } = problem;
  const halfStep = range.low.map((low, channel) => Math.abs(range.high[channel]! - low) / 510);
  const colours = image.slice();
  const changes = new Uint8Array(pixels.pixels);
  for (let pixel = 0; pixel < pixels.pixels; pixel++) {
    const elements = Array.from({ length: pixels.channels }, (_, channel) => elementOf(pixels, pixel, channel));
    const painted = elements.map((element, channel) => Math.fround(colour(image[element]!, channel, pixel)));
    if (painted.some((value, channel) => Math.abs(value - image[elements[channel]!]!) > halfStep[channel]!)) {
      changes[pixel] = 1;
      elements.forEach((element, channel) => {
        colours[element] = painted[channel]!;
      });
    }
  }
  return { colours, changes };
}

/** The pixels that a paint changes, ascending. */
export function changingPixels({ changes }: Paint): Uint32Array {
  return Uint32Array.from(changes.keys()).filter((pixel) => changes[pixel] === 1);
}

/** The image with these pixels painted. */
export function applyPaint({ image, pixels }: RepairProblem, { colours }: Paint, changed: Uint32Array): Float32Array {
  const edited = image.slice();
  for (const pixel of changed) {
    for (let channel = 0; channel < pixels.channels; channel++) {
      const element = elementOf(pixels, pixel, channel);
      edited[element] = colours[element]!;
    }
  }
  return edited;
}
