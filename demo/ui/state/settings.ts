import { forgetEdits, sameSearch } from './fix.js';
import { updateMaps } from './maps.js';
import { type Settings, settings } from './signals.js';

/** Changes settings of the maps, and makes the maps anew. Edits that depend on them are forgotten. */
export function changeSettings(part: Partial<Settings>): void {
  const before = settings.value;
  settings.value = { ...before, ...part };
  if (!sameSearch(before, settings.value)) forgetEdits();
  void updateMaps();
}
