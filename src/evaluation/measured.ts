import type { Explainer, Explanation } from './explainer.js';
import { type RemovalCurves, removalCurves } from './removal.js';
import { pixelMap, type Subject, strongestFirst } from './subject.js';

/** One map, and what metrics ask about it. */
export interface Measured {
  readonly subject: Subject;
  readonly explainer: Explainer;
  readonly explanation: Explanation;
  /** [pixels] The map, summed over channels. */
  readonly map: Float64Array;
  /** Made at the first call. */
  curves(): Promise<RemovalCurves>;
}

export function measuredOf(subject: Subject, explainer: Explainer, explanation: Explanation): Measured {
  const map = pixelMap(explanation.values, subject.space);
  let curves: Promise<RemovalCurves> | undefined;
  return {
    subject,
    explainer,
    explanation,
    map,
    curves: () => {
      curves ??= removalCurves(subject, strongestFirst(map, subject.units));
      return curves;
    },
  };
}
