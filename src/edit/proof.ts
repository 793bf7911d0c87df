import { itemAt } from '../tensor/items.js';
import { pairs, singles } from './candidates.js';
import type { Evaluator } from './evaluator.js';
import { changingPatches, type Paint } from './paint.js';
import { isReason } from './reason.js';
import { descending } from './search/search.js';
import { pruneAndVerify, type VerifiedEdit, type Verifier } from './verify.js';

/** The most candidates that are verified one by one: those nearest to the class. */
const CONTENDERS = 64;
/**
 * A candidate is left to the float64 reference if it misses the class by less than this share of the largest margin seen. The rounding of a
 * float32 forward pass is about 1e-6 of the outputs, and margins are differences of outputs.
 */
const BORDERLINE = 1e-4;

export interface Exhaustion {
  /** How many patches each candidate changes. */
  readonly size: 1 | 2;
  /** How many candidates there are; all were tried, here or in an earlier search. */
  readonly tried: number;
  /** A verified edit of this size, or of a smaller one after pruning. */
  readonly edit: VerifiedEdit | undefined;
  /** Whether no set of this size gives a verified edit. False also if more candidates are borderline than were verified. */
  readonly excluded: boolean;
}

/**
 * Tries ALL sets of one or of two changed patches. Those that reach the class, or miss it by no more than float32 rounding, are verified,
 * the best first. Single patches that an earlier search scored with the same paint are not evaluated again.
 */
export async function exhaust(evaluator: Evaluator, verifier: Verifier, paint: Paint, size: 1 | 2): Promise<Exhaustion> {
  const choices = changingPatches(paint);
  const patches = evaluator.problem.patches.count;
  const total = size === 1 ? choices.length : (choices.length * (choices.length - 1)) / 2;
  let nearest: Contender[] = [];
  let largest = 0;
  let tried = 0;
  for (const list of size === 1 ? [singles(choices, patches)] : pairs(choices, patches)) {
    for await (const { start, margin } of size === 1 ? evaluator.runSingles(paint) : evaluator.run(paint, list)) {
      largest = margin.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), largest);
      const rows = descending(margin).subarray(0, CONTENDERS + 1);
      const batch = Array.from(rows, (i) => ({
        margin: itemAt(margin, i),
        set: list.rows.slice(4 * (start + i) + 2, 4 * (start + i) + 2 + size),
      }));
      nearest = [...nearest, ...batch].sort((a, b) => b.margin - a.margin || 0).slice(0, CONTENDERS + 1);
      tried += margin.length;
      evaluator.report(tried, total);
    }
  }
  const contenders = nearest.filter(({ margin }) => margin > -BORDERLINE * largest);
  for (const { set } of contenders.slice(0, CONTENDERS)) {
    const edit = await pruneAndVerify(evaluator, verifier, { paint, patches: set, percent: null });
    if (!isReason(edit)) {
      return { size, tried, edit, excluded: false };
    }
  }
  return { size, tried, edit: undefined, excluded: contenders.length <= CONTENDERS };
}

interface Contender {
  readonly margin: number;
  readonly set: Uint32Array;
}
