import { PathlightError } from '../../errors.js';
import { type Cost, type Executor, type RunOptions, sumCosts } from '../../executor.js';
import { itemAt } from '../../tensor/items.js';
import type { AutoAccount, IntegralAccount } from '../account.js';
import { type PathIntegrals, type Paths, selectPaths } from './integral.js';
import { quadrature, type Rule } from './quadrature.js';

export const DEFAULT_TOLERANCE = 1e-3;
/** The most steps, unless the caller sets another limit. */
export const DEFAULT_MAX_STEPS = 4096;
/** The least value of `maxSteps`. Fewer steps than 48 (16, then 3 times as many) allow no refinement, and so no estimate. */
export const LEAST_MAX_STEPS = 48;

const FIRST_STEPS = 16;

/** How a rule refines: it adds points and keeps those that it has. */
interface Nesting {
  /** The number of points after one refinement. */
  readonly next: (steps: number) => number;
  /** Whether the refined rule's point with this index is new. */
  readonly isNew: (index: number) => boolean;
  /** The factor by which the weight of an old point falls. */
  readonly shrink: number;
}

const DOUBLED: Nesting = { next: (steps) => 2 * steps, isNew: (index) => index % 2 === 1, shrink: 1 / 2 };

/** Rules whose points are also points of a finer rule. A midpoint of an interval is also the midpoint of the interval's middle third. */
const NESTED = {
  midpoint: { next: (steps) => 3 * steps, isNew: (index) => index % 3 !== 1, shrink: 1 / 3 },
  left: DOUBLED,
  right: { ...DOUBLED, isNew: (index) => index % 2 === 0 },
  trapezoid: { ...DOUBLED, next: (steps) => 2 * steps - 1 },
} satisfies Partial<Record<Rule, Nesting>>;

/** The rules that can be refined. */
export const NESTED_RULES = Object.keys(NESTED) as readonly (keyof typeof NESTED)[];

export interface RefineOptions {
  readonly rule: Rule;
  /** Above 0. DEFAULT_TOLERANCE by default. */
  readonly tolerance?: number | undefined;
  /** From LEAST_MAX_STEPS on. DEFAULT_MAX_STEPS by default. */
  readonly maxSteps?: number | undefined;
}

/**
 * Integrates each path with as many steps as it needs. The rule is refined, and only its new points are evaluated, until the estimated
 * error is below the tolerance:
 *
 *   estimate_k = max(max_i |A_i - B_i| / max_i |A_i|, r estimate_{k-1}).
 *
 * A is the attribution with the latest number of steps, B the one before, and r the ratio of their steps: 1/3 for `midpoint`, 1/2 for the
 * others.
 *
 * On piecewise-linear networks each breakpoint contributes an error: its jump times its distance from where the rule puts it. Errors
 * therefore fall like 1/n, and |A - B| is mostly the error of B, which overestimates the error of A. But where few breakpoints matter, A
 * and B can have the same error: a breakpoint in the middle third of a midpoint's interval moves neither. So an estimate is not allowed to
 * fall faster than 1/n. docs/exact.md compares estimates with exact integrals.
 *
 * A path whose next refinement would take more than `maxSteps` keeps what it has, and `met` is false.
 */
export async function integrateAdaptively(
  executor: Executor,
  paths: Paths,
  { rule, tolerance = DEFAULT_TOLERANCE, maxSteps = DEFAULT_MAX_STEPS }: RefineOptions,
  { signal, onProgress }: RunOptions,
): Promise<PathIntegrals> {
  const nesting = nestingOf(rule);
  checkOptions(tolerance, maxSteps);
  const { count } = paths;
  const { elements } = executor;
  const run = signal ? { signal } : {};
  let steps = FIRST_STEPS;
  const first = await executor.pathGradient({ ...paths, ...coarse(rule, steps) }, run);
  const gradients = Float64Array.from(first.gradients);
  const accounts: IntegralAccount[] = new Array(count);
  const estimates = new Float64Array(count);
  const costs: Cost[] = [first.cost];
  let open = Array.from({ length: count }, (_, index) => index);
  while (open.length > 0) {
    const next = nesting.next(steps);
    const selected = selectPaths(paths, open);
    const added = await executor.pathGradient({ ...selected, ...newPoints(rule, next, nesting) }, run);
    costs.push(added.cost);
    open = open.filter((index, position) => {
      const path = { inputs: selected.inputs.subarray(position * elements), baselines: selected.baselines.subarray(position * elements) };
      const moved = refine(
        gradients.subarray(index * elements, (index + 1) * elements),
        added.gradients.subarray(position * elements, (position + 1) * elements),
        nesting.shrink,
        path,
      );
      const estimate = Math.max(moved, nesting.shrink * itemAt(estimates, index));
      estimates[index] = estimate;
      const auto: AutoAccount = { tolerance, estimate, met: estimate <= tolerance };
      accounts[index] = { steps: next, auto };
      return !auto.met && nesting.next(next) <= maxSteps;
    });
    steps = next;
    onProgress?.(count - open.length, count);
  }
  return { ...first, gradients, accounts, cost: sumCosts(costs) };
}

/** Replaces an integral by its refinement, in place. Returns how far the attribution moved, relative to its largest element. */
function refine(
  integral: Float64Array,
  added: Float32Array | Float64Array,
  shrink: number,
  { inputs, baselines }: Pick<Paths, 'inputs' | 'baselines'>,
): number {
  let [moved, largest] = [0, 0];
  integral.forEach((old, i) => {
    const refined = shrink * old + itemAt(added, i);
    const difference = Math.abs(itemAt(inputs, i) - itemAt(baselines, i));
    moved = Math.max(moved, difference * Math.abs(refined - old));
    largest = Math.max(largest, difference * Math.abs(refined));
    integral[i] = refined;
  });
  return moved === 0 ? 0 : moved / largest;
}

function coarse(rule: Rule, steps: number) {
  const { nodes: alphas, weights } = quadrature(rule, steps);
  return { alphas, weights };
}

function newPoints(rule: Rule, steps: number, { isNew }: Nesting) {
  const { nodes, weights } = quadrature(rule, steps);
  return { alphas: nodes.filter((_, index) => isNew(index)), weights: weights.filter((_, index) => isNew(index)) };
}

/** Throws PathlightError for rules that keep no points when they get more. */
function nestingOf(rule: Rule): Nesting {
  if (Object.hasOwn(NESTED, rule)) return NESTED[rule as keyof typeof NESTED];
  throw new PathlightError('rule.auto', { rule, nested: NESTED_RULES });
}

function checkOptions(tolerance: number, maxSteps: number): void {
  if (!(tolerance > 0 && tolerance < 1)) throw new PathlightError('steps.tolerance', { tolerance });
  if (!(maxSteps >= LEAST_MAX_STEPS)) throw new PathlightError('steps.most', { most: maxSteps, least: LEAST_MAX_STEPS });
}
