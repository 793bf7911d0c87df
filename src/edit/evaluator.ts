import { type Cost, type Executor, type Numbers, sumCosts } from '../executor.js';
import { type Candidates, countOf, singles } from './candidates.js';
import { changingPatches, type Paint } from './paint.js';
import type { RepairProblem } from './problem.js';

/**
 * How much a search may try. It ends at the limit that it reaches first.
 *
 * @example const budget: Budget = { candidates: 100_000, milliseconds: 5000 };
 */
export interface Budget {
  /** The most edited images to evaluate. */
  readonly candidates: number;
  /** The most time. */
  readonly milliseconds: number;
}

/** The scores of candidates `start`, `start + 1`, ... of a list. */
export interface Scores {
  readonly start: number;
  /** Output of the target minus the largest of the other outputs: above 0 the class is reached. What is no finite number is replaced by -Infinity. */
  readonly margin: Float64Array;
  /** Probability of the target. */
  readonly probability: Numbers;
}

/** The most candidates in one batch, enough to fill a GPU with a digit's network. The executor splits batches further where memory demands it. */
const LARGEST_BATCH = 4096;
const FIRST_BATCH = 64;
/** The most numbers in all images of the first batch, because a photograph's network may take a second for each image. */
const FIRST_ELEMENTS = 2 ** 18;
/** The smallest batch on a GPU: a quad of four samples. Fewer candidates cost as much. */
const QUAD = 4;
/**
 * Batches grow while they take less than this, and shrink when they take more than four times this. So signals and deadlines are noticed
 * soon, also on slow networks.
 */
const COMFORTABLE_MILLISECONDS = 150;

/**
 * Evaluates candidates in batches, counts them, and watches the signal. Scores do not depend on how a list is split, so the size of batches
 * may follow the speed of the network.
 */
export class Evaluator {
  /** Candidates evaluated so far. */
  candidates = 0;
  /** What these cost together. */
  cost: Cost | null = null;
  /** The largest probability of the target among the candidates since `restart`. */
  bestProbability = 0;

  #batch: number;
  readonly #smallestBatch: number;
  #lastPause = performance.now();
  #allowedCandidates = Infinity;
  #deadline = Infinity;
  /** The scores of single patches so far, by paint, in the order of `changingPatches`. */
  readonly #singles = new WeakMap<Paint, Scores[]>();

  constructor(
    readonly executor: Executor,
    readonly problem: RepairProblem,
    readonly signal: AbortSignal | undefined,
    /** Called with the progress of the present search: how much is done, and how much there is at most (candidates or rounds). */
    readonly report: (done: number, total: number) => void,
  ) {
    const fitting = Math.floor(FIRST_ELEMENTS / executor.elements);
    this.#smallestBatch = executor.kind === 'cpu' ? 1 : QUAD;
    this.#batch = Math.max(this.#smallestBatch, Math.min(FIRST_BATCH, fitting));
  }

  /** Begins a new search: forgets the best probability and any budget. */
  restart(): void {
    this.bestProbability = 0;
    this.#allowedCandidates = Infinity;
    this.#deadline = Infinity;
  }

  /** Sets a budget that counts from now on; `run` ends early when it is spent. */
  allow({ candidates, milliseconds }: Budget): void {
    this.#allowedCandidates = this.candidates + candidates;
    this.#deadline = performance.now() + milliseconds;
  }

  /** Gives some work in the midst of a search a budget of its own. Afterwards the search has left what it had before. */
  async within<T>(budget: Budget, work: () => Promise<T>): Promise<T> {
    const [allowed, deadline] = [this.#allowedCandidates, this.#deadline];
    const [before, started] = [this.candidates, performance.now()];
    this.allow(budget);
    try {
      return await work();
    } finally {
      this.#allowedCandidates = allowed + this.candidates - before;
      this.#deadline = deadline + performance.now() - started;
    }
  }

  /** Whether the budget is spent. */
  get spent(): boolean {
    return this.candidates >= this.#allowedCandidates || performance.now() >= this.#deadline;
  }

  /** Scores the candidates from `first` on, batch by batch, in order, until all are done or the budget is spent. */
  async *run(paint: Paint, list: Candidates, first = 0): AsyncGenerator<Scores, void> {
    const total = countOf(list);
    for (let start = first; start < total && !this.spent; ) {
      const end = Math.min(total, start + this.#batch, start + this.#allowedCandidates - this.candidates);
      yield await this.#evaluate(paint, list, start, end);
      start = end;
    }
  }

  /**
   * Scores each of `changingPatches(paint)` alone, as `run` does. Several searches ask this of the same paint, so what was scored before is
   * only told again: it is not evaluated, does not count as a candidate, and costs no budget.
   */
  async *runSingles(paint: Paint): AsyncGenerator<Scores, void> {
    const known = this.#singles.get(paint) ?? [];
    this.#singles.set(paint, known);
    let next = 0;
    for (const scores of known) {
      this.#noteProbabilities(scores.probability);
      next = scores.start + scores.margin.length;
      yield scores;
    }
    for await (const scores of this.run(paint, singles(changingPatches(paint), this.problem.patches.count), next)) {
      known.push(scores);
      yield scores;
    }
  }

  /** The margins of all candidates of a list, whatever the budget. Pruning needs this, since it must end properly. */
  async margins(paint: Paint, list: Candidates): Promise<Float64Array> {
    const total = countOf(list);
    const margins = new Float64Array(total);
    for (let start = 0; start < total; ) {
      const end = Math.min(total, start + this.#batch);
      margins.set((await this.#evaluate(paint, list, start, end)).margin, start);
      start = end;
    }
    return margins;
  }

  async #evaluate(paint: Paint, { ranks, rows }: Candidates, start: number, end: number): Promise<Scores> {
    await this.#pause();
    this.signal?.throwIfAborted();
    const { image, pixels, patches, target } = this.problem;
    const before = performance.now();
    const verdicts = await this.executor.evaluate(
      { image, paint: paint.colours, pixels, patches, ranks, candidates: rows.slice(4 * start, 4 * end) },
      target,
      this.signal ? { signal: this.signal } : {},
    );
    this.#adapt(end - start, performance.now() - before);
    this.candidates += end - start;
    this.cost = this.cost ? sumCosts([this.cost, verdicts.cost]) : verdicts.cost;
    this.#noteProbabilities(verdicts.probability);
    const margin = Float64Array.from(verdicts.margin, (value) => (Number.isFinite(value) ? value : -Infinity));
    return { start, margin, probability: verdicts.probability };
  }

  #noteProbabilities(probabilities: Numbers): void {
    for (const probability of probabilities) {
      if (probability > this.bestProbability) {
        this.bestProbability = probability;
      }
    }
  }

  #adapt(count: number, milliseconds: number): void {
    if (milliseconds > 4 * COMFORTABLE_MILLISECONDS) {
      this.#batch = Math.max(this.#smallestBatch, Math.floor(count / 2));
    } else if (milliseconds < COMFORTABLE_MILLISECONDS && count === this.#batch) {
      this.#batch = Math.min(LARGEST_BATCH, 2 * this.#batch);
    }
  }

  /** Lets timers and input events run. An executor on this thread may never yield to them, and then no signal could be raised. */
  async #pause(): Promise<void> {
    if (performance.now() - this.#lastPause > 50) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#lastPause = performance.now();
    }
  }
}
