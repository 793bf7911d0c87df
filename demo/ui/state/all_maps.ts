import { signal } from '@preact/signals';
import type { Said } from '../../../src/app.js';
import type { MapAnswer, Question } from '../../engine/contract/maps.js';
import type { Progress } from '../../engine/contract/progress.js';
import type { Settings, Subject } from './signals.js';
import { createLatest } from './tasks.js';

/** What differs from map to map. */
export type Across = 'methods' | 'baselines' | 'both';

export interface Cell {
  /** The method or the baseline. */
  readonly settings: Settings;
  /** The map, or why there is none. null while it is to come. */
  readonly outcome: MapAnswer | { readonly refused: Said } | null;
}

/** All maps of one question about one picture. */
export interface AllMaps {
  readonly across: Across;
  readonly subject: Subject;
  readonly settings: Settings;
  readonly question: Question;
  readonly cells: readonly Cell[];
}

export const allMaps = signal<AllMaps | null>(null);
/** The map that is being made: its place in the list, and how far it is. */
export const making = signal<{ readonly at: number; readonly progress: Progress } | null>(null);

/** The run that makes them. */
export const allRuns = createLatest();

export function stopAll(): void {
  allRuns.stop();
  making.value = null;
}

/** Another network was opened. */
export function forgetAll(): void {
  stopAll();
  allMaps.value = null;
}
