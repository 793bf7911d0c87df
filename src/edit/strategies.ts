import type { Numbers } from '../executor.js';
import type { Budget, Evaluator } from './evaluator.js';
import { coverPaint, flipPaint, type Paint, patchScores, signPaint } from './paint.js';
import type { Attributions, PaintRule, RepairProblem, Strategy } from './problem.js';
import { searchGreedy } from './search/greedy.js';
import { searchPrefixes } from './search/percentage.js';
import { searchRandom } from './search/random.js';
import { descending, type Search } from './search/search.js';

/** What a strategy is told besides the problem. */
export interface StrategySettings {
  readonly percent: number | 'search';
  readonly seed: number;
  readonly beam: number;
  readonly budget: Budget;
  /** Most patches that greedy needs to look for. */
  readonly limit: number;
  readonly paint: PaintRule;
}

/** One search of a strategy; a strategy with several keeps the better result. */
export interface Route {
  /** The map that orders the patches. */
  readonly map: keyof Attributions | null;
  search(evaluator: Evaluator): Search;
}

/** The routes of every strategy. */
export function routesOf(
  strategy: Strategy,
  problem: RepairProblem,
  attributions: Attributions,
  settings: StrategySettings,
): readonly Route[] {
  const { seed, beam, limit, budget, paint } = settings;
  const ordered = (map: keyof Attributions): Route => ({
    map,
    search: (evaluator) => searchOrdered(evaluator, attributions, map, settings),
  });
  switch (strategy) {
    case 'contrast':
    case 'target':
    case 'saliency':
      return [ordered(strategy)];
    case 'flip':
      return [ordered('flipTarget'), ordered('flipContrast')];
    case 'greedy':
      return [{ map: null, search: (evaluator) => searchGreedy(evaluator, changePaint(problem, paint), { beam, limit, budget }) }];
    case 'random':
      return [{ map: null, search: (evaluator) => searchRandom(evaluator, changePaint(problem, paint), seed, budget) }];
  }
}

/** What a patch becomes where no map gives it a sign: covered, or its opposite colour. */
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
  if (typeof ordering === 'string') {
    return ordering;
  }
  return yield* searchPrefixes(evaluator, ordering.order, ordering.paint, percent, budget);
}

/** The patches of an image in the order in which a map has them changed, and what they become. */
export interface Ordering {
  readonly order: Uint32Array;
  readonly paint: Paint;
}

/**
 * By the maps of flips, patches are painted in ascending order of IG from the painted image: what the class gains most by comes first. By the
 * others they are painted by sign, the largest absolute scores first; the order then ends at the last score that is not 0. Where those cover
 * instead, what speaks most against the class comes first, and the order ends where that ends; the gradient of `saliency` is first multiplied by the
 * change that covering undoes, x - cover, since a gradient alone does not speak of a change so large.
 * Returns in plain words why a map [elements] cannot order patches, if it cannot.
 */
export function orderBy(map: keyof Attributions, values: Numbers, problem: RepairProblem, rule: PaintRule = 'own'): Ordering | string {
  const cover = rule instanceof Float32Array ? rule : undefined;
  const undone = map === 'saliency' && cover ? values.map((value, i) => value * (problem.image[i]! - cover[i]!)) : values;
  const scores = patchScores(undone, problem.pixels, problem.patches);
  const refusal = diagnose(scores, map);
  if (refusal !== undefined) {
    return refusal;
  }
  if (map === 'flipTarget' || map === 'flipContrast') {
    return { order: descending(scores.map((score) => -score)), paint: changePaint(problem, rule) };
  }
  if (cover) {
    const against = descending(scores.map((score) => -score)).filter((patch) => scores[patch]! < 0);
    return against.length > 0 ? { order: against, paint: coverPaint(problem, cover) } : 'nothing in the map speaks against the class';
  }
  return { order: descending(scores.map(Math.abs)).filter((patch) => scores[patch] !== 0), paint: signPaint(problem, scores) };
}

/** Why a map cannot order pixels, if it cannot. */
function diagnose(scores: Float64Array, map: keyof Attributions): string | undefined {
  if (!scores.every(Number.isFinite)) {
    return 'the map holds numbers that are not finite';
  }
  if (scores.some((score) => score !== 0)) {
    return undefined;
  }
  return map === 'saliency'
    ? 'the gradient is zero at every pixel: no unit that the class depends on responds to a small change of this image'
    : 'the attribution is zero at every pixel: the image equals the baseline, or the gradient vanishes all the way between them';
}
