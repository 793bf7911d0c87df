import { type Preprocessing, predict, type Session, toValues } from '../../../src/index.js';
import { present } from '../../lib/present.js';
import { readsDigits, type ShippedModel } from '../../lib/shipped.js';
import type { Digit } from '../contract/inputs.js';
import type { DigitStrip } from './digit_strip.js';

/** Side of an MNIST digit. */
const SIDE = 28;
/** The classes of a network that reads digits. */
const CLASSES = 10;

/** Whether a model reads test digits: it takes 28x28 grey pictures and has ten classes. */
export function takesDigits({ width, height, channels }: Preprocessing, classes: number): boolean {
  return width === SIDE && height === SIDE && channels === 1 && classes === CLASSES;
}

/**
 * The digits of the strip, each with what this model reads. The strip has the digits of the study, some that a shipped model misreads, and some that both read
 * right. What the shipped models read is in the strip. Any other model is run on all digits.
 */
export async function digitsFor(session: Session, shipped: ShippedModel | null, strip: DigitStrip, signal: AbortSignal): Promise<Digit[]> {
  const images = () => strip.map(({ pixels }) => toValues({ width: SIDE, height: SIDE, channels: 1, data: pixels }, session.preprocessing));
  const readings =
    shipped !== null && readsDigits(shipped)
      ? strip.map(({ read }) => read[shipped])
      : (await predict(session, images(), { signal })).map((reading) => reading.class);
  return strip.map(({ index, truth, study, pixels }, i): Digit => {
    const reading = present(readings[i], `the reading of digit ${index}`);
    return { index, truth, read: reading, group: study ? 'study' : reading === truth ? 'correct' : 'misread', pixels };
  });
}
