import type { ReferenceMap } from './reference.js';

/** How a map differs from float64's. */
export interface Explanation {
  /** The largest difference, relative to the largest absolute value of float64's map. */
  readonly asIs: number;
  /** The same, after the gates `flips` are put on the other side. */
  readonly rest: number;
  /** Indices of uncertain gates that are on the other side. */
  readonly flips: readonly number[];
}

/**
 * Finds the uncertain gates that a map has on the other side of their kink.
 *
 * The difference d from float64's map is taken for sum_u c_u J_u, where c_u is 0 or 1 and J_u is the jump of gate u. Gates are admitted one
 * by one, the nearest to its kink first. After each, the search makes the switch that lowers ||d - sum_u c_u J_u|| most, until none lowers
 * it: a switch changes one coefficient, or exchanges a gate that is on with one that is off. The jumps of different gates have thousands of
 * elements and few in common, so this greedy search finds what a complete one would. It ends as soon as no more than `enough` is left.
 */
export function explain(map: Float32Array, reference: ReferenceMap, enough: number): Explanation {
  const scale = largestOf(reference.map) || 1;
  const left = reference.map.map((value, i) => map[i]! - value);
  const relative = () => (map.length === left.length ? largestOf(left) / scale : Number.POSITIVE_INFINITY);
  const asIs = relative();
  const flipped: boolean[] = [];
  let rest = asIs;
  while (rest > enough && Number.isFinite(rest) && flipped.length < reference.uncertain.length) {
    flipped.push(false);
    for (let move = bestMove(left, flipped, reference); move !== undefined; move = bestMove(left, flipped, reference)) {
      for (const { jump, sign, gate } of move) {
        for (let i = 0; i < left.length; i++) left[i]! -= sign * jump[i]!;
        flipped[gate] = !flipped[gate];
      }
    }
    rest = relative();
  }
  return { asIs, rest, flips: flipped.flatMap((on, gate) => (on ? [gate] : [])) };
}

/** A switched coefficient: from 0 to 1 (sign 1) or from 1 to 0 (sign -1). */
interface Switch {
  readonly gate: number;
  readonly sign: 1 | -1;
  readonly jump: Float64Array;
}

/**
 * The switches with the smallest ||r - s||^2 - ||r||^2 = s.(s - 2 r), where r is what is left and s is the sum of the switches. Undefined
 * if none makes it negative.
 */
function bestMove(left: Float64Array, flipped: readonly boolean[], reference: ReferenceMap): readonly Switch[] | undefined {
  const switches = flipped.map((on, gate): Switch => ({ gate, sign: on ? -1 : 1, jump: reference.jump(gate) }));
  const off = switches.filter(({ sign }) => sign === 1);
  const exchanges = switches.filter(({ sign }) => sign === -1).flatMap((one) => off.map((other) => [one, other]));
  let best: readonly Switch[] | undefined;
  // A threshold above rounding: switching there and back again must not count as a gain.
  let least = -1e-9 * left.reduce((sum, each) => sum + each * each, 0);
  for (const move of [...switches.map((one) => [one]), ...exchanges]) {
    let change = 0;
    for (let i = 0; i < left.length; i++) {
      let added = 0;
      for (const { sign, jump } of move) added += sign * jump[i]!;
      change += added * (added - 2 * left[i]!);
    }
    if (change < least) [best, least] = [move, change];
  }
  return best;
}

/** The largest absolute value; Infinity if any is NaN. */
function largestOf(values: Float64Array): number {
  const largest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}
