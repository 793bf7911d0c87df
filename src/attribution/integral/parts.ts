import { type Cost, type Executor, type RunOptions, sumCosts } from '../../executor.js';
import { mapPairs } from '../../tensor/pairs.js';
import { partOf } from '../batches.js';
import { integrateAt, type PathIntegrals, type Paths } from './integral.js';
import { quadrature, type Rule } from './quadrature.js';

/** Milliseconds that a part of the path should take, and before which no part is reported. */
const PART = 1000;
/** A request also evaluates both ends of its paths, and a GPU takes four samples together: with two ends, 4 k + 2 nodes fill their quads. */
const FIRST_PART = 6;

/**
 * Integrates by a rule, as `integrateBySteps` does, in parts of about a second from the baseline on. The first part is short: it tells how long a
 * node takes. `tell` gets the sum so far [count][elements], and its number of nodes, after each part but the last that ends a second after the start
 * or later. Sums of parts are float64, so they differ from those of one part in the last bits of float32.
 */
export async function integrateInParts(
  executor: Executor,
  paths: Paths,
  { rule, steps }: { readonly rule: Rule; readonly steps: number },
  run: RunOptions,
  tell: (gradients: Float64Array, done: number) => void,
): Promise<PathIntegrals> {
  const { nodes, weights } = quadrature(rule, steps);
  const began = performance.now();
  const costs: Cost[] = [];
  let sum: Float64Array | undefined;
  let size = FIRST_PART;
  for (let done = 0; ; ) {
    const end = Math.min(nodes.length, done + size);
    const start = performance.now();
    const part = partOf(run, done, end - done, nodes.length);
    const { gradients, cost, ...rest } = await integrateAt(executor, paths, nodes.subarray(done, end), weights.subarray(done, end), part);
    costs.push(cost);
    sum = sum === undefined ? Float64Array.from(gradients) : mapPairs(sum, gradients, (a, b) => a + b);
    if (end === nodes.length) {
      const accounts = rest.accounts.map((account) => ({ ...account, steps: nodes.length }));
      return { ...rest, gradients: sum, accounts, cost: sumCosts(costs) };
    }
    const now = performance.now();
    size = nextPart((now - start) / (end - done), nodes.length - end);
    done = end;
    if (now - began >= PART) tell(sum, done);
  }
}

/** How many nodes the next part has, where a node takes so many milliseconds and so many nodes are left. */
export function nextPart(milliseconds: number, left: number): number {
  const fitting = PART / milliseconds;
  if (left <= 2 * fitting) return left;
  return Math.max(FIRST_PART, 4 * Math.floor((fitting - 2) / 4) + 2);
}
