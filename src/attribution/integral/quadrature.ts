import { PathlightError } from '../../errors.js';
import { gaussLegendre } from './gauss_legendre.js';

/** Nodes a_k in [0, 1] and weights w_k of a rule: the integral of g from 0 to 1 is about sum_k w_k g(a_k). */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * How the path integral is sampled. The weights of every rule sum to 1, except those of `captum-trapezoid`, which exists only for
 * comparisons with Captum.
 *
 * @example for (const rule of RULES) await integratedGradients(session, image, { rule, steps: 32 });
 */
export const RULES = ['midpoint', 'left', 'right', 'trapezoid', 'gauss-legendre', 'captum-trapezoid'] as const;
/**
 * One of RULES.
 *
 * @example const rule: Rule = 'gauss-legendre';
 */
export type Rule = (typeof RULES)[number];
export const DEFAULT_RULE: Rule = 'midpoint';

/** The most steps. A larger number is taken for a mistake. */
export const MAX_STEPS = 1_000_000;

/**
 * The nodes and weights of a rule with n points.
 *
 * - `left`, `right`, `midpoint`: the Riemann sums with n intervals.
 * - `trapezoid`: n points including both ends, with weights 1/(n - 1), and half of that at the ends. Needs 2 points.
 * - `gauss-legendre`: the roots of the n-th Legendre polynomial, exact for polynomials of degree 2n - 1. On ReLU networks, whose gradient
 *   is piecewise constant along the path, it is no better than `midpoint`; on smooth networks it is far better.
 * - `captum-trapezoid`: what Captum's `riemann_trapezoid` does. It has the points of `trapezoid`, but weights 1/n. They sum to (n - 1)/n,
 *   so the result is too small by this factor. It exists only for comparisons with Captum.
 *
 * @param steps the number of points, a whole number from 1 (2 for the trapezoids) to MAX_STEPS.
 * @throws PathlightError for an unknown rule or another number of points.
 */
export function quadrature(rule: Rule, steps: number): Quadrature {
  const least = rule.endsWith('trapezoid') ? 2 : 1;
  if (!Number.isInteger(steps) || steps < least || steps > MAX_STEPS) {
    throw new PathlightError('rule.steps', { steps, rule, least, most: MAX_STEPS });
  }
  const points = (node: (k: number) => number, weight: (k: number) => number): Quadrature => ({
    nodes: Float64Array.from({ length: steps }, (_, k) => node(k)),
    weights: Float64Array.from({ length: steps }, (_, k) => weight(k)),
  });
  const endHalved = (k: number) => (k === 0 || k === steps - 1 ? 0.5 : 1);
  switch (rule) {
    case 'left':
      return points(
        (k) => k / steps,
        () => 1 / steps,
      );
    case 'right':
      return points(
        (k) => (k + 1) / steps,
        () => 1 / steps,
      );
    case 'midpoint':
      return points(
        (k) => (k + 0.5) / steps,
        () => 1 / steps,
      );
    case 'trapezoid':
      return points(
        (k) => k / (steps - 1),
        (k) => endHalved(k) / (steps - 1),
      );
    case 'captum-trapezoid':
      return points(
        (k) => k / (steps - 1),
        (k) => endHalved(k) / steps,
      );
    case 'gauss-legendre':
      return gaussLegendre(steps);
    default:
      throw new PathlightError('rule.unknown', { rule: String(rule), known: RULES });
  }
}
