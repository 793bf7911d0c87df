import { computed, signal } from '@preact/signals';
import { elementOf } from '../../../src/app.js';
import { type Picture, pixelLayout, toValues } from '../../../src/index.js';
import type { Reading } from '../../engine/contract/inputs.js';
import { present } from '../../lib/present.js';
import { arrival, isArrival } from './arrival.js';
import { goal } from './fix.js';
import { model, problems, repaired, subject } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

// The visitor against the network: pixels that are flipped by hand.

/** The pixels that the visitor has flipped, in the order of the flips; and what is read now, null before it is known. */
const flips = signal<{ readonly of: Picture; readonly pixels: readonly number[]; readonly reading: Reading | null } | null>(null);

/** A change of the picture ends the game. */
const game = computed(() => (flips.value !== null && flips.value.of === subject.value?.picture ? flips.value : null));

export const mine = computed<readonly number[]>(() => game.value?.pixels ?? []);
export const myReading = computed(() => game.value?.reading ?? null);

/** The picture with those pixels in their opposite colours. */
export const myPicture = computed<Picture | null>(() => {
  const picture = subject.value?.picture;
  return picture === undefined ? null : flipped(picture, mine.value);
});

interface Fewest {
  readonly pixels: number;
  readonly proven: boolean;
}

/** The fewest pixels that are known to be enough for the class, and whether they are proven to be the fewest. */
export const fewest = computed<Fewest | null>(() => {
  const known: Fewest[] = [];
  const found = repaired.value?.repair;
  if (found?.repaired && found.target === goal.value) known.push({ pixels: found.changedPixels, proven: found.provenMinimum !== null });
  if (isArrival.value && goal.value === arrival.truth)
    known.push({ pixels: arrival.edit.flips.length, proven: arrival.edit.proven !== null });
  return known.sort((a, b) => a.pixels - b.pixels)[0] ?? null;
});

const readings = createLatest();

/** Flips a pixel, or flips it back. */
export function flip(pixel: number): Promise<void> {
  return flipAll(mine.value.includes(pixel) ? mine.value.filter((one) => one !== pixel) : [...mine.value, pixel]);
}

/** Flips these pixels and no others, and reads the picture again. Pixels that it does not have are left out. */
export async function flipAll(asked: readonly number[]): Promise<void> {
  const [open, shown] = [model.value, subject.value];
  if (open === null || shown === null) return;
  const { picture } = shown;
  const pixels = asked.filter((pixel) => pixel < picture.width * picture.height);
  const signalOf = readings.next();
  flips.value = { of: picture, pixels, reading: game.value?.reading ?? null };
  const values = toValues(flipped(picture, pixels), open.preprocessing);
  const layout = pixelLayout(open.preprocessing);
  const image = shown.image.slice();
  for (const pixel of pixels) {
    for (let c = 0; c < layout.channels; c++) {
      const element = elementOf(layout, pixel, c);
      image[element] = present(values[element], `element ${element} of the picture`);
    }
  }
  const reading = await attempt(problems.fix, signalOf, () => engine().predict(image, signalOf));
  if (reading !== undefined && flips.value?.of === picture) flips.value = { of: picture, pixels, reading };
}

function flipped(picture: Picture, pixels: readonly number[]): Picture {
  const data = picture.data.slice();
  const { channels } = picture;
  const colours = Math.min(3, channels);
  for (const pixel of pixels) {
    for (let i = pixel * channels; i < pixel * channels + colours; i++) data[i] = 255 - present(data[i], `level ${i}`);
  }
  return { ...picture, data };
}
