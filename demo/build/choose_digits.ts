import { createSession, predict, type Session } from '../../src/index.js';
import type { StripDigit } from '../engine/inputs/digit_strip.js';
import type { DigitNetwork } from '../lib/shipped.js';

/** How many digits the strip has that one of the models misreads, per model, and that both read right. */
const MISREAD = 60;
const CORRECT = 40;
const SIZE = 784;
/** How many digits are read in one batch. */
const BATCH = 250;

interface Sources {
  /** [10000][784], 0 to 255. */
  readonly images: Uint8Array;
  /** [10000] */
  readonly labels: Uint8Array;
  readonly models: Readonly<Record<DigitNetwork, Uint8Array>>;
  /** Indices of the digits of `pathlight study`. */
  readonly study: readonly number[];
}

/**
 * Chooses the digits of the strip: those of the study, the first ones that each model misreads, and the first four of every class that both models
 * read right. The models run in float64, so that every machine chooses the same digits.
 */
export async function chooseDigits({ images, labels, models, study }: Sources): Promise<StripDigit[]> {
  const readers = {
    digits: new Reader(await createSession(models.digits), images),
    'digits-naive': new Reader(await createSession(models['digits-naive']), images),
  };
  const chosen = new Set(study);
  for (const reader of Object.values(readers)) {
    let found = 0;
    for (let index = 0; index < labels.length && found < MISREAD; index++) {
      if ((await reader.read(index)) === labels[index]) continue;
      chosen.add(index);
      found++;
    }
  }
  const ofClass = new Array<number>(10).fill(0);
  for (let index = 0; index < labels.length && ofClass.some((count) => count < CORRECT / 10); index++) {
    const truth = labels[index]!;
    const readings = [await readers.digits.read(index), await readers['digits-naive'].read(index)];
    if (ofClass[truth] === CORRECT / 10 || readings.some((reading) => reading !== truth)) continue;
    chosen.add(index);
    ofClass[truth]!++;
  }
  const strip: StripDigit[] = [];
  for (const index of [...chosen].sort((a, b) => a - b)) {
    strip.push({
      index,
      truth: labels[index]!,
      study: study.includes(index),
      read: { digits: await readers.digits.read(index), 'digits-naive': await readers['digits-naive'].read(index) },
      pixels: images.slice(SIZE * index, SIZE * (index + 1)),
    });
  }
  // The digits of the study come first, in its own order.
  const rank = (index: number) => (study.includes(index) ? study.indexOf(index) : study.length);
  return strip.sort((a, b) => rank(a.index) - rank(b.index));
}

/** Reads digits with a model, a batch at a time, and remembers what it read. */
class Reader {
  readonly #read = new Map<number, number>();

  constructor(
    private readonly session: Session,
    private readonly images: Uint8Array,
  ) {}

  async read(index: number): Promise<number> {
    if (!this.#read.has(index)) {
      const first = index - (index % BATCH);
      const batch = Array.from({ length: BATCH }, (_, i) =>
        Float32Array.from(this.images.subarray(SIZE * (first + i), SIZE * (first + i + 1)), (pixel) => pixel / 255),
      );
      (await predict(this.session, batch)).forEach((reading, i) => {
        this.#read.set(first + i, reading.class);
      });
    }
    return this.#read.get(index)!;
  }
}
