import { prefixes } from '../edit/candidates.js';
import { checkProblem } from '../edit/problem.js';
import { isReason } from '../edit/reason.js';
import { orderBy } from '../edit/strategies.js';
import { PathlightError } from '../errors.js';
import { problemOf, type RepairMap, type RepairOptions, repairMap } from './repair.js';
import type { Session } from './session.js';

export interface PercentageOptions
  extends Pick<RepairOptions, 'target' | 'baseline' | 'steps' | 'rule' | 'tolerance' | 'maxSteps' | 'signal'> {
  /** What orders the pixels: those of `flipTarget` and `flipContrast` are flipped, those of the others painted by sign. */
  readonly map: RepairMap;
  /** Lengths tried at most, 1,024 by default; longer orders are tried at so many lengths, evenly spread. */
  readonly most?: number;
}

/** What the prefixes of an order of pixels come to. */
export interface PercentageOutcomes {
  /** The pixels in the order in which they change; by sign it ends where the map is 0. */
  readonly order: Uint32Array;
  /** [elements] what each pixel becomes. */
  readonly paint: Float32Array;
  /** Pixels changed, ascending from 0 to all of the order; 100 x length / pixels is the percentage of `repair`. */
  readonly lengths: Uint32Array;
  /** One entry a length, of the image with the first so many pixels painted: its class, */
  readonly classes: Uint32Array;
  /** and the softmax probability of the target. */
  readonly probabilities: Float32Array;
}

const DEFAULT_MOST = 1024;

/**
 * The outcome of every percentage of a strategy, in one batch: whether a prefix of the order reaches the class is not monotone in its length, so
 * that windows come up in which it does. `repair` with a percentage takes one of them. What is told comes from the session's executor, and
 * is not verified in float64. Throws PathlightError where the map cannot order pixels.
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
