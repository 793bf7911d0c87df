import type { Patches } from '../tensor/pixels.js';
import type { Attributions, RepairProblem } from './problem.js';
import type { Exhaustion } from './proof.js';
import { countPatches, formatNumber } from './search/search.js';
import type { Strategy } from './strategies.js';
import type { Reading, VerifiedEdit } from './verify.js';

/**
 * What became of one strategy.
 *
 * @example const smallest = (attempts: readonly Attempt[]) => Math.min(...attempts.map(({ changedPixels }) => changedPixels ?? Infinity));
 */
export interface Attempt {
  readonly strategy: Strategy;
  /** Whether an edit was found and verified. */
  readonly repaired: boolean;
  /** 100 x length of the prefix / patches, before pruning; null for strategies without an order, and where nothing was found. */
  readonly percent: number | null;
  /** After pruning; null where no edit was verified. */
  readonly changedPixels: number | null;
  /** The same in patches. */
  readonly changedPatches: number | null;
  /** Edited images that were evaluated. */
  readonly candidates: number;
  /** What happened and why, in plain words. */
  readonly reason: string;
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
  /** What was found, or why nothing was. */
  readonly reason: string;
  /** null where nothing had to be changed, or no edit was found. */
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
  /** Undoing any one patch loses the class. */
  readonly minimal: boolean;
  /**
   * k = changedPatches where it is proven that no set of fewer than k patches reaches the class, in the colours of the paint or, where
   * strategies have their own, in opposite ones: all were tried. Else null. Edits that give other colours are not spoken of.
   */
  readonly provenMinimum: number | null;
  /** Of the strategy `random`. */
  readonly seed: number;
  /** Candidates and milliseconds that each search and each pruning was allowed; sets that `greedy` keeps; how many patches the sets of the proof have. */
  readonly limits: { readonly candidates: number; readonly milliseconds: number; readonly beam: number; readonly prove: number };
  /** One for each strategy that was tried, and one for each proof. */
  readonly attempts: readonly Attempt[];
  /** Edited images that were evaluated in all attempts, pruning and proofs included. */
  readonly candidates: number;
  /** Of the whole call. */
  readonly milliseconds: number;
  /** Whether the edit holds on the float64 CPU executor (`cpu`), and after the picture was saved and read back (`png`). */
  readonly verified: { readonly cpu: boolean; readonly png: boolean };
}

/** A verified edit, and how it was found. */
export interface Found extends VerifiedEdit {
  readonly strategy: Strategy;
  readonly map: keyof Attributions | null;
}

/** Fewer patches are better; of equals fewer pixels, then the larger probability, then the earlier. */
export function isBetter(edit: VerifiedEdit, than: VerifiedEdit | undefined): boolean {
  if (than === undefined || edit.patches.length !== than.patches.length) {
    return than === undefined || edit.patches.length < than.patches.length;
  }
  if (edit.changedPixels !== than.changedPixels) {
    return edit.changedPixels < than.changedPixels;
  }
  return edit.after.targetProbability > than.after.targetProbability;
}

/** The part of an attempt that its result tells. */
export function describeAttempt(problem: RepairProblem, result: VerifiedEdit | string) {
  if (typeof result === 'string') return { repaired: false, percent: null, changedPixels: null, changedPatches: null, reason: result };
  const { percent, changedPixels, patches } = result;
  return { repaired: true, percent, changedPixels, changedPatches: patches.length, reason: describeEdit(problem, result) };
}

function describeEdit(problem: RepairProblem, { found, patches, percent, minimal }: VerifiedEdit): string {
  const at = percent === null ? '' : ` (${formatNumber(percent)}% of the order)`;
  const pruned = patches.length < found ? `, pruned to ${patches.length}` : '';
  return `${countPatches(problem, found)} changed${at}${pruned}${minimal ? '' : ', not known to be minimal'}`;
}

/** What became of an attempt, in one word. */
export function outcomeOf({ repaired, reason }: Pick<Attempt, 'repaired' | 'reason'>): 'repaired' | 'skipped' | 'proof' | 'no' {
  if (repaired) return 'repaired';
  if (reason.startsWith('skipped: ')) return 'skipped';
  return /^(no )?proof: /.test(reason) ? 'proof' : 'no';
}

/** What an exhaustive search of single flips or pairs came to. */
export function describeProof(problem: RepairProblem, { size, tried, edit, excluded }: Exhaustion, replaces: boolean): string {
  const changes = problem.patches.count === problem.pixels.pixels ? 'flips' : 'patches';
  const all = `all ${tried} ${size === 1 ? `single ${changes}` : `pairs of ${changes}`} were tried`;
  if (edit !== undefined) {
    return `proof: ${all}; ${countPatches(problem, edit.patches.length)} suffice${edit.patches.length === 1 ? 's' : ''}${replaces ? '' : ', but another strategy was asked for'}`;
  }
  return excluded ? `proof: ${all}; none reaches the class` : `no proof: ${all}; more are borderline than were verified`;
}

/** The part of a repair that the best edit tells; without one, why every attempt failed. */
export function describeResult(problem: RepairProblem, before: Reading, best: Found | undefined, attempts: readonly Attempt[]) {
  const order = best?.patches ?? new Uint32Array(0);
  const changedPixels = best?.changedPixels ?? 0;
  return {
    repaired: best !== undefined,
    reason: best === undefined ? attempts.map(({ strategy, reason }) => `${strategy}: ${reason}`).join('. ') : describeEdit(problem, best),
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
