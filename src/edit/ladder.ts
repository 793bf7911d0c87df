import { PathlightError } from '../errors.js';
import type { Executor } from '../executor.js';
import { createMessage } from '../messages/index.js';
import { itemAt } from '../tensor/items.js';
import { type Budget, Evaluator } from './evaluator.js';
import { type Attributions, checkProblem, type PaintRule, type RepairProblem } from './problem.js';
import { exhaust } from './proof.js';
import { isReason, type Reason } from './reason.js';
import { type Attempt, describeAttempt, describeProof, describeResult, type Found, giveReason, isBetter, type Repair } from './result.js';
import { checkPercent } from './search/percentage.js';
import { DEFAULT_BUDGET } from './search/random.js';
import type { Search } from './search/search.js';
import { changePaint, routesOf, SIGNED, STRATEGIES, type Strategy, type StrategySettings } from './strategies.js';
import { pruneAndVerify, readImage, type VerifiedEdit, type Verifier } from './verify.js';

export interface LadderOptions {
  /** `auto`, the default, tries all strategies in the order of STRATEGIES and keeps the smallest verified edit. */
  readonly strategy?: Strategy | 'auto';
  /**
   * How much of the order of patches is changed, in percent; `search`, the default, tries every prefix. Only for strategies that order by a
   * map.
   */
  readonly percent?: number | 'search';
  /** Seed of the strategy `random`. Default 0. */
  readonly seed?: number;
  /** Larger edits do not count as repairs. */
  readonly maxPixels?: number;
  /**
   * What changed patches become: `own` by default. With `sign`, only the strategies that order by a map of shares are tried, and nothing is
   * proven.
   */
  readonly paint?: PaintRule;
  /**
   * The size, 0, 1 or 2, up to which all sets of patches are tried to prove that an edit is the smallest. By default 1, but 0 for images of
   * more than 4,096 patches.
   */
  readonly prove?: number;
  /** How many sets `greedy` keeps from round to round. Default 8. */
  readonly beam?: number;
  /**
   * The budget of each search, and again of each pruning of what a search finds. Proofs have none. Default: 2 million candidates or 60 s,
   * whichever ends first.
   */
  readonly budget?: Budget;
  /** Tells whether the class survives saving the edited image [elements] as an 8-bit PNG and reading it back. */
  readonly survives: (edited: Float32Array) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /** Called with the progress of a strategy: how much is done, and how much there is at most (candidates or rounds). */
  readonly onProgress?: (strategy: Strategy, done: number, total: number) => void;
  /** Called with the outcome of each strategy and each proof, when it ends. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/**
 * The most patches for which single ones are tried by default. For a digit's pixels this takes seconds; for a photograph's it would take
 * minutes or hours.
 */
const PROVEN_UP_TO = 4096;
/** A search is given up when this many of its finds were pruned and refused. */
const REFUSALS = 8;

/**
 * Looks for the smallest edit after which the network reads the target class. Candidates are evaluated by `executor`. A find is pruned
 * until it is 1-minimal, and verified by `reference`, which should be the float64 executor, and by `options.survives`. Throws
 * PathlightError for options out of range, and the signal's reason when the signal is raised.
 */
export async function climbLadder(
  executor: Executor,
  reference: Executor,
  problem: RepairProblem,
  attributions: Attributions,
  options: LadderOptions,
): Promise<Repair> {
  checkProblem(problem, executor);
  const settings = readOptions(options);
  const started = performance.now();
  const { signal, survives } = options;
  const { maxPixels, budget, paint } = settings;
  const prove = options.prove ?? (problem.patches.count > PROVEN_UP_TO ? 0 : settings.prove);
  const verifier: Verifier = { problem, reference, survives, maxPixels, budget, signal };
  let strategy: Strategy = itemAt(settings.strategies, 0);
  const change = changePaint(problem, paint);
  const evaluator = new Evaluator(executor, problem, signal, (done, total) => options.onProgress?.(strategy, done, total));
  const { margin, ...before } = await readImage(verifier, problem.image);

  const attempts: Attempt[] = [];
  const account = (attempt: Attempt) => {
    attempts.push(attempt);
    options.onAttempt?.(attempt);
  };
  let best: Found | undefined;
  const finish = (provenMinimum: number | null): Repair => ({
    ...describeResult(problem, before, best, attempts),
    provenMinimum,
    target: problem.target,
    seed: settings.seed,
    limits: { ...budget, beam: settings.beam, prove },
    attempts,
    candidates: evaluator.candidates,
    cost: evaluator.cost,
    milliseconds: performance.now() - started,
  });
  if (margin > 0) {
    return {
      ...finish(0),
      repaired: true,
      ...giveReason(createMessage('edit.nothing-to-do', { class: problem.target })),
      minimal: true,
      verified: { cpu: true, png: await survives(problem.image) },
    };
  }

  for (strategy of settings.strategies) {
    const skip = reasonToSkip(strategy, best, paint);
    if (skip !== undefined) {
      account({ strategy, ...describeAttempt(problem, skip), candidates: 0, milliseconds: 0 });
      continue;
    }
    const limit = Math.min(maxPixels, best === undefined ? Infinity : best.patches.length - 1);
    const clock = startClock(evaluator);
    const result = await attempt(evaluator, verifier, strategy, attributions, { ...settings, limit, change });
    account({ strategy, ...describeAttempt(problem, result), ...clock() });
    if (!isReason(result) && isBetter(result, best)) {
      best = result;
    }
  }

  if (best === undefined) {
    return finish(null);
  }
  // A proof may find an edit smaller than `best`. It then replaces `best`, unless the user asked for another strategy.
  const replaces = options.strategy === undefined || options.strategy === 'auto' || options.strategy === 'greedy';
  strategy = 'greedy';
  let least = 1;
  for (let size = 1; size <= prove && size < best.patches.length && least === size; size++) {
    evaluator.restart();
    const clock = startClock(evaluator);
    const exhaustion = await exhaust(evaluator, verifier, change, size === 1 ? 1 : 2);
    const { edit, excluded } = exhaustion;
    const because = describeProof(problem, exhaustion, replaces);
    account({ strategy, ...describeAttempt(problem, edit ?? because), ...giveReason(because), ...clock() });
    if (edit !== undefined && replaces) {
      best = { ...edit, strategy, map: null };
    }
    least = excluded ? size + 1 : least;
  }
  return finish(best.patches.length === least ? least : null);
}

function readOptions(options: LadderOptions) {
  const {
    strategy = 'auto',
    percent = 'search',
    seed = 0,
    maxPixels = Infinity,
    prove = 1,
    beam = 8,
    budget = DEFAULT_BUDGET,
    paint = 'own',
  } = options;
  if (strategy !== 'auto' && !STRATEGIES.includes(strategy)) {
    throw new PathlightError('repair.strategy', { strategy, known: STRATEGIES });
  }
  checkPercent(percent);
  if (paint === 'sign' && strategy !== 'auto' && !SIGNED.includes(strategy)) {
    throw new PathlightError('repair.paint-sign', { strategy, signed: SIGNED });
  }
  if (!Number.isInteger(seed)) {
    throw new PathlightError('repair.seed', { seed });
  }
  if (maxPixels !== Infinity && !(Number.isInteger(maxPixels) && maxPixels > 0)) {
    throw new PathlightError('repair.most-pixels', { pixels: maxPixels });
  }
  if (![0, 1, 2].includes(prove)) {
    throw new PathlightError('repair.prove', { patches: prove });
  }
  if (!(Number.isInteger(beam) && beam > 0)) {
    throw new PathlightError('repair.beam', { sets: beam });
  }
  return {
    strategies: strategy === 'auto' ? STRATEGIES : [strategy],
    percent,
    seed,
    maxPixels,
    prove: paint === 'sign' ? 0 : prove,
    beam,
    budget,
    paint,
  };
}

function reasonToSkip(strategy: Strategy, best: Found | undefined, paint: PaintRule): Reason | undefined {
  if (best?.patches.length === 1) {
    return createMessage(best.changedPixels === 1 ? 'skipped.one-pixel' : 'skipped.one-patch');
  }
  if (paint === 'sign' && !SIGNED.includes(strategy)) {
    return createMessage('skipped.no-signs');
  }
  return best !== undefined && strategy === 'random' ? createMessage('skipped.last-resort') : undefined;
}

/** Runs all routes of a strategy and keeps the better edit. Returns the reason if none finds one. */
async function attempt(
  evaluator: Evaluator,
  verifier: Verifier,
  strategy: Strategy,
  attributions: Attributions,
  settings: StrategySettings,
): Promise<Found | Reason> {
  let best: Found | undefined;
  const refusals: { map: 'target' | 'contrast'; reason: Reason }[] = [];
  const routes = routesOf(strategy, attributions, settings);
  for (const { map, search } of routes) {
    evaluator.restart();
    const result = await takeVerified(evaluator, verifier, search(evaluator));
    if (isReason(result)) {
      refusals.push({ map: map === 'flipContrast' ? 'contrast' : 'target', reason: result });
    } else if (isBetter(result, best)) {
      best = { ...result, strategy, map };
    }
  }
  if (best !== undefined) return best;
  const [first, ...others] = refusals;
  return first !== undefined && others.length === 0 ? first.reason : createMessage('attempt.routes', { routes: refusals });
}

/** Prunes and verifies the finds of a search until one passes. Returns the reason if none does. */
async function takeVerified(evaluator: Evaluator, verifier: Verifier, search: Search): Promise<VerifiedEdit | Reason> {
  let refusal: Reason | undefined;
  for (let refused = 1; ; refused++) {
    const step = await search.next();
    if (step.done) {
      return refusal === undefined ? step.value : createMessage('edit.unverified', { reason: refusal });
    }
    let best: VerifiedEdit | undefined;
    for (const find of step.value) {
      const result = await pruneAndVerify(evaluator, verifier, find);
      if (isReason(result)) {
        refusal = result;
      } else if (isBetter(result, best)) {
        best = result;
      }
    }
    if (best !== undefined) {
      return best;
    }
    if (refusal !== undefined && refused >= REFUSALS) return createMessage('edit.unverified', { reason: refusal });
  }
}

function startClock(evaluator: Evaluator): () => { candidates: number; milliseconds: number } {
  const candidates = evaluator.candidates;
  const started = performance.now();
  return () => ({ candidates: evaluator.candidates - candidates, milliseconds: performance.now() - started });
}
