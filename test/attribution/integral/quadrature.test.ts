import { describe, expect, test } from 'vitest';
import { quadrature, RULES } from '../../../src/attribution/integral/quadrature.js';

/** The integral of a^degree over [0, 1] by a rule. */
function integrate(rule: (typeof RULES)[number], steps: number, degree: number): number {
  const { nodes, weights } = quadrature(rule, steps);
  return nodes.reduce((sum, node, k) => sum + weights[k]! * node ** degree, 0);
}

describe('quadrature', () => {
  test.each(RULES.filter((rule) => rule !== 'captum-trapezoid'))('the weights of %s sum to 1', (rule) => {
    for (const steps of [2, 3, 16, 64, 1000]) {
      const sum = quadrature(rule, steps).weights.reduce((total, weight) => total + weight, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  test("captum-trapezoid's weights sum to (n - 1) / n, as Captum's do", () => {
    const { nodes, weights } = quadrature('captum-trapezoid', 5);
    expect([...nodes]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(4 / 5, 15);
  });

  test('nodes lie where the rules put them', () => {
    expect([...quadrature('left', 4).nodes]).toEqual([0, 0.25, 0.5, 0.75]);
    expect([...quadrature('right', 4).nodes]).toEqual([0.25, 0.5, 0.75, 1]);
    expect([...quadrature('midpoint', 4).nodes]).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect([...quadrature('trapezoid', 3).nodes]).toEqual([0, 0.5, 1]);
    expect([...quadrature('trapezoid', 3).weights]).toEqual([0.25, 0.5, 0.25]);
  });

  test('midpoint and trapezoid are exact for straight lines, left and right are not', () => {
    expect(integrate('midpoint', 7, 1)).toBeCloseTo(1 / 2, 14);
    expect(integrate('trapezoid', 7, 1)).toBeCloseTo(1 / 2, 14);
    expect(integrate('left', 8, 1)).toBeCloseTo(1 / 2 - 1 / 16, 14);
    expect(integrate('right', 8, 1)).toBeCloseTo(1 / 2 + 1 / 16, 14);
  });

  test.each([1, 2, 3, 8, 33, 256, 1024])('gauss-legendre with %i points is exact up to degree 2n - 1', (steps) => {
    for (const degree of [0, 1, steps, 2 * steps - 1]) expect(integrate('gauss-legendre', steps, degree)).toBeCloseTo(1 / (degree + 1), 12);
    const { nodes } = quadrature('gauss-legendre', steps);
    expect([...nodes]).toEqual([...nodes].sort((a, b) => a - b));
  });

  // By mpmath with 40 digits, from the recurrence. The first ten roots are found by the recurrence here, too, the others by a series.
  test.each([
    [1000, 0, 1.444350962244715e-6, 3.706669208216036e-6],
    [1000, 9, 0.000234367003337996, 0.000048058736772735283],
    [1000, 10, 0.000284889438195943, 0.00005298605004950855],
    [1000, 29, 0.002180098149898634, 0.000146450430392685],
    [1000, 499, 0.4992149947599584, 0.001570009190091434],
    [20000, 0, 3.614310503949986e-9, 9.275487909797862e-9],
    [20000, 10, 7.12967950995952e-7, 1.32616129969503e-7],
    [20000, 9999, 0.499960731073606, 0.0000785378526266623],
  ])('gauss-legendre with %i points: point %i', (steps, k, node, weight) => {
    const { nodes, weights } = quadrature('gauss-legendre', steps);
    // Nodes are differences from 1, so they are good to an epsilon. Weights come from nodes, and from a product of n rounded factors.
    expect(Math.abs(nodes[k]! - node)).toBeLessThanOrEqual(2 ** -52);
    expect(Math.abs(nodes[steps - 1 - k]! - (1 - node))).toBeLessThanOrEqual(2 ** -52);
    expect(Math.abs(weights[k]! - weight)).toBeLessThan(2 ** -52 + 1e-11 * weight);
  });

  test('a million points of gauss-legendre take less than three seconds of processor time', () => {
    const start = process.cpuUsage();
    const { weights } = quadrature('gauss-legendre', 1_000_000);
    const { user } = process.cpuUsage(start);
    expect(user).toBeLessThan(3e6);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 11);
  });

  test('two-point gauss-legendre is not exact for degree 4', () => {
    expect(Math.abs(integrate('gauss-legendre', 2, 4) - 1 / 5)).toBeGreaterThan(1e-3);
  });

  test.each([
    ['midpoint', 0],
    ['midpoint', 2.5],
    ['midpoint', Number.NaN],
    ['midpoint', 1_000_001],
    ['trapezoid', 1],
  ] as const)('%s refuses %s steps', (rule, steps) => {
    expect(() => quadrature(rule, steps)).toThrow(`${steps} steps with the rule ${rule} (a whole number from`);
  });

  test('an unknown rule is named', () => {
    expect(() => quadrature('simpson' as never, 8)).toThrow('the rule simpson does not exist (midpoint, left,');
  });
});
