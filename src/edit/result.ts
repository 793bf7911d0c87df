import type { Attributions, RepairProblem, Strategy } from './problem.js';
import type { Exhaustion } from './proof.js';
import { formatNumber } from './search.js';
import type { Reading, VerifiedEdit } from './verify.js';

/** What became of one strategy. */
export interface Attempt {
  readonly strategy: Strategy;
  readonly repaired: boolean;
  readonly percent: number | null;
  /** After pruning; null where no edit was verified. */
  readonly changedPixels: number | null;
  readonly candidates: number;
  /** What happened and why, in plain words. */
  readonly reason: string;
  readonly milliseconds: number;
}

export interface Repair {
  readonly target: number;
  readonly repaired: boolean;
  /** Why not, or what was found. */
  readonly reason: string;
  /** null where nothing had to be changed, or no edit was found. */
  readonly strategy: Strategy | null;
  /** The map that ordered the pixels, for strategies that have one. */
  readonly map: keyof Attributions | null;
  /** 100 x length of the prefix / pixels, before pruning. */
  readonly percent: number | null;
  readonly changedPixels: number;
  readonly changedFraction: number;
  readonly before: Reading;
  readonly after: Reading;
  /** [elements] the image itself where it was not repaired. */
  readonly edited: Float32Array;
  /** [pixels] 1 where the pixel was changed. */
  readonly mask: Uint8Array;
  /** The changed pixels in the order in which they were. */
  readonly order: Uint32Array;
  /** Undoing any one pixel loses the class. */
  readonly minimal: boolean;
  /**
   * k = changedPixels where it is proven that no set of fewer than k opposite-colour flips reaches the class: all were tried. Else null.
   * Edits that give pixels other colours are not spoken of.
   */
  readonly provenMinimum: number | null;
  readonly seed: number;
  readonly attempts: readonly Attempt[];
  /** Evaluated in all attempts, pruning and proofs included. */
  readonly candidates: number;
  readonly milliseconds: number;
  readonly verified: { readonly cpu: boolean; readonly png: boolean };
}

/** A verified edit, and how it was found. */
export interface Found extends VerifiedEdit {
  readonly strategy: Strategy;
  readonly map: keyof Attributions | null;
}

/** Fewer pixels are better; of equals the larger probability, then the earlier. */
export function isBetter(edit: VerifiedEdit, than: VerifiedEdit | undefined): boolean {
  if (than === undefined || edit.pixels.length !== than.pixels.length) {
    return than === undefined || edit.pixels.length < than.pixels.length;
  }
  return edit.after.targetProbability > than.after.targetProbability;
}

/** The part of an attempt that its result tells. */
export function describeAttempt(result: VerifiedEdit | string) {
  return typeof result === 'string'
    ? { repaired: false, percent: null, changedPixels: null, reason: result }
    : { repaired: true, percent: result.percent, changedPixels: result.pixels.length, reason: describeEdit(result) };
}

function describeEdit({ found, pixels, percent, minimal }: VerifiedEdit): string {
  const at = percent === null ? '' : ` (${formatNumber(percent)}% of the order)`;
  const pruned = pixels.length < found ? `, pruned to ${pixels.length}` : '';
  return `${countPixels(found)} changed${at}${pruned}${minimal ? '' : ', not known to be minimal'}`;
}

/** What became of an attempt, in one word. */
export function outcomeOf({ repaired, reason }: Pick<Attempt, 'repaired' | 'reason'>): 'repaired' | 'skipped' | 'proof' | 'no' {
  if (repaired) return 'repaired';
  if (reason.startsWith('skipped: ')) return 'skipped';
  return /^(no )?proof: /.test(reason) ? 'proof' : 'no';
}

/** What an exhaustive search of single flips or pairs came to. */
export function describeProof({ size, tried, edit, excluded }: Exhaustion, replaces: boolean): string {
  const all = `all ${tried} ${size === 1 ? 'single flips' : 'pairs of flips'} were tried`;
  if (edit !== undefined) {
    return `proof: ${all}; ${countPixels(edit.pixels.length)} suffice${edit.pixels.length === 1 ? 's' : ''}${replaces ? '' : ', but another strategy was asked for'}`;
  }
  return excluded ? `proof: ${all}; none reaches the class` : `no proof: ${all}; more are borderline than were verified`;
}

/** The part of a repair that the best edit tells; without one, why every attempt failed. */
export function describeResult(problem: RepairProblem, before: Reading, best: Found | undefined, attempts: readonly Attempt[]) {
  const pixels = best?.pixels ?? new Uint32Array(0);
  const mask = new Uint8Array(problem.pixels.pixels);
  for (const pixel of pixels) {
    mask[pixel] = 1;
  }
  return {
    repaired: best !== undefined,
    reason: best === undefined ? attempts.map(({ strategy, reason }) => `${strategy}: ${reason}`).join('. ') : describeEdit(best),
    strategy: best?.strategy ?? null,
    map: best?.map ?? null,
    percent: best?.percent ?? null,
    changedPixels: pixels.length,
    changedFraction: pixels.length / problem.pixels.pixels,
    before,
    after: best?.after ?? before,
    edited: best?.edited ?? problem.image.slice(),
    mask,
    order: pixels,
    minimal: best?.minimal ?? false,
    verified: { cpu: best !== undefined, png: best !== undefined },
  };
}

function countPixels(count: number): string {
  return count === 1 ? '1 pixel' : `${count} pixels`;
}
