import type { MeanCurves } from '../../evaluation/evaluation.js';
import type { MetricName } from '../../evaluation/metrics.js';
import type { MetricSummary } from '../../evaluation/statistics.js';
import type { RunOptions } from '../../executor.js';
import type { ImageValues } from '../../tensor/arguments.js';
import type { PatchChoice } from '../../tensor/pixels.js';
import type { PerImage } from '../arguments.js';

/**
 * What removed parts of an image become: black, the image's mean colour, the image blurred until nothing can be recognised, or what their
 * surroundings suggest (`road`).
 *
 * @example for (const baseline of REMOVALS) await evaluate(session, [image, other], { baseline });
 */
export const REMOVALS = ['black', 'mean', 'blur', 'road'] as const;
/**
 * One of REMOVALS.
 *
 * @example const baseline: Removal = 'blur';
 */
export type Removal = (typeof REMOVALS)[number];

/**
 * What to measure, and how. Every setting has a default: all methods, all metrics.
 *
 * @example const options: EvaluateOptions = { methods: ['ig', 'ig@blur', 'saliency'], metrics: ['deletion', 'insertion'], unit: 16 };
 */
export interface EvaluateOptions extends RunOptions {
  /**
   * Names of methods, or `all`. `ig@blur` is `ig` with the baseline `blur`, for methods whose baseline can be chosen. Methods run with the defaults
   * of `attribute`. `random` and `edges`, maps that know nothing of the network, are measured beside them.
   */
  readonly methods?: 'all' | readonly string[];
  /** Names of METRICS, or `all`. */
  readonly metrics?: 'all' | readonly MetricName[];
  /**
   * What is removed as a whole: `pixel`, square blocks with so many pixels a side, or about so many superpixels. By default pixels for images of at most 64 x
   * 64, else blocks of a sixteenth of the shorter side.
   */
  readonly unit?: Unit;
  /** What removed parts become; `black` by default. */
  readonly baseline?: Removal;
  /** The class to explain, its index or label; by default the predicted class of each image. */
  readonly target?: PerImage<number | string>;
  /** Points of the path of methods that have one, 64 by default. */
  readonly steps?: number;
  /** Of methods with a set of baselines, such as `expected-gradients`: images [elements], or how many images of noise. They are left out of `all` without it. */
  readonly baselines?: number | readonly ImageValues[];
  /** Of everything that is drawn: 0 by default. */
  readonly seed?: number;
}

/**
 * The parts of an image that metrics remove as a whole.
 *
 * @example const unit: Unit = { superpixels: 64 };
 */
export type Unit = 'pixel' | PatchChoice;

/**
 * A sentence about an evaluation.
 *
 * @example const [best]: readonly Statement[] = (await evaluate(session, [image, other])).verdict;
 */
export interface Statement {
  /** Its stable name, such as `evaluation.best`. */
  readonly code: string;
  /** What the sentence is made of, by name. */
  readonly values: unknown;
  /** The sentence in English. */
  readonly message: string;
}

/**
 * What was measured.
 *
 * @example
 * const { methods, verdict }: Evaluation = await evaluate(session, [image, other]);
 * console.log(methods.ig?.deletion?.mean, verdict.map(({ message }) => message));
 */
export interface Evaluation {
  /** By method, then by metric: the mean over images with its 95% interval (bootstrap), and the value of each image, null where there is none. */
  readonly methods: Readonly<Record<string, Readonly<Partial<Record<MetricName, MetricSummary>>>>>;
  /** Why a method made no map of any image, by method. */
  readonly refused: Readonly<Record<string, string>>;
  /** Milliseconds that a map took, the median over images, by method. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** The target's probability, the mean over images, at 0, 1, ... 100 percent of the units removed or left, by method. Absent where no metric asked for it. */
  readonly curves: Readonly<Record<string, MeanCurves>>;
  /** Which method to trust on this model, how sure that is, and what it cost: a code, its values and an English sentence each. */
  readonly verdict: readonly Statement[];
  /** The class that was explained, of each image. */
  readonly targets: readonly number[];
  readonly unit: Unit;
  readonly baseline: Removal;
}
