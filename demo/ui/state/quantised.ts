import { signal } from '@preact/signals';
import type { QuantisedReading } from '../../../src/index.js';
import { problems, type Subject, subject } from './signals.js';
import { attempt, createLatest, engine } from './tasks.js';

/** What the open network, which is quantised, makes of a picture with its own arithmetic. */
export const ownReading = signal<(QuantisedReading & { readonly subject: Subject }) | null>(null);
/** Whether that is being computed. */
export const comparing = signal(false);

const comparisons = createLatest();

/** Runs the open network with its own arithmetic on the picture that is shown, once for each picture. */
export async function compareArithmetics(): Promise<void> {
  const current = subject.value;
  if (current === null || ownReading.value?.subject === current) return;
  const signalOf = comparisons.next();
  comparing.value = true;
  const answer = await attempt(problems.look, signalOf, () => engine().quantised(current.image, signalOf));
  if (signalOf.aborted) return;
  comparing.value = false;
  ownReading.value = answer ? { ...answer, subject: current } : null;
}
