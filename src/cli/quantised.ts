import { type QuantisedReading, quantisedReading, type Repair, type Session } from '../index.js';
import { nameClass, percentage, short } from './format.js';

/** How far a quantised model is from the float network that is explained, for readers. */
export function quantisedLine(session: Session, { prediction, largestDifference, relativeDifference }: QuantisedReading): string {
  const share = relativeDifference === null ? '' : `, ${percentage(relativeDifference)} of the spread of its outputs`;
  return `with its own arithmetic read as ${nameClass(session, prediction.class)}, ${percentage(prediction.probability)}; outputs differ by up to ${short(largestDifference)}${share}`;
}

/** A warning where the quantised model and the float network read different classes. Undefined where they agree. */
export function disagreement(session: Session, { agrees, prediction }: QuantisedReading): string | undefined {
  if (agrees) return undefined;
  return `the quantised model itself reads ${nameClass(session, prediction.class)}, not what the float network reads that is explained: on this picture rounding decides`;
}

/** What a quantised model makes of an image and of its repair. null for a model of floats. */
export async function bothReadings(session: Session, image: Float32Array, { edited }: Pick<Repair, 'edited'>, signal: AbortSignal) {
  const before = await quantisedReading(session, image, { signal });
  const after = await quantisedReading(session, edited, { signal });
  return before && after && { before, after };
}
