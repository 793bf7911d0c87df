import { computed, signal } from '@preact/signals';
import arrivalText from '../../.cache/arrival.json?raw';
import { present } from '../../lib/present.js';
import type { StoryDigit } from '../../lib/story.js';
import { editedPicture, marksOf, pictureOf, valuesOf } from '../lib/story.js';
import { model, subject, wanted } from './signals.js';

const digit: StoryDigit = JSON.parse(arrivalText);
const edit = present(digit.smallest, 'the smallest edit of the first digit');
const before = pictureOf(digit);

/** The digit that the page opens with: what it is read as, the map and the smallest edit were computed when the page was built. */
export const arrival = {
  index: digit.index,
  truth: digit.truth,
  read: digit.read,
  probability: digit.probability,
  edit,
  before,
  after: editedPicture(before, edit),
  map: valuesOf(digit.contrast),
  marks: marksOf(edit),
} as const;

/** Whether the story of the arrival is still about what the page shows: nothing else was chosen. */
export const isArrival = computed(() => {
  const open = model.value;
  // Nothing is chosen yet.
  if (open === null) return true;
  return open.shipped === 'digits-naive' && subject.value?.digit === arrival.index && (wanted.value ?? arrival.truth) === arrival.truth;
});

/** Whether the story is being played, and how often it was. */
export const playing = signal(false);
export const plays = signal(0);

/** Plays the story from the start. It stands still, at its end, for visitors who prefer reduced motion. */
export function play(): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  plays.value++;
  playing.value = true;
}

export function endPlay(): void {
  playing.value = false;
}
