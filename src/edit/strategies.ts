import type { Numbers } from '../executor.js';
import { searchGreedy } from './greedy.js';
import { flipPaint, type Paint, pixelScores, signPaint } from './paint.js';
import { searchPrefixes } from './percentage.js';
import type { Attributions, RepairProblem, Strategy } from './problem.js';
import { searchRandom } from './random.js';
import { descending, type Search } from './search.js';
import type { Budget, Trial } from './trial.js';

/** What a strategy is told besides the problem. */
export interface StrategySettings {
  readonly percent: number | 'search';
  readonly seed: number;
  readonly beam: number;
  readonly budget: Budget;
  /** Most pixels that greedy needs to look for. */
  readonly limit: number;
}

/** One search of a strategy; a strategy with several keeps the better result. */
export interface Route {
  /** The map that orders the pixels. */
  readonly map: keyof Attributions | null;
  search(trial: Trial): Search;
}

/** The routes of every strategy. */
export function routesOf(
  strategy: Strategy,
  problem: RepairProblem,
  attributions: Attributions,
  settings: StrategySettings,
): readonly Route[] {
  const { percent, seed, beam, limit, budget } = settings;
  const ordered = (map: keyof Attributions): Route => ({ map, search: (trial) => searchOrdered(trial, attributions, map, percent) });
  switch (strategy) {
    case 'contrast':
    case 'target':
    case 'saliency':
      return [ordered(strategy)];
    case 'flip':
      return [ordered('flipTarget'), ordered('flipContrast')];
    case 'greedy':
      return [{ map: null, search: (trial) => searchGreedy(trial, flipPaint(problem), { beam, limit, budget }) }];
    case 'random':
      return [{ map: null, search: (trial) => searchRandom(trial, flipPaint(problem), seed, budget) }];
  }
}

async function* searchOrdered(trial: Trial, attributions: Attributions, map: keyof Attributions, percent: number | 'search'): Search {
  const ordering = orderBy(map, await attributions[map](), trial.problem);
  if (typeof ordering === 'string') {
    return ordering;
  }
  return yield* searchPrefixes(trial, ordering.order, ordering.paint, percent);
}

/** The pixels of an image in the order in which a map has them changed, and what they become. */
export interface Ordering {
  readonly order: Uint32Array;
  readonly paint: Paint;
}

/**
 * By the maps of flips, pixels are flipped in ascending order of IG with the baseline `opposite`: what the class gains most by comes first. By
 * the others they are painted by sign, the largest absolute scores first; the order then ends at the last score that is not 0.
 * Returns in plain words why a map [elements] cannot order pixels, if it cannot.
 */
export function orderBy(map: keyof Attributions, values: Numbers, problem: RepairProblem): Ordering | string {
  const scores = pixelScores(values, problem.pixels);
  const refusal = diagnose(scores, map);
  if (refusal !== undefined) {
    return refusal;
  }
  if (map === 'flipTarget' || map === 'flipContrast') {
    return { order: descending(scores.map((score) => -score)), paint: flipPaint(problem) };
  }
  return { order: descending(scores.map(Math.abs)).filter((pixel) => scores[pixel] !== 0), paint: signPaint(problem, scores) };
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
