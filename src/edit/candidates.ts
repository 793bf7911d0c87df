import { NO_PATCH } from '../executor.js';
import { itemAt } from '../tensor/items.js';

/**
 * Lists of candidates, in the form from which executors build images. A candidate is (sequence, length, toggle, toggle). A sequence ranks
 * all patches; those with a rank below the length are changed, and then up to two patches are toggled.
 */
export interface Candidates {
  /** [sequences][patches] */
  readonly ranks: Uint32Array;
  /** [count][4] */
  readonly rows: Uint32Array;
}

/** The rank of a patch that a sequence never changes: no length reaches it. */
const NEVER = 0xffffffff;

export function countOf({ rows }: Candidates): number {
  return rows.length / 4;
}

/** The ranks of a sequence that changes these patches in this order, and no others. */
export function rankOrder(order: Uint32Array, patches: number): Uint32Array {
  const ranks = new Uint32Array(patches).fill(NEVER);
  order.forEach((patch, position) => {
    ranks[patch] = position;
  });
  return ranks;
}

/** The prefixes of one order that have the given lengths. */
export function prefixes(order: Uint32Array, lengths: ArrayLike<number>, patches: number): Candidates {
  const rows = new Uint32Array(4 * lengths.length);
  for (let i = 0; i < lengths.length; i++) {
    writeRow(rows, i, 0, itemAt(lengths, i));
  }
  return { ranks: rankOrder(order, patches), rows };
}

/** Every prefix of several orders of equal length: all prefixes of the first order, then of the second, and so on. */
export function allPrefixes(orders: readonly Uint32Array[], patches: number): Candidates {
  const ranks = concatenate(orders.map((order) => rankOrder(order, patches)));
  const length = orders[0]?.length ?? 0;
  const rows = new Uint32Array(4 * orders.length * length);
  for (let i = 0; i < orders.length * length; i++) {
    writeRow(rows, i, Math.floor(i / length), (i % length) + 1);
  }
  return { ranks, rows };
}

/** The candidates that undo one patch of a set, for each of its patches. */
export function undoneSingles(set: Uint32Array, patches: number): Candidates {
  const rows = new Uint32Array(4 * set.length);
  set.forEach((patch, i) => {
    writeRow(rows, i, 0, set.length, patch);
  });
  return { ranks: rankOrder(set, patches), rows };
}

/**
 * The candidates that add one patch to a set, for all sets and all choices. `parents[i]` is the index of candidate i's set, `added[i]` its
 * new patch.
 */
export function grownSets(
  sets: readonly Uint32Array[],
  choices: Uint32Array,
  patches: number,
): Candidates & { readonly parents: Uint32Array; readonly added: Uint32Array } {
  const ranks = concatenate(sets.map((set) => rankOrder(set, patches)));
  const grown = sets.flatMap((set, parent) => {
    const inside = new Set(set);
    return Array.from(
      choices.filter((patch) => !inside.has(patch)),
      (patch) => ({ parent, patch }),
    );
  });
  const rows = new Uint32Array(4 * grown.length);
  grown.forEach(({ parent, patch }, i) => {
    writeRow(rows, i, parent, itemAt(sets, parent).length, patch);
  });
  return {
    ranks,
    rows,
    parents: Uint32Array.from(grown, ({ parent }) => parent),
    added: Uint32Array.from(grown, ({ patch }) => patch),
  };
}

/**
 * For each candidate of `grownSets` the index of the first that is the same set: its own, unless an earlier set, grown by another patch, became
 * the same. That is so where two sets differ in one patch, and each is grown by that of the other.
 */
export function firstOfEqual(
  sets: readonly Uint32Array[],
  { parents, added }: Pick<ReturnType<typeof grownSets>, 'parents' | 'added'>,
): Uint32Array {
  const first = Uint32Array.from(parents, (_, i) => i);
  const at = (parent: number, patch: number) => added.indexOf(patch, parents.indexOf(parent));
  for (let later = 1; later < sets.length; later++) {
    // The earliest of several wins.
    for (let earlier = later - 1; earlier >= 0; earlier--) {
      const [inEarlier, inLater] = differenceOfOne(itemAt(sets, earlier), itemAt(sets, later)) ?? [];
      if (inEarlier !== undefined && inLater !== undefined) first[at(later, inEarlier)] = at(earlier, inLater);
    }
  }
  return first;
}

/** The patches that two sets of one size do not share, if it is one of each. */
function differenceOfOne(one: Uint32Array, other: Uint32Array): readonly [number | undefined, number | undefined] | undefined {
  const [inOne, inOther] = [one.filter((patch) => !other.includes(patch)), other.filter((patch) => !one.includes(patch))];
  return inOne.length === 1 && inOther.length === 1 ? [inOne[0], inOther[0]] : undefined;
}

/** The candidates of a list at these indices. */
export function pick({ ranks, rows }: Candidates, indices: Uint32Array): Candidates {
  const picked = new Uint32Array(4 * indices.length);
  indices.forEach((index, i) => {
    picked.set(rows.subarray(4 * index, 4 * index + 4), 4 * i);
  });
  return { ranks, rows: picked };
}

/** The candidates that change one patch each. */
export function singles(choices: Uint32Array, patches: number): Candidates {
  const rows = new Uint32Array(4 * choices.length);
  choices.forEach((patch, i) => {
    writeRow(rows, i, 0, 0, patch);
  });
  return { ranks: rankOrder(new Uint32Array(0), patches), rows };
}

/** Pairs in one list. All pairs of a photograph at once would not fit into memory. */
const PAIRS_AT_ONCE = 1 << 16;

/** Every pair of the given patches, in several lists. */
export function* pairs(choices: Uint32Array, patches: number): Generator<Candidates> {
  const ranks = rankOrder(new Uint32Array(0), patches);
  const rows = new Uint32Array(4 * PAIRS_AT_ONCE);
  let count = 0;
  for (let first = 0; first < choices.length; first++) {
    for (let second = first + 1; second < choices.length; second++) {
      writeRow(rows, count++, 0, 0, itemAt(choices, first), itemAt(choices, second));
      if (count === PAIRS_AT_ONCE) {
        yield { ranks, rows: rows.slice() };
        count = 0;
      }
    }
  }
  if (count > 0) {
    yield { ranks, rows: rows.slice(0, 4 * count) };
  }
}

function writeRow(rows: Uint32Array, i: number, sequence: number, length: number, first = NO_PATCH, second = NO_PATCH): void {
  rows[4 * i] = sequence;
  rows[4 * i + 1] = length;
  rows[4 * i + 2] = first;
  rows[4 * i + 3] = second;
}

function concatenate(arrays: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(arrays.reduce((length, array) => length + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}
