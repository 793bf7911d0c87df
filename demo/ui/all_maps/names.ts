import type { Question } from '../../engine/contract/maps.js';
import { factsOf } from '../../lib/methods.js';
import { messages } from '../i18n/index.js';
import type { Across, Cell } from '../state/all_maps.js';
import { className } from '../state/signals.js';

/** What tells a map from the others beside it. */
export function nameOf({ settings: { method, baseline } }: Pick<Cell, 'settings'>, across: Across): string {
  const ofMethod = messages.value.method(method, factsOf(method).title);
  const ofBaseline = messages.value.why.baselines[baseline];
  return across === 'methods' ? ofMethod : across === 'baselines' ? ofBaseline : `${ofMethod}, ${ofBaseline}`;
}

/** What a map was asked: which class it speaks for, and against which other one. */
export function nameQuestion({ target, contrast }: Question): string {
  const text = messages.value.why;
  return contrast === undefined ? text.predicted(className(target)) : text.contrast(className(target), className(contrast));
}
