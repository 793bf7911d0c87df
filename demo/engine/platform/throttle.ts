import type { Progress } from '../contract.js';

/** Milliseconds between two reports: a bar need not move more often, and every report is a message to the page. */
const PAUSE = 100;

/** Passes progress on, but not more than ten times a second. */
export function throttle<T extends Progress>(report: (progress: T) => void): (progress: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < PAUSE) return;
    last = now;
    report(progress);
  };
}
