import { prefixes } from '../edit/candidates.js';
import { checkProblem } from '../edit/problem.js';
import { isReason } from '../edit/reason.js';
import { orderBy } from '../edit/strategies.js';
import { PathlightError } from '../errors.js';
import { problemOf, type RepairMap, type RepairOptions, repairMap } from './repair.js';
import type { Session } from './session.js';

export interface PercentageOptions extends Pick<RepairOptions, 'baseline' | 'steps' | 'rule' | 'tolerance' | 'maxSteps' | 'signal'> {
  /** The class to be reached. */
  readonly target: number;
  /**
   * The map that orders the pixels. With `flipTarget` and `flipContrast`, pixels become their opposite colour; with the others they are
   * painted by sign.
   */
  readonly map: RepairMap;
  /** The most lengths to try, 1,024 by default. Of a longer order, this many lengths are tried, evenly spread. */
  readonly most?: number;
}

/** The outcomes of the prefixes of an order of pixels. */
export interface PercentageOutcomes {
  /** The pixels in the order in which they change. Painted by sign, it ends where the map is 0. */
  readonly order: Uint32Array;
  /** [elements] What each pixel becomes where it is changed. */
  readonly paint: Float32Array;
  /** Numbers of changed pixels, ascending from 0 to the whole order. 100 x length / pixels is the percentage of `repair`. */
  readonly lengths: Uint32Array;
  /** One entry for each length: the class that the executor reads in the image with that many pixels painted. */
  readonly classes: Uint32Array;
  /** One entry for each length: the softmax probability of the target in the same image. */
  readonly probabilities: Float32Array;
}

const DEFAULT_MOST = 1024;

/**
 * The outcome of every percentage of a strategy, in one batch. Whether a prefix of the order reaches the class is not monotone in its
 * length, so there are windows of lengths that reach it. `repair` with a percentage takes one of these prefixes. The outcomes come from the
 * session's executor and are not verified in float64. Throws PathlightError where the map cannot order pixels.
 *
 * @example const { lengths, classes } = await percentageOutcomes(session, image, { target: 7, map: 'contrast' });
 */
export async function percentageOutcomes(
  session: Session,
  image: Float32Array,
  { map, most = DEFAULT_MOST, ...options }: PercentageOptions,
): Promise<PercentageOutcomes> {
  if (!(Number.isInteger(most) && most > 1)) throw new PathlightError('percentages.lengths', { most });
  const executor = await session.executor('logit');
  const problem = problemOf(session, image, options.target);
  checkProblem(problem, executor);
  const ordering = orderBy(map, (await repairMap(session, image, map, options)).values, problem);
  if (isReason(ordering)) throw new PathlightError('percentages.no-order', { map, reason: ordering });
  const { order, paint } = ordering;
  const count = Math.min(most, order.length + 1);
  const lengths = Uint32Array.from({ length: count }, (_, i) => Math.round((i * order.length) / (count - 1)));
  const { ranks, rows } = prefixes(order, lengths, problem.patches.count);
  const { predicted, probability } = await executor.evaluate(
    { image, paint: paint.colours, pixels: problem.pixels, patches: problem.patches, ranks, candidates: rows },
    options.target,
    options.signal ? { signal: options.signal } : {},
  );
  return { order, paint: paint.colours, lengths, classes: predicted, probabilities: Float32Array.from(probability) };
}
