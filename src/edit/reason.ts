import type { Message, ReasonCode } from '../messages/index.js';
import type { RepairProblem } from './problem.js';

/** The outcome of an attempt, and the reason. */
export type Reason = Message<ReasonCode>;

/** Whether an attempt ended without a result, and this is the reason. */
export function isReason(result: object): result is Reason {
  return 'code' in result;
}

/** A count of patches, and whether they are single pixels, for messages. */
export function countOf(problem: RepairProblem, count: number) {
  return { count, single: changesPixels(problem) };
}

/** Whether every pixel is a patch of its own. */
export function changesPixels({ pixels, patches }: RepairProblem): boolean {
  return patches.count === pixels.pixels;
}
