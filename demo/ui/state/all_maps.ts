import { signal } from '@preact/signals';
import type { Said } from '../../../src/app.js';
import { BASELINES } from '../../../src/index.js';
import type { AttributeRequest, MapAnswer, Progress, Question } from '../../engine/contract.js';
import { OFFERED } from '../../lib/methods.js';
import { settingsOf } from './maps.js';
import { maps, type Settings, type Subject } from './signals.js';
import { createLatest, engine, saidBy } from './tasks.js';

/** What differs from map to map. */
export type Across = 'methods' | 'baselines';

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

const runs = createLatest();

/** Makes the map of the last question, the contrast, with every method or every baseline. One after the other: each is shown when it is there. */
export async function makeAll(across: Across): Promise<void> {
  const shown = maps.value;
  const question = shown?.list.at(-1)?.question;
  if (shown === null || question === undefined) return;
  const signalOf = runs.next();
  const { subject, settings } = shown;
  const variants =
    across === 'methods'
      ? OFFERED.map(({ name }): Settings => ({ ...settings, method: name }))
      : BASELINES.map((baseline): Settings => ({ ...settings, baseline }));
  const cells = variants.map((variant): Cell => ({ settings: variant, outcome: null }));
  allMaps.value = { across, subject, settings, question, cells };
  for (const [at, variant] of variants.entries()) {
    making.value = { at, progress: { done: at, total: variants.length } };
    const outcome = await makeOne({ ...settingsOf(variant), image: subject.image, questions: [question] }, signalOf);
    if (signalOf.aborted) return;
    cells[at] = { settings: variant, outcome };
    allMaps.value = { across, subject, settings, question, cells: [...cells] };
  }
  making.value = null;
}

/** A method that does not fit the network, or needs too much, says so in its place. */
async function makeOne(request: AttributeRequest, signalOf: AbortSignal): Promise<Cell['outcome']> {
  try {
    const { maps } = await engine().attribute(request, signalOf);
    return maps[0] ?? null;
  } catch (error) {
    return { refused: saidBy(error) };
  }
}

export function stopAll(): void {
  runs.stop();
  making.value = null;
}

/** Another network was opened. */
export function forgetAll(): void {
  stopAll();
  allMaps.value = null;
}
