import type { Numbers } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import { elementOf, type Patches, type PixelLayout } from '../tensor/pixels.js';
import type { RepairProblem } from './problem.js';

/** What each pixel becomes if it is changed. */
export interface Paint {
  /** [elements] */
  readonly colours: Float32Array;
  /** [patches] 1 where the colour of any pixel of the patch differs from the image's. Other patches are no candidates. */
  readonly changes: Uint8Array;
}

/** A patch's score: its attribution, summed over its pixels and their channels. [patches] */
export function patchScores(map: Numbers, pixels: PixelLayout, { labels, count }: Patches): Float64Array {
  const scores = new Float64Array(count);
  labels.forEach((patch, pixel) => {
    for (let channel = 0; channel < pixels.channels; channel++)
      scores[patch] = itemAt(scores, patch) + itemAt(map, elementOf(pixels, pixel, channel));
  });
  return scores;
}

/** Paints every pixel with its opposite colour: black + white - x, channel by channel. */
export function flipPaint(problem: RepairProblem): Paint {
  const { black, white } = problem.range;
  return makePaint(problem, (x, channel) => itemAt(black, channel) + itemAt(white, channel) - x);
}

/** Paints with the image `cover`, [elements] in the model's input space. */
export function coverPaint(problem: RepairProblem, cover: Float32Array): Paint {
  return makePaint(problem, (_, channel, pixel) => itemAt(cover, elementOf(problem.pixels, pixel, channel)));
}

/**
 * Paints by the rule `sign`: white where the patch's score is above 0, the background's colour where it is below 0, and no change where it
 * is 0.
 */
export function signPaint(problem: RepairProblem, scores: Float64Array): Paint {
  return makePaint(problem, (x, channel, pixel) => {
    const score = itemAt(scores, itemAt(problem.patches.labels, pixel));
    if (score === 0) {
      return x;
    }
    return itemAt(score > 0 ? problem.range.white : problem.background, channel);
  });
}

/**
 * A change of less than half a step of 8-bit colour in every channel does not count, because the saved PNG would lose it. Such a pixel
 * keeps its exact colour, so that the pixels counted are the pixels changed.
 */
function makePaint(problem: RepairProblem, colour: (x: number, channel: number, pixel: number) => number): Paint {
  const { image, pixels, patches, range } = problem;
  const halfStep = range.black.map((black, channel) => Math.abs(itemAt(range.white, channel) - black) / 510);
  const colours = image.slice();
  const changes = new Uint8Array(patches.count);
  for (let pixel = 0; pixel < pixels.pixels; pixel++) {
    const elements = Array.from({ length: pixels.channels }, (_, channel) => elementOf(pixels, pixel, channel));
    const painted = elements.map((element, channel) => Math.fround(colour(itemAt(image, element), channel, pixel)));
    if (painted.some((value, channel) => Math.abs(value - itemAt(image, itemAt(elements, channel))) > itemAt(halfStep, channel))) {
      changes[itemAt(patches.labels, pixel)] = 1;
      elements.forEach((element, channel) => {
        colours[element] = itemAt(painted, channel);
      });
    }
  }
  return { colours, changes };
}

/** The patches that a paint changes, ascending. */
export function changingPatches({ changes }: Paint): Uint32Array {
  return Uint32Array.from(changes.keys()).filter((patch) => changes[patch] === 1);
}

/** 1 where a pixel lies in one of these patches and its colour changes. [pixels] */
export function changedPixels({ image, pixels, patches }: RepairProblem, { colours }: Paint, changed: Uint32Array): Uint8Array {
  const inside = new Uint8Array(patches.count);
  for (const patch of changed) inside[patch] = 1;
  return Uint8Array.from(patches.labels, (patch, pixel) => {
    let differs = 0;
    for (let channel = 0; inside[patch] === 1 && channel < pixels.channels; channel++) {
      const element = elementOf(pixels, pixel, channel);
      if (colours[element] !== image[element]) differs = 1;
    }
    return differs;
  });
}

/** The image with these patches painted. */
export function applyPaint(problem: RepairProblem, paint: Paint, changed: Uint32Array): Float32Array {
  const { image, pixels } = problem;
  const edited = image.slice();
  changedPixels(problem, paint, changed).forEach((differs, pixel) => {
    for (let channel = 0; differs === 1 && channel < pixels.channels; channel++) {
      const element = elementOf(pixels, pixel, channel);
      edited[element] = itemAt(paint.colours, element);
    }
  });
  return edited;
}
