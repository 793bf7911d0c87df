import { itemAt } from '../tensor/items.js';
import { prefixes, undoneSingles } from './candidates.js';
import type { Evaluator } from './evaluator.js';
import type { Paint } from './paint.js';
import { descending } from './search/search.js';

/** Above this many patches, each round undoes several. Undoing them singly costs n^2 / 2 candidates: 500 for 32 patches, 45,000 for 300. */
const SINGLY_UP_TO = 32;

/** The result of pruning. */
export interface Pruned {
  readonly trail: readonly Uint32Array[];
  /** Whether undoing any one patch of the last set loses the class. */
  readonly minimal: boolean;
}

/** The margin that remains after undoing each patch of a set in turn. */
export function undoMargins(evaluator: Evaluator, paint: Paint, set: Uint32Array): Promise<Float64Array> {
  return evaluator.margins(paint, undoneSingles(set, evaluator.problem.patches.count));
}

/**
 * Undoes patches of an edit that reaches the class. Each round undoes the patch that leaves the largest margin, until undoing any one more
 * would lose the class. The last set is then 1-minimal, as this executor computes it, unless the budget ended first. Returns all sets on
 * the way, the given one first. Patches keep their order.
 */
export async function prune(evaluator: Evaluator, paint: Paint, patches: Uint32Array): Promise<Pruned> {
  const trail = [patches];
  let minimal = false;
  for (let set = patches; set.length > 1; trail.push(set)) {
    const margins = await undoMargins(evaluator, paint, set);
    const best = descending(margins);
    const first = itemAt(best, 0);
    if (!(itemAt(margins, first) > 0)) {
      minimal = true;
      break;
    }
    if (evaluator.spent) {
      break;
    }
    set = set.length > SINGLY_UP_TO ? await undoSeveral(evaluator, paint, set, margins, best) : without(set, [first]);
  }
  return { trail, minimal: minimal || itemAt(trail, trail.length - 1).length === 1 };
}

/**
 * Sorts the patches by the margin that undoing each one alone leaves, largest first. Tries to undo the first m, for all m at once, and
 * takes the largest m that keeps the class and leaves enough patches to prune one by one.
 */
async function undoSeveral(
  evaluator: Evaluator,
  paint: Paint,
  set: Uint32Array,
  margins: Float64Array,
  best: Uint32Array,
): Promise<Uint32Array> {
  const undoable = best.filter((position) => itemAt(margins, position) > 0);
  const most = Math.min(undoable.length, set.length - SINGLY_UP_TO);
  const stayingFirst = best.slice().reverse();
  const order = stayingFirst.map((position) => itemAt(set, position));
  const lengths = Array.from({ length: most }, (_, i) => set.length - most + i);
  const kept = await evaluator.margins(paint, prefixes(order, lengths, evaluator.problem.patches.count));
  const shortest = kept.findIndex((margin) => margin > 0);
  const undone = shortest < 0 ? 1 : set.length - itemAt(lengths, shortest);
  return without(set, best.slice(0, undone));
}

/** A set without the patches at these positions. */
export function without(set: Uint32Array, positions: ArrayLike<number>): Uint32Array {
  const undone = new Set(Array.from(positions));
  return set.filter((_, position) => !undone.has(position));
}
