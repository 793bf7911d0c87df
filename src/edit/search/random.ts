import { createMessage } from '../../messages/index.js';
import { itemAt } from '../../tensor/items.js';
import { Xoshiro128 } from '../../tensor/random.js';
import { allPrefixes } from '../candidates.js';
import type { Budget, Evaluator } from '../evaluator.js';
import { changingPatches, type Paint } from '../paint.js';
import type { Find, Search } from './search.js';

/** About how many candidates a round has: few enough that little is tried in vain after the first success, enough to choose among several. */
const ROUND_CANDIDATES = 8192;
/** How many finds of a round are pruned, the smallest first, to see which stays smallest. */
const FINDS_PER_ROUND = 4;

/** The budget unless the user gives another. */
export const DEFAULT_BUDGET: Budget = { candidates: 2_000_000, milliseconds: 60_000 };

/**
 * Changes patches in random order; every prefix of every permutation is a candidate. A round has a fixed number of permutations, and the
 * search ends with the round in which the class is reached. Each permutation gives at most one find, its shortest; the finds with the
 * fewest patches are yielded, the earlier one of equals. So the result depends on the seed alone, not on batches or speed, unless time runs
 * out first.
 */
export async function* searchRandom(evaluator: Evaluator, paint: Paint, seed: number, budget: Budget): Search {
  const choices = changingPatches(paint);
  if (choices.length === 0) {
    return createMessage('search.nothing-changes');
  }
  const generator = Xoshiro128.fromSeed(seed);
  const permutations = Math.max(1, Math.floor(ROUND_CANDIDATES / choices.length));
  const before = evaluator.candidates;
  evaluator.allow(budget);
  while (!evaluator.spent) {
    const orders = Array.from({ length: permutations }, () => generator.shuffle(choices));
    const shortest = new Map<number, number>();
    for await (const { start, margin } of evaluator.run(paint, allPrefixes(orders, evaluator.problem.patches.count))) {
      margin.forEach((value, i) => {
        const sequence = Math.floor((start + i) / choices.length);
        if (value > 0 && !shortest.has(sequence)) {
          shortest.set(sequence, ((start + i) % choices.length) + 1);
        }
      });
      evaluator.report(evaluator.candidates - before, budget.candidates);
    }
    const finds = [...shortest].sort((a, b) => a[1] - b[1] || a[0] - b[0]).slice(0, FINDS_PER_ROUND);
    if (finds.length > 0) {
      yield finds.map(([sequence, length]): Find => ({ paint, patches: itemAt(orders, sequence).slice(0, length), percent: null }));
    }
  }
  return createMessage('search.budget', { candidates: evaluator.candidates - before, best: evaluator.bestProbability });
}
