import type { Progress } from '../contract/progress.js';

/** Milliseconds between two reports. Every report is a message to the page, and a progress bar need not move more often. */
const PAUSE = 100;

/** Passes progress on, but at most ten times a second. */
export function throttle<T extends Progress>(report: (progress: T) => void): (progress: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < PAUSE) return;
    last = now;
    report(progress);
  };
}
