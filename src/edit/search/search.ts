import { itemAt } from '../../tensor/items.js';
import type { Paint } from '../paint.js';
import type { Reason } from '../reason.js';

/** A candidate that reaches the class, neither pruned nor verified yet. */
export interface Find {
  readonly paint: Paint;
  /** The changed patches, in the order in which they were changed. */
  readonly patches: Uint32Array;
  /** 100 x length of the prefix / patches, if the candidate is a prefix of an order of patches; else null. */
  readonly percent: number | null;
}

/**
 * A search yields its finds, the best first, until the caller stops it, and returns why it ended. Of finds yielded together, all are pruned
 * and verified, and the smallest is kept. Of finds yielded one after another, the first verified one is kept.
 */
export type Search = AsyncGenerator<readonly Find[], Reason, void>;

/** The indices of `scores`, by descending score; between equals the lower index first. */
export function descending(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) =>
    scores[a] === scores[b] ? a - b : itemAt(scores, b) - itemAt(scores, a),
  );
}
