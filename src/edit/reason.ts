import type { Message, ReasonCode } from '../messages/index.js';
import type { RepairProblem } from './problem.js';

/** What became of an attempt, and why. */
export type Reason = Message<ReasonCode>;

/** Whether an attempt ended with a reason why there is no result. */
export function isReason(result: object): result is Reason {
  return 'code' in result;
}

/** So many of what a problem changes as a whole: single pixels, or larger patches. */
export function countOf(problem: RepairProblem, count: number) {
  return { count, single: changesPixels(problem) };
}

/** Whether every pixel is a patch of its own. */
export function changesPixels({ pixels, patches }: RepairProblem): boolean {
  return patches.count === pixels.pixels;
}
