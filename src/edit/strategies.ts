import type { Numbers } from '../executor.js';
import { createMessage } from '../messages/index.js';
import { itemAt } from '../tensor/items.js';
import type { Budget, Evaluator } from './evaluator.js';
import { coverPaint, flipPaint, type Paint, patchScores, signPaint } from './paint.js';
import type { Attributions, PaintRule, RepairProblem } from './problem.js';
import { isReason, type Reason } from './reason.js';
import { searchGreedy } from './search/greedy.js';
import { searchPrefixes } from './search/percentage.js';
import { searchRandom } from './search/random.js';
import { descending, type Search } from './search/search.js';

/** What a strategy is given besides the problem. */
export interface StrategySettings {
  readonly percent: number | 'search';
  readonly seed: number;
  readonly beam: number;
  readonly budget: Budget;
  /** The most patches that `greedy` changes. */
  readonly limit: number;
  readonly paint: PaintRule;
  /** `changePaint` of this rule. All searches are given the same one, so that they share the scores of single patches. */
  readonly change: Paint;
}

/** How a strategy chooses patches: by the order of each of its maps in turn, or by a search that needs no map. */
type StrategyFacts =
  | {
      readonly maps: readonly [keyof Attributions, ...(keyof Attributions)[]];
      /** Whether the maps are maps of shares, whose signs can choose the paint. */
      readonly signed: boolean;
    }
  | { readonly search: (evaluator: Evaluator, settings: StrategySettings) => Search };

/** All strategies, in the order in which `auto` tries them. */
const strategies = {
  contrast: { maps: ['contrast'], signed: true },
  target: { maps: ['target'], signed: true },
  saliency: { maps: ['saliency'], signed: true },
  flip: { maps: ['flipTarget', 'flipContrast'], signed: false },
  greedy: { search: (evaluator, settings) => searchGreedy(evaluator, settings.change, settings) },
  random: { search: (evaluator, { change, seed, budget }) => searchRandom(evaluator, change, seed, budget) },
} as const satisfies Record<string, StrategyFacts>;

/**
 * One of STRATEGIES.
 *
 * @example const strategy: Strategy = 'greedy';
 */
export type Strategy = keyof typeof strategies;

/**
 * The ways of searching for an edit, in the order in which `auto` tries them. docs/edits.md explains each.
 *
 * @example for (const strategy of STRATEGIES) console.log(strategy, (await repair(session, image, { target: 7, strategy })).changedPixels);
 */
export const STRATEGIES = Object.keys(strategies) as readonly Strategy[];

/** Strategies that order patches by a map of shares, which has signs. */
export const SIGNED: readonly Strategy[] = STRATEGIES.filter((strategy) => {
  const facts: StrategyFacts = strategies[strategy];
  return 'maps' in facts && facts.signed;
});

/** The maps by which a strategy orders patches; empty if it needs none. */
export function mapsOf(strategy: Strategy): readonly (keyof Attributions)[] {
  const facts: StrategyFacts = strategies[strategy];
  return 'maps' in facts ? facts.maps : [];
}

/** One search of a strategy. A strategy with several keeps the better result. */
export interface Route {
  /** The map that orders the patches. */
  readonly map: keyof Attributions | null;
  search(evaluator: Evaluator): Search;
}

/** The routes of every strategy. */
export function routesOf(strategy: Strategy, attributions: Attributions, settings: StrategySettings): readonly Route[] {
  const facts: StrategyFacts = strategies[strategy];
  if ('search' in facts) {
    return [{ map: null, search: (evaluator) => facts.search(evaluator, settings) }];
  }
  return facts.maps.map((map) => ({ map, search: (evaluator) => searchOrdered(evaluator, attributions, map, settings) }));
}

/** The paint for patches that get no sign from a map: the cover, or the opposite colour. */
export function changePaint(problem: RepairProblem, paint: PaintRule): Paint {
  return paint instanceof Float32Array ? coverPaint(problem, paint) : flipPaint(problem);
}

async function* searchOrdered(
  evaluator: Evaluator,
  attributions: Attributions,
  map: keyof Attributions,
  { percent, budget, paint }: StrategySettings,
): Search {
  const ordering = orderBy(map, await attributions[map](), evaluator.problem, paint);
  if (isReason(ordering)) {
    return ordering;
  }
  return yield* searchPrefixes(evaluator, ordering.order, ordering.paint, percent, budget);
}

/** Patches in the order in which they are changed, and what they become. */
export interface Ordering {
  readonly order: Uint32Array;
  readonly paint: Paint;
}

/**
 * Orders the patches of an image by a map [elements], or returns the reason why the map cannot order them.
 *
 * - `flipTarget`, `flipContrast`: ascending IG from the painted image. The patch that gains most for the class comes first.
 * - Other maps, painted by sign: the largest absolute score first, up to the last score that is not 0.
 * - Other maps, with a cover: the patch that speaks most against the class first, up to the last that speaks against it. For `saliency` the
 *   gradient is first multiplied by the change that covering undoes, x - cover, since a gradient alone does not tell of so large a change.
 */
export function orderBy(map: keyof Attributions, values: Numbers, problem: RepairProblem, rule: PaintRule = 'own'): Ordering | Reason {
  const cover = rule instanceof Float32Array ? rule : undefined;
  const undone = map === 'saliency' && cover ? values.map((value, i) => value * (itemAt(problem.image, i) - itemAt(cover, i))) : values;
  const scores = patchScores(undone, problem.pixels, problem.patches);
  const refusal = diagnose(scores, map);
  if (refusal !== undefined) {
    return refusal;
  }
  if (map === 'flipTarget' || map === 'flipContrast') {
    return { order: descending(scores.map((score) => -score)), paint: changePaint(problem, rule) };
  }
  if (cover) {
    const against = descending(scores.map((score) => -score)).filter((patch) => itemAt(scores, patch) < 0);
    return against.length > 0 ? { order: against, paint: coverPaint(problem, cover) } : createMessage('map.nothing-against');
  }
  return { order: descending(scores.map(Math.abs)).filter((patch) => scores[patch] !== 0), paint: signPaint(problem, scores) };
}

/** Why a map cannot order pixels, if it cannot. */
function diagnose(scores: Float64Array, map: keyof Attributions): Reason | undefined {
  if (!scores.every(Number.isFinite)) {
    return createMessage('map.not-finite');
  }
  if (scores.some((score) => score !== 0)) {
    return undefined;
  }
  return createMessage(map === 'saliency' ? 'map.zero-gradient' : 'map.zero');
}
