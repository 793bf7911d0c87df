import type { Said, Table } from '../message.js';
import { formatNumber } from '../words.js';

/** A count of patches; `single` if they are single pixels. */
type Count = { readonly count: number; readonly single: boolean };

/** Edits that cannot be searched for: src/edit. */
const errors = {
  'repair.strategy': (v: { strategy: string; known: readonly string[] }) => [
    `there is no strategy ${v.strategy}`,
    `auto, ${v.known.join(', ')}`,
  ],
  'repair.paint-sign': (v: { strategy: string; signed: readonly string[] }) => [
    `the strategy ${v.strategy} with the paint sign`,
    `one of ${v.signed.join(', ')}, or another paint`,
  ],
  'repair.seed': (v: { seed: number }) => [`the seed ${v.seed}`, 'an integer'],
  'repair.most-pixels': (v: { pixels: number }) => [`at most ${v.pixels} pixels`, 'an integer above 0'],
  'repair.prove': (v: { patches: number }) => [`a proof by all sets of up to ${v.patches} patches`, '0, 1 or 2'],
  'repair.beam': (v: { sets: number }) => [`a beam of ${v.sets} sets`, 'an integer above 0'],
  'repair.percent': (v: { percent: number }) => [`a percentage of ${v.percent}`, 'above 0, at most 100, or search'],
  'problem.image': (v: { numbers: number; pixels: number; channels: number; wanted: number }) => [
    `an image of ${v.numbers} numbers with ${v.pixels} pixels of ${v.channels} channels`,
    `the model takes ${v.wanted} numbers`,
  ],
  'problem.patches': (v: { patches: number; labels: number; pixels: number }) => [
    `${v.patches} patches with ${v.labels} labels`,
    `a label below ${v.patches} for each of the ${v.pixels} pixels`,
  ],
  'problem.colour': (v: { colour: string; numbers: number; channels: number }) => [
    `${v.colour} holds ${v.numbers} numbers`,
    `one for each of the ${v.channels} channels`,
  ],
} as const satisfies Table;

/** The outcome of an attempt to repair, and the reason. */
const reasons = {
  'edit.found': (v: { changed: Count; percent: number | null; pruned: number | null; minimal: boolean }) => [
    `${counted(v.changed)} changed${v.percent === null ? '' : ` (${formatNumber(v.percent)}% of the order)`}${v.pruned === null ? '' : `, pruned to ${v.pruned}`}${v.minimal ? '' : ', not known to be minimal'}`,
  ],
  'edit.nothing-to-do': (v: { class: number }) => [`the image is already read as class ${v.class}: nothing has to be changed`],
  'edit.unverified': (v: { reason: Said }) => [`the class is reached, but ${v.reason.message}`],
  'edit.too-many-pixels': (v: { pixels: number; most: number }) => [
    `the edit changes ${v.pixels} pixels after pruning, more than the ${v.most} allowed`,
  ],
  'edit.read-otherwise': (v: { class: number; changed: Count }) => [
    `the reference executor reads class ${v.class} in the edit of ${counted(v.changed)}`,
  ],
  'edit.lost-in-8-bits': (v: { changed: Count }) => [
    `the edit of ${counted(v.changed)} does not survive being saved in 8 bits and read back`,
  ],
  'skipped.one-pixel': () => ['skipped: one pixel cannot be improved on'],
  'skipped.one-patch': () => ['skipped: one patch cannot be improved on'],
  'skipped.no-signs': () => ['skipped: only a map of shares gives signs to paint by'],
  'skipped.last-resort': () => ['skipped: tried only where no other strategy succeeds'],
  /** The outcome of each route of a strategy, by the map that orders its patches. */
  'attempt.routes': (v: { routes: readonly { readonly map: 'target' | 'contrast'; readonly reason: Said }[] }) => [
    v.routes.map(({ map, reason }) => `with the ${map}: ${reason.message}`).join('; '),
  ],
  'attempt.strategies': (v: { strategies: readonly { readonly strategy: string; readonly reason: Said }[] }) => [
    v.strategies.map(({ strategy, reason }) => `${strategy}: ${reason.message}`).join('. '),
  ],
  'edit.no-number': (v: { changed: Count }) => [`the network gives no number for an edit of ${counted(v.changed)}`],
  'map.not-finite': () => ['the map holds numbers that are not finite'],
  'map.zero-gradient': () => [
    'the gradient is zero at every pixel: no unit that the class depends on responds to a small change of this image',
  ],
  'map.zero': () => [
    'the attribution is zero at every pixel: the image equals the baseline, or the gradient vanishes all the way between them',
  ],
  'map.nothing-against': () => ['nothing in the map speaks against the class'],
  'search.nothing-changes': () => ['nothing would change its colour'],
  'search.none-changes': (v: { painted: Count }) => [`none of the ${counted(v.painted)} to be painted would change its colour`],
  /** `best`: the largest probability of the class among all candidates, here and below. */
  'search.budget-in-round': (v: { round: number; candidates: number; best: number }) => [
    `the budget ended in round ${v.round}, after ${v.candidates} candidates; the largest probability of the class among them is ${formatNumber(v.best)}`,
  ],
  'search.no-set': (v: { flips: number; best: number }) => [
    `no set of at most ${v.flips} flips that was tried reaches the class; its largest probability among them is ${formatNumber(v.best)}`,
  ],
  'search.budget': (v: { candidates: number; best: number }) => [
    `not found: the budget ended after ${v.candidates} candidates; the largest probability of the class among them is ${formatNumber(v.best)}`,
  ],
  'search.first': (v: { first: number; of: Count; best: number }) => [
    `changing the first ${v.first} of ${counted(v.of)} does not reach the class; its probability is then ${formatNumber(v.best)}`,
  ],
  /** `of`: the number of all prefixes, if only some were chosen; else null. */
  'search.budget-of-prefixes': (v: { tried: number; prefixes: number; of: number | null; best: number }) => [
    `the budget ended after ${v.tried} of the ${v.prefixes} prefixes ${chosen(v.of)}; the largest probability of the class among them is ${formatNumber(v.best)}`,
  ],
  'search.no-prefix': (v: { prefixes: number; of: number | null; best: number }) => [
    `none of the ${v.prefixes} prefixes ${chosen(v.of)} reaches the class; its largest probability among them is ${formatNumber(v.best)}`,
  ],
  /** `asked`: whether the strategy that found the edit is the one that was asked for. */
  'proof.smaller': (v: Tried & { changed: Count; asked: boolean }) => [
    `proof: ${allTried(v)}; ${counted(v.changed)} suffice${v.changed.count === 1 ? 's' : ''}${v.asked ? '' : ', but another strategy was asked for'}`,
  ],
  'proof.none': (v: Tried) => [`proof: ${allTried(v)}; none reaches the class`],
  'proof.borderline': (v: Tried) => [`no proof: ${allTried(v)}; more are borderline than were verified`],
} as const satisfies Table;

export const edit = { ...errors, ...reasons } as const;

/** Codes of reasons. */
export type ReasonCode = keyof typeof reasons;

/** All sets of `size` patches, of which `tried` were tried; `single` if patches are single pixels. */
type Tried = { readonly tried: number; readonly size: 1 | 2; readonly single: boolean };

function allTried({ tried, size, single }: Tried): string {
  const changes = single ? 'flips' : 'patches';
  return `all ${tried} ${size === 1 ? `single ${changes}` : `pairs of ${changes}`} were tried`;
}

function counted({ count, single }: Count): string {
  return `${count} ${count === 1 ? (single ? 'pixel' : 'patch') : single ? 'pixels' : 'patches'}`;
}

function chosen(of: number | null): string {
  return of === null ? 'of the order' : `chosen of ${of}`;
}
