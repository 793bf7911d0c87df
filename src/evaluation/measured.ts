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
  /** Maps [pixels] of the same picture by the same method on the randomised copies of the network. Made at the first call. */
  onCopies(): Promise<readonly Float64Array[]>;
}

export function measuredOf(subject: Subject, explainer: Explainer, explanation: Explanation): Measured {
  const map = pixelMap(explanation.values, subject.space);
  let curves: Promise<RemovalCurves> | undefined;
  let copies: Promise<readonly Float64Array[]> | undefined;
  return {
    subject,
    explainer,
    explanation,
    map,
    curves: () => {
      curves ??= removalCurves(subject, strongestFirst(map, subject.units));
      return curves;
    },
    onCopies: () => {
      copies ??= mapsOnCopies(subject, explainer);
      return copies;
    },
  };
}

async function mapsOnCopies(subject: Subject, explainer: Explainer): Promise<readonly Float64Array[]> {
  const { image, target, space, run } = subject;
  const maps: Float64Array[] = [];
  for (const executor of await subject.randomised()) {
    for (const { values } of await explainer.explain(executor, [image], target, run)) maps.push(pixelMap(values, space));
  }
  return maps;
}
