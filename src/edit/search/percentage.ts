import { PathlightError } from '../../errors.js';
import { createMessage } from '../../messages/index.js';
import { itemAt } from '../../tensor/items.js';
import { prefixes } from '../candidates.js';
import type { Budget, Evaluator } from '../evaluator.js';
import type { Paint } from '../paint.js';
import { countOf } from '../reason.js';
import type { Find, Search } from './search.js';

/** Throws PathlightError unless this is `search` or a percentage above 0. */
export function checkPercent(percent: number | 'search'): void {
  if (percent !== 'search' && !(percent > 0 && percent <= 100)) {
    throw new PathlightError('repair.percent', { percent });
  }
}

/** Up to this length, prefixes of every length are tried. */
const EVERY_LENGTH = 1024;
/** Beyond it, each prefix is longer than the one before by this share. Finds are pruned in any case. */
const GROWTH = 0.01;

/**
 * Paints the first patches of an order: a given percentage of them, or every prefix of the order. Whether a prefix reaches the class is not
 * monotone in its length, so the search does not bisect. It tries all lengths from 1 up until the class is reached and the edit is
 * verified; of very long orders it tries a part of the lengths, and the reason says so. It skips lengths whose last patch already has its
 * colour.
 */
export async function* searchPrefixes(
  evaluator: Evaluator,
  order: Uint32Array,
  paint: Paint,
  percent: number | 'search',
  budget: Budget,
): Search {
  const { problem } = evaluator;
  const all = problem.patches.count;
  const asked = percent === 'search' ? order.length : Math.max(1, Math.round((percent / 100) * all));
  const longest = Math.min(asked, order.length);
  const changing = Array.from({ length: longest }, (_, i) => i + 1).filter((length) => paint.changes[itemAt(order, length - 1)] === 1);
  if (changing.length === 0) {
    return createMessage('search.none-changes', { painted: countOf(problem, longest) });
  }
  const lengths = percent === 'search' ? thinOut(changing) : changing.slice(-1);
  evaluator.allow(budget);
  let tried = 0;
  for await (const { start, margin } of evaluator.run(paint, prefixes(order, lengths, all))) {
    for (let i = 0; i < margin.length; i++) {
      if (itemAt(margin, i) > 0) {
        const length = percent === 'search' ? itemAt(lengths, start + i) : longest;
        yield [findPrefix(order, paint, length, all)];
      }
    }
    tried = start + margin.length;
    evaluator.report(tried, lengths.length);
  }
  const best = evaluator.bestProbability;
  if (percent !== 'search') {
    return createMessage('search.first', { first: longest, of: countOf(problem, all), best });
  }
  const of = lengths.length < changing.length ? changing.length : null;
  return tried < lengths.length
    ? createMessage('search.budget-of-prefixes', { tried, prefixes: lengths.length, of, best })
    : createMessage('search.no-prefix', { prefixes: lengths.length, of, best });
}

/** Keeps every length up to EVERY_LENGTH, then fewer and fewer, and always the last. */
function thinOut(lengths: readonly number[]): number[] {
  let next = 0;
  return lengths.filter((length, i) => {
    if (length > EVERY_LENGTH && length < next && i < lengths.length - 1) return false;
    next = Math.ceil(length * (1 + GROWTH));
    return true;
  });
}

function findPrefix(order: Uint32Array, paint: Paint, length: number, all: number): Find {
  return { paint, patches: order.slice(0, length).filter((patch) => paint.changes[patch] === 1), percent: (100 * length) / all };
}
