import { searchGreedy } from './greedy.js';
import { flipPaint, pixelScores, signPaint } from './paint.js';
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
  const painted = (map: keyof Attributions): Route => ({ map, search: (trial) => searchPainted(trial, attributions, map, percent) });
  const flipped = (map: keyof Attributions): Route => ({ map, search: (trial) => searchFlipped(trial, attributions, map, percent) });
  switch (strategy) {
    case 'contrast':
    case 'target':
    case 'saliency':
      return [painted(strategy)];
    case 'flip':
      return [flipped('flipTarget'), flipped('flipContrast')];
    case 'greedy':
      return [{ map: null, search: (trial) => searchGreedy(trial, flipPaint(problem), { beam, limit, budget }) }];
    case 'random':
      return [{ map: null, search: (trial) => searchRandom(trial, flipPaint(problem), seed, budget) }];
  }
}

/** Paints by sign, the largest absolute scores first. The order ends at the last score that is not 0. */
async function* searchPainted(trial: Trial, attributions: Attributions, map: keyof Attributions, percent: number | 'search'): Search {
  const scores = pixelScores(await attributions[map](), trial.problem.pixels);
  const refusal = diagnose(scores, map);
  if (refusal !== undefined) {
    return refusal;
  }
  const order = descending(scores.map(Math.abs)).filter((pixel) => scores[pixel] !== 0);
  return yield* searchPrefixes(trial, order, signPaint(trial.problem, scores), percent);
}

/** Flips pixels in ascending order of IG with the baseline `opposite`: what the class gains most by comes first. */
async function* searchFlipped(trial: Trial, attributions: Attributions, map: keyof Attributions, percent: number | 'search'): Search {
  const scores = pixelScores(await attributions[map](), trial.problem.pixels);
  const refusal = diagnose(scores, map);
  if (refusal !== undefined) {
    return refusal;
  }
  return yield* searchPrefixes(trial, descending(scores.map((score) => -score)), flipPaint(trial.problem), percent);
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
