import type { CurvesAnswer } from '../../engine/contract/maps.js';

export interface Ranked<T> {
  readonly of: T;
  readonly answer: CurvesAnswer;
  /** The area under insertion minus that under deletion: a map that knows what counts has a large one. */
  readonly gain: number;
}

/** The maps by their gains, the largest first. */
export function rankCurves<T>(rows: readonly { readonly of: T; readonly outcome: object | null }[]): readonly Ranked<T>[] {
  return rows
    .flatMap(({ of, outcome }) => {
      if (outcome === null || !('deleted' in outcome)) return [];
      const answer = outcome as CurvesAnswer;
      return [{ of, answer, gain: answer.inserted - answer.deleted }];
    })
    .sort((a, b) => b.gain - a.gain);
}
