import { createMessage } from '../../messages/index.js';
import { itemAt } from '../../tensor/items.js';
import { firstOfEqual, grownSets, pick } from '../candidates.js';
import type { Budget, Evaluator } from '../evaluator.js';
import { changingPatches, type Paint } from '../paint.js';
import { descending, type Search } from './search.js';

/** The most finds that a round yields, best first, in case verification refuses some. */
const FINDS_PER_ROUND = 4;

export interface GreedyOptions {
  /** How many distinct sets are kept from round to round, beside the two chains. */
  readonly beam: number;
  /** The most patches to change. */
  readonly limit: number;
  readonly budget: Budget;
}

/** The sets of a round. */
interface Members {
  readonly sets: readonly Uint32Array[];
  /** Indices into `sets`: the chain by margin and the chain by probability. */
  readonly chains: readonly [number, number];
}

/**
 * Beam search over sets of changed patches. Every round scores every set of the beam with every further patch changed, and keeps the sets
 * with the largest margin (the target's output minus the largest other). Two plain greedy chains are kept beside the beam: one follows the
 * best child by margin, the other the best child by probability. So the search never needs more patches than one-at-a-time greedy by either
 * score. It ends with the round in which any set reaches the class, and takes the largest margin.
 */
export async function* searchGreedy(evaluator: Evaluator, paint: Paint, { beam, limit, budget }: GreedyOptions): Search {
  const choices = changingPatches(paint);
  if (choices.length === 0) {
    return createMessage('search.nothing-changes');
  }
  const patches = evaluator.problem.patches.count;
  const rounds = Math.min(limit, choices.length);
  const before = evaluator.candidates;
  evaluator.allow(budget);
  let members: Members = { sets: [new Uint32Array(0)], chains: [0, 0] };
  for (let round = 1; round <= rounds; round++) {
    const grown = grownSets(members.sets, choices, patches);
    const margins = new Float64Array(grown.added.length).fill(-Infinity);
    const probabilities = new Float32Array(grown.added.length);
    // What two sets of the beam grow into alike is evaluated once.
    const first = firstOfEqual(members.sets, grown);
    const once = first.filter((index, i) => index === i);
    for await (const { start, margin, probability } of round === 1
      ? evaluator.runSingles(paint)
      : evaluator.run(paint, pick(grown, once))) {
      margin.forEach((value, i) => {
        margins[itemAt(once, start + i)] = value;
        probabilities[itemAt(once, start + i)] = itemAt(probability, i);
      });
    }
    first.forEach((index, i) => {
      margins[i] = itemAt(margins, index);
      probabilities[i] = itemAt(probabilities, index);
    });
    const child = (i: number) => Uint32Array.of(...itemAt(members.sets, itemAt(grown.parents, i)), itemAt(grown.added, i));
    const best = descending(margins);
    const reached = distinct(
      best.filter((i) => itemAt(margins, i) > 0),
      child,
      FINDS_PER_ROUND,
    );
    for (const set of reached) {
      yield [{ paint, patches: set, percent: null }];
    }
    evaluator.report(round, rounds);
    if (evaluator.spent) {
      return createMessage('search.budget-in-round', { round, candidates: evaluator.candidates - before, best: evaluator.bestProbability });
    }
    const chains = [
      bestChild(members.chains[0], grown.parents, (a, b) => itemAt(margins, a) > itemAt(margins, b)),
      bestChild(
        members.chains[1],
        grown.parents,
        (a, b) =>
          itemAt(probabilities, a) > itemAt(probabilities, b) ||
          (probabilities[a] === probabilities[b] && itemAt(margins, a) > itemAt(margins, b)),
      ),
    ];
    members = nextMembers(chains.map(child), distinct(best, child, beam));
  }
  return createMessage('search.no-set', { flips: rounds, best: evaluator.bestProbability });
}

/** The best of the children of one set; between equals the first. */
function bestChild(parent: number, parents: Uint32Array, better: (a: number, b: number) => boolean): number {
  let best = parents.indexOf(parent);
  for (let i = best + 1; parents[i] === parent; i++) {
    best = better(i, best) ? i : best;
  }
  return best;
}

/** The first `most` sets that differ as sets: the order of patches does not count. */
function distinct(indices: Uint32Array, setOf: (i: number) => Uint32Array, most: number): Uint32Array[] {
  const seen = new Map<string, Uint32Array>();
  for (const i of indices) {
    if (seen.size >= most) {
      break;
    }
    const set = setOf(i);
    const key = keyOf(set);
    if (!seen.has(key)) {
      seen.set(key, set);
    }
  }
  return [...seen.values()];
}

function nextMembers(chains: readonly Uint32Array[], beam: readonly Uint32Array[]): Members {
  const sets = new Map<string, Uint32Array>();
  for (const set of [...chains, ...beam]) {
    const key = keyOf(set);
    if (!sets.has(key)) {
      sets.set(key, set);
    }
  }
  const keys = [...sets.keys()];
  const [byMargin, byProbability] = chains.map((set) => keys.indexOf(keyOf(set)));
  return { sets: [...sets.values()], chains: [byMargin!, byProbability!] };
}

function keyOf(set: Uint32Array): string {
  return set.slice().sort().join(',');
}
