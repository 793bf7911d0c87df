import type { Picture } from '../../../src/index.js';
import { SIDE, type StoryDigit, type StoryEdit, type StoryMap } from '../../lib/story.js';

/** The picture of a digit of the story. */
export function pictureOf({ pixels }: StoryDigit): Picture {
  return { width: SIDE, height: SIDE, channels: 1, data: bytesOf(pixels) };
}

/** [784] The values of a map of the story. */
export function valuesOf({ values, scale }: StoryMap): Float32Array {
  return Float32Array.from(new Int8Array(bytesOf(values).buffer), (value) => (value * scale) / 127);
}

/** A picture of the story after an edit. */
export function editedPicture(before: Picture, { flips }: StoryEdit): Picture {
  const data = before.data.slice();
  for (const [pixel, level] of flips) data[pixel] = level;
  return { ...before, data };
}

/** [784] 1 at the pixels that an edit changes. */
export function marksOf({ flips }: StoryEdit): Uint8Array {
  const marks = new Uint8Array(SIDE * SIDE);
  for (const [pixel] of flips) marks[pixel] = 1;
  return marks;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
