import { signal } from '@preact/signals';
import { CONTROLS, type Control, type Said } from '../../../src/app.js';
import type { CurvesAnswer } from '../../engine/contract/maps.js';
import type { Progress } from '../../engine/contract/progress.js';
import type { AllMaps } from '../state/all_maps.js';
import type { Settings } from '../state/signals.js';
import { createLatest, engine, saidBy } from '../state/tasks.js';

/** A map, or a control, and its curves; null while they are to come. */
export interface CurveRow {
  readonly of: Settings | Control;
  readonly outcome: CurvesAnswer | { readonly refused: Said } | null;
}

/** The curves of the class that the maps speak for: the target of their question. */
export interface CurveSet extends Pick<AllMaps, 'subject' | 'settings' | 'across' | 'question'> {
  readonly rows: readonly CurveRow[];
}

export const curves = signal<CurveSet | null>(null);
export const measuring = signal<{ readonly at: number; readonly progress: Progress } | null>(null);

const runs = createLatest();

/** Measures the maps of a grid and the controls, one after the other, by the probability of the class that the maps speak for. */
export async function measureCurves({ subject, settings, across, question, cells }: AllMaps): Promise<void> {
  const signalOf = runs.next();
  const made = cells.filter(({ outcome }) => outcome !== null);
  const rows: CurveRow[] = [...CONTROLS, ...made.map((cell) => cell.settings)].map((of) => ({ of, outcome: null }));
  const set = { subject, settings, across, question };
  curves.value = { ...set, rows: [...rows] };
  const mapOf = (of: Settings | Control) => {
    if (typeof of === 'string') return of;
    const outcome = made.find((cell) => cell.settings === of)?.outcome ?? null;
    return outcome !== null && 'pixels' in outcome ? outcome.pixels : outcome;
  };
  for (const [at, { of }] of rows.entries()) {
    measuring.value = { at, progress: { done: at, total: rows.length } };
    let outcome: CurveRow['outcome'];
    try {
      const map = mapOf(of);
      const request = { image: subject.image, target: question.target, cover: settings.baseline };
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
