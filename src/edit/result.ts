import type { Cost } from '../executor.js';
import { createMessage } from '../messages/index.js';
import type { Patches } from '../tensor/pixels.js';
import type { Attributions, RepairProblem } from './problem.js';
import type { Exhaustion } from './proof.js';
import { changesPixels, countOf, isReason, type Reason } from './reason.js';
import type { Strategy } from './strategies.js';
import type { Reading, VerifiedEdit } from './verify.js';

/**
 * The outcome of one strategy.
 *
 * @example const smallest = (attempts: readonly Attempt[]) => Math.min(...attempts.map(({ changedPixels }) => changedPixels ?? Infinity));
 */
export interface Attempt {
  readonly strategy: Strategy;
  /** Whether an edit was found and verified. */
  readonly repaired: boolean;
  /** 100 x length of the prefix / patches, before pruning; null for strategies without an order, and where no edit was found. */
  readonly percent: number | null;
  /** Pixels changed after pruning; null where no edit was verified. */
  readonly changedPixels: number | null;
  /** Patches changed after pruning; null where no edit was verified. */
  readonly changedPatches: number | null;
  /** Edited images that were evaluated; those that an earlier attempt evaluated do not count again. */
  readonly candidates: number;
  /** The outcome and the reason, in one sentence. */
  readonly reason: string;
  /**
   * The same as a code with values, which the page translates.
   *
   * @internal
   */
  readonly because: Reason;
  readonly milliseconds: number;
}

/**
 * The smallest edit that was found, and how.
 *
 * @example
 * const { repaired, edited, changedPixels, verified }: Repair = await repair(session, image, { target: 7 });
 * if (repaired) console.log(`${changedPixels} pixels`, toPicture(edited, session.preprocessing), verified.png);
 */
export interface Repair {
  /** The class that was to be reached. */
  readonly target: number;
  /** Whether an edit was found and verified. */
  readonly repaired: boolean;
  /** What was found, or why nothing was found. */
  readonly reason: string;
  /**
   * The same as a code with values, which the page translates.
   *
   * @internal
   */
  readonly because: Reason;
  /** null if nothing had to be changed or no edit was found. */
  readonly strategy: Strategy | null;
  /** The map that ordered the patches, for strategies that have one. */
  readonly map: keyof Attributions | null;
  /** 100 x length of the prefix / patches, before pruning. */
  readonly percent: number | null;
  readonly changedPixels: number;
  /** How many of `patches` were changed; the same as `changedPixels` where every pixel is a patch. */
  readonly changedPatches: number;
  /** What was changed as a whole. */
  readonly patches: Patches;
  /** changedPixels / pixels of the image. */
  readonly changedFraction: number;
  /** What the model reads in the image. */
  readonly before: Reading;
  /** What the model reads in the edited image. */
  readonly after: Reading;
  /** [elements] the image itself where it was not repaired. */
  readonly edited: Float32Array;
  /** [pixels] 1 where the pixel was changed. */
  readonly mask: Uint8Array;
  /** The changed patches, in the order in which they were changed. */
  readonly order: Uint32Array;
  /** Whether undoing any one patch loses the class. */
  readonly minimal: boolean;
  /**
   * The number of changed patches, where it is proven that no smaller set of patches reaches the class; else null. The proof tries all
   * smaller sets, in the colours of the paint or, where strategies have their own paint, in opposite colours. It says nothing about other
   * colours.
   */
  readonly provenMinimum: number | null;
  /** Seed of the strategy `random`. */
  readonly seed: number;
  /**
   * The budget of each search and each pruning, in candidates and milliseconds; how many sets `greedy` keeps; and the size of sets up to
   * which proofs go.
   */
  readonly limits: { readonly candidates: number; readonly milliseconds: number; readonly beam: number; readonly prove: number };
  /** One for each strategy that was tried, and one for each proof. */
  readonly attempts: readonly Attempt[];
  /** Edited images that were evaluated in all attempts, pruning and proofs included. */
  readonly candidates: number;
  /** What these and the maps cost together; null where neither was needed. */
  readonly cost: Cost | null;
  /** Time of the whole call. */
  readonly milliseconds: number;
  /** Whether the edit still reaches the class on the float64 CPU executor (`cpu`), and after the picture was saved and read back (`png`). */
  readonly verified: { readonly cpu: boolean; readonly png: boolean };
}

/** A verified edit, and how it was found. */
export interface Found extends VerifiedEdit {
  readonly strategy: Strategy;
  readonly map: keyof Attributions | null;
}

/** Fewer patches are better; then fewer pixels, then a larger probability. Between equals the earlier edit stays. */
export function isBetter(edit: VerifiedEdit, than: VerifiedEdit | undefined): boolean {
  if (than === undefined || edit.patches.length !== than.patches.length) {
    return than === undefined || edit.patches.length < than.patches.length;
  }
  if (edit.changedPixels !== than.changedPixels) {
    return edit.changedPixels < than.changedPixels;
  }
  return edit.after.targetProbability > than.after.targetProbability;
}

/** The fields of an attempt that follow from its result. */
export function describeAttempt(problem: RepairProblem, result: VerifiedEdit | Reason) {
  if (isReason(result)) return { repaired: false, percent: null, changedPixels: null, changedPatches: null, ...giveReason(result) };
  const { percent, changedPixels, patches } = result;
  return { repaired: true, percent, changedPixels, changedPatches: patches.length, ...giveReason(describeEdit(problem, result)) };
}

/** A reason, with its sentence for records. */
export function giveReason(because: Reason): { readonly reason: string; readonly because: Reason } {
  return { reason: because.message, because };
}

function describeEdit(problem: RepairProblem, { found, patches, percent, minimal }: VerifiedEdit): Reason {
  const pruned = patches.length < found ? patches.length : null;
  return createMessage('edit.found', { changed: countOf(problem, found), percent, pruned, minimal });
}

/** @internal The outcome of an attempt, in one word. */
export function outcomeOf({ repaired, because }: Pick<Attempt, 'repaired' | 'because'>): 'repaired' | 'skipped' | 'proof' | 'no' {
  if (repaired) return 'repaired';
  switch (because.code) {
    case 'skipped.one-pixel':
    case 'skipped.one-patch':
    case 'skipped.no-signs':
    case 'skipped.last-resort':
      return 'skipped';
    case 'proof.smaller':
    case 'proof.none':
    case 'proof.borderline':
      return 'proof';
    default:
      return 'no';
  }
}

/** The outcome of an exhaustive search of single patches or pairs. */
export function describeProof(problem: RepairProblem, { size, tried, edit, excluded }: Exhaustion, asked: boolean): Reason {
  const all = { tried, size, single: changesPixels(problem) };
  if (edit !== undefined) return createMessage('proof.smaller', { ...all, changed: countOf(problem, edit.patches.length), asked });
  return createMessage(excluded ? 'proof.none' : 'proof.borderline', all);
}

function describeFailures(attempts: readonly Attempt[]): Reason {
  return createMessage('attempt.strategies', { strategies: attempts.map(({ strategy, because }) => ({ strategy, reason: because })) });
}

/** The fields of a repair that follow from the best edit or, without one, from the reasons why every attempt failed. */
export function describeResult(problem: RepairProblem, before: Reading, best: Found | undefined, attempts: readonly Attempt[]) {
  const order = best?.patches ?? new Uint32Array(0);
  const changedPixels = best?.changedPixels ?? 0;
  return {
    repaired: best !== undefined,
    ...giveReason(best === undefined ? describeFailures(attempts) : describeEdit(problem, best)),
    strategy: best?.strategy ?? null,
    map: best?.map ?? null,
    percent: best?.percent ?? null,
    changedPixels,
    changedPatches: order.length,
    patches: problem.patches,
    changedFraction: changedPixels / problem.pixels.pixels,
    before,
    after: best?.after ?? before,
    edited: best?.edited ?? problem.image.slice(),
    mask: best?.mask ?? new Uint8Array(problem.pixels.pixels),
    order,
    minimal: best?.minimal ?? false,
    verified: { cpu: best !== undefined, png: best !== undefined },
  };
}
