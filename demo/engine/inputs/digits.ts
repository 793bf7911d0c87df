import { type Preprocessing, predict, type Session, toValues } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import type { Digit, ShippedModel } from '../contract.js';
import type { DigitStrip } from './digit_strip.js';

/** Side of an MNIST digit. */
const SIDE = 28;
/** Digits that a network can read at all. */
const CLASSES = 10;

/** Whether test digits are inputs of a model: 28x28 grey, and ten classes to tell apart. */
export function takesDigits({ width, height, channels }: Preprocessing, classes: number): boolean {
  return width === SIDE && height === SIDE && channels === 1 && classes === CLASSES;
}

/**
 * The digits of the study, those that this model misreads, and some that it reads right, those among them that another one misreads: the
 * same digit can be looked at with both. Of a shipped model the readings are in the strip,
 * which holds misread digits of each; another model reads all of it.
 */
export async function digitsFor(session: Session, shipped: ShippedModel | null, strip: DigitStrip, signal: AbortSignal): Promise<Digit[]> {
  const images = () => strip.map(({ pixels }) => toValues({ width: SIDE, height: SIDE, channels: 1, data: pixels }, session.preprocessing));
  const readings =
    shipped === null
      ? (await predict(session, images(), { signal })).map((reading) => reading.class)
      : strip.map(({ read }) => read[shipped]);
  return strip.map(({ index, truth, study, pixels }, i): Digit => {
    const reading = present(readings[i], `the reading of digit ${index}`);
    return { index, truth, read: reading, group: study ? 'study' : reading === truth ? 'correct' : 'misread', pixels };
  });
}
