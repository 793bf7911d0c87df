import { at } from '../../tensor/at.js';
import type { Paint } from '../paint.js';
import type { Reason } from '../reason.js';

/** An edit that reaches the class, as a search found it: neither pruned nor verified. */
export interface Find {
  readonly paint: Paint;
  /** The patches changed, in the order in which they were. */
  readonly patches: Uint32Array;
  /** 100 x length of the prefix / patches, where the edit is a prefix of an order of patches. */
  readonly percent: number | null;
}

/**
 * A search yields what it finds, the best first, until it is told to stop, and returns why it ended. Finds yielded together
 * are pruned and verified all, and the smallest is kept; of those yielded one after the other the first verified one is.
 */
export type Search = AsyncGenerator<readonly Find[], Reason, void>;

/** The indices of `scores`, largest first; of equals the lower index. */
export function descending(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) =>
    scores[a] === scores[b] ? a - b : at(scores, b) - at(scores, a),
  );
}
