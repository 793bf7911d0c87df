import type { Reference, ReferenceMap } from '../../bench/harness/reference.js';

/** A map of float64 and the jumps of its uncertain gates, the nearest first. */
export interface Truth {
  readonly map: readonly number[];
  readonly jumps: readonly (readonly number[])[];
}

export function referenceMapOf({ map, jumps }: Truth): ReferenceMap {
  return {
    map: Float64Array.from(map),
    uncertain: jumps.map((_, index) => index * 1e-7),
    jump: (index) => Float64Array.from(jumps[index]!),
  };
}

/** A judge that knows these maps, one an image. */
export function referenceOf(truths: readonly Truth[]): Reference {
  return { mapOf: async (image) => referenceMapOf(truths[image]!) };
}
