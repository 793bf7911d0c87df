import { factsOf } from '../../lib/methods.js';
import { messages } from '../i18n/index.js';
import type { Across, Cell } from '../state/all_maps.js';

/** What tells a map from the others beside it. */
export function nameOf({ settings: { method, baseline } }: Pick<Cell, 'settings'>, across: Across): string {
  const ofMethod = factsOf(method).title;
  const ofBaseline = messages.value.why.baselines[baseline];
  return across === 'methods' ? ofMethod : across === 'baselines' ? ofBaseline : `${ofMethod}, ${ofBaseline}`;
}
