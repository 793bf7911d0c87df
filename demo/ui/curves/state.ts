import { signal } from '@preact/signals';
import { CONTROLS, type Control, type Said } from '../../../src/app.js';
import type { CurvesAnswer, Progress } from '../../engine/contract.js';
import { makeOne } from '../all_maps/make.js';
import type { AllMaps } from '../state/all_maps.js';
import { settingsOf } from '../state/maps.js';
import type { Settings } from '../state/signals.js';
import { createLatest, engine, saidBy } from '../state/tasks.js';

/** A map, or a control, and its curves; null while they are to come. */
export interface CurveRow {
  readonly of: Settings | Control;
  readonly outcome: CurvesAnswer | { readonly refused: Said } | null;
}

/** The curves of the class that the network reads. */
export interface CurveSet extends Pick<AllMaps, 'subject' | 'settings' | 'across' | 'read'> {
  readonly rows: readonly CurveRow[];
}

export const curves = signal<CurveSet | null>(null);
export const measuring = signal<{ readonly at: number; readonly progress: Progress } | null>(null);

const runs = createLatest();

/** Measures the maps of a grid and the controls, one after the other. Maps of another class than the one that is read are made anew for this one. */
export async function measureCurves({ subject, settings, across, read, question, cells }: AllMaps): Promise<void> {
  const signalOf = runs.next();
  const made = cells.filter(({ outcome }) => outcome !== null);
  const rows: CurveRow[] = [...CONTROLS, ...made.map((cell) => cell.settings)].map((of) => ({ of, outcome: null }));
  const set = { subject, settings, across, read };
  curves.value = { ...set, rows: [...rows] };
  const mapOf = async (of: Settings | Control) => {
    if (typeof of === 'string') return of;
    const same = made.find((cell) => cell.settings === of)?.outcome;
    if (same && (question.target === read || 'refused' in same)) return 'refused' in same ? same : same.pixels;
    const outcome = await makeOne({ ...settingsOf(of), image: subject.image, questions: [{ target: read }] }, signalOf);
    return outcome !== null && 'pixels' in outcome ? outcome.pixels : outcome;
  };
  for (const [at, { of }] of rows.entries()) {
    measuring.value = { at, progress: { done: at, total: rows.length } };
    let outcome: CurveRow['outcome'];
    try {
      const map = await mapOf(of);
      const request = { image: subject.image, target: read, cover: settings.baseline };
      outcome = map === null || (typeof map === 'object' && 'refused' in map) ? map : await engine().curves({ ...request, map }, signalOf);
    } catch (error) {
      outcome = { refused: saidBy(error) };
    }
    if (signalOf.aborted) return;
    rows[at] = { of, outcome };
    curves.value = { ...set, rows: [...rows] };
  }
  measuring.value = null;
}

export function stopCurves(): void {
  runs.stop();
  measuring.value = null;
}
