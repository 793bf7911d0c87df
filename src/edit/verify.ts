import type { Executor } from '../executor.js';
import { createMessage } from '../messages/index.js';
import { itemAt } from '../tensor/items.js';
import { argmax, marginOf, probabilitiesOf } from '../tensor/softmax.js';
import type { Budget, Evaluator } from './evaluator.js';
import { applyPaint, changedPixels, type Paint } from './paint.js';
import type { RepairProblem } from './problem.js';
import { prune, undoMargins, without } from './prune.js';
import { countOf, isReason, type Reason } from './reason.js';
import { descending, type Find } from './search/search.js';

/**
 * What the float64 executor reads in an image.
 *
 * @example const { class: read, probability, targetProbability }: Reading = found.before;
 */
export interface Reading {
  /** The index of the most probable class. */
  readonly class: number;
  /** Probability of that class. */
  readonly probability: number;
  /** Probability of the target. */
  readonly targetProbability: number;
}

/** An edit that the reference executor and the saved image confirm. */
export interface VerifiedEdit {
  readonly paint: Paint;
  /** The changed patches, in the order in which they were changed. */
  readonly patches: Uint32Array;
  /** [pixels] 1 where the colour changes. */
  readonly mask: Uint8Array;
  readonly changedPixels: number;
  readonly percent: number | null;
  /** How many patches were changed before pruning. */
  readonly found: number;
  readonly edited: Float32Array;
  /** Whether undoing any one patch loses the class or gives an edit that is not confirmed. */
  readonly minimal: boolean;
  readonly after: Reading;
}

/** Decides what counts as a repair. */
export interface Verifier {
  readonly problem: RepairProblem;
  /** The float64 executor. */
  readonly reference: Executor;
  /** Whether the class survives saving the image in 8 bits and reading it back. */
  readonly survives: (edited: Float32Array) => Promise<boolean>;
  readonly maxPixels: number;
  /** The budget for pruning one find. */
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
}

/** When the smallest edit was refused: the most edits with one patch fewer that each further step verifies. */
const CONTENDERS = 16;

/** Reads an image with the reference executor. The margin is NaN where an output is no finite number. */
export async function readImage(
  { reference, problem, signal }: Verifier,
  image: Float32Array,
): Promise<Reading & { readonly margin: number }> {
  const forward = await reference.forward(image, 1, signal ? { signal } : {});
  const probabilities = probabilitiesOf(forward.outputs, reference.bySigmoid);
  const best = argmax(forward.outputs);
  return {
    class: best,
    probability: itemAt(probabilities, best),
    targetProbability: itemAt(probabilities, problem.target),
    margin: forward.outputs.every(Number.isFinite) ? marginOf(forward.outputs, problem.target) : Number.NaN,
  };
}

/** Prunes a find and verifies the result. Returns the edit, or the reason why it does not count. */
export async function pruneAndVerify(evaluator: Evaluator, verifier: Verifier, find: Find): Promise<VerifiedEdit | Reason> {
  const { trail, minimal } = await evaluator.within(verifier.budget, () => prune(evaluator, find.paint, find.patches));
  const smallest = await verify(verifier, find, itemAt(trail, trail.length - 1), minimal);
  if (!isReason(smallest) || trail.length === 1) {
    return smallest;
  }
  // Pruning goes to the edge of the class, where float32 and 8 bits may decide otherwise. So larger sets are tried: 1, 2, 4, ... steps
  // back, and at last the first.
  for (let back = 1; ; back *= 2) {
    const position = Math.max(0, trail.length - 1 - back);
    const edit = await verify(verifier, find, itemAt(trail, position), false);
    if (!isReason(edit)) {
      return descend(evaluator, verifier, find, edit);
    }
    if (position === 0) {
      return smallest;
    }
  }
}

/** Undoes single patches of a verified edit, as long as the smaller edit is verified too. */
async function descend(evaluator: Evaluator, verifier: Verifier, find: Find, start: VerifiedEdit): Promise<VerifiedEdit> {
  let edit = start;
  while (edit.patches.length > 1) {
    const margins = await undoMargins(evaluator, find.paint, edit.patches);
    const undoable = descending(margins).filter((position) => itemAt(margins, position) > 0);
    let smaller: VerifiedEdit | undefined;
    for (const position of undoable.slice(0, CONTENDERS)) {
      const result = await verify(verifier, find, without(edit.patches, [position]), false);
      if (isReason(result)) continue;
      smaller = result;
      break;
    }
    if (smaller === undefined) {
      return { ...edit, minimal: undoable.length <= CONTENDERS };
    }
    edit = smaller;
  }
  return { ...edit, minimal: true };
}

async function verify(verifier: Verifier, find: Find, patches: Uint32Array, minimal: boolean): Promise<VerifiedEdit | Reason> {
  verifier.signal?.throwIfAborted();
  const { problem } = verifier;
  const mask = changedPixels(problem, find.paint, patches);
  const count = mask.reduce((sum, flag) => sum + flag, 0);
  if (count > verifier.maxPixels) {
    return createMessage('edit.too-many-pixels', { pixels: count, most: verifier.maxPixels });
  }
  const edited = applyPaint(problem, find.paint, patches);
  const { margin, ...after } = await readImage(verifier, edited);
  if (Number.isNaN(margin)) {
    return createMessage('edit.no-number', { changed: countOf(problem, patches.length) });
  }
  if (!(margin > 0)) {
    return createMessage('edit.read-otherwise', { class: after.class, changed: countOf(problem, patches.length) });
  }
  if (!(await verifier.survives(edited))) {
    return createMessage('edit.lost-in-8-bits', { changed: countOf(problem, patches.length) });
  }
  const { paint, percent } = find;
  return { paint, patches, mask, changedPixels: count, percent, found: find.patches.length, edited, minimal, after };
}
