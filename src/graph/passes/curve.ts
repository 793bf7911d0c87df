import { firstOf, itemAt, threeOf, twoOf } from '../../tensor/items.js';
import type { GraphNode } from '../graph.js';

/**
 * A function of one number that is affine between its knots. It may jump at a knot. `at` gives its value and its slope; at a knot the slope is
 * the gradient that the nodes have there.
 */
export interface Curve {
  /** In ascending order. */
  readonly knots: readonly number[];
  at(x: number): Point;
}

interface Point {
  readonly value: number;
  readonly slope: number;
}

/** A straight piece of a curve, slope x + offset, from the knot before it to the knot after it. */
interface Line {
  readonly slope: number;
  readonly offset: number;
}

export const IDENTITY: Curve = { knots: [], at: (x) => ({ value: x, slope: 1 }) };

export function constantCurve(value: number): Curve {
  return { knots: [], at: () => ({ value, slope: 0 }) };
}

/** The straight pieces between the knots, one more than there are knots. */
export function linesOf({ knots, at }: Curve): Line[] {
  const [first] = knots;
  const last = knots.at(-1);
  if (first === undefined || last === undefined) return [lineThrough(at, 0)];
  const inside = knots.slice(1).map((knot, k) => ((knots[k] ?? knot) + knot) / 2);
  return [first - 1, ...inside, last + 1].map((x) => lineThrough(at, x));
}

function lineThrough(at: Curve['at'], x: number): Line {
  const { value, slope } = at(x);
  return { slope, offset: value - slope * x };
}

/** How far apart two values may be that count as one: float32 holds no more of a constant. */
const SAME = 1e-6;

/** Whether a curve has no jumps. */
export function isContinuous(curve: Curve): boolean {
  const lines = linesOf(curve);
  return curve.knots.every((knot, k) => {
    const values = [lines[k], lines[k + 1]].map((line) => (line ? line.slope * knot + line.offset : Number.NaN));
    const here = curve.at(knot).value;
    return values.every((value) => Math.abs(value - here) <= SAME * Math.max(1, Math.abs(here)));
  });
}

/** Whether a curve is constant in pieces. */
function isFlat(curve: Curve): boolean {
  return linesOf(curve).every(({ slope }) => slope === 0);
}

/** Where a curve crosses a number. */
function crossings(curve: Curve, number: number): number[] {
  const { knots } = curve;
  return linesOf(curve).flatMap(({ slope, offset }, k) => {
    const x = (number - offset) / slope;
    return slope !== 0 && x > (knots[k - 1] ?? -Infinity) && x < (knots[k] ?? Infinity) ? [x] : [];
  });
}

function joined(...knots: readonly (readonly number[])[]): number[] {
  return [...new Set(knots.flat())].sort((a, b) => a - b);
}

/** A curve whose points follow from those of others. It has their knots, and more. */
function combined(curves: readonly Curve[], make: (points: readonly Point[]) => Point, more: readonly number[] = []): Curve {
  return { knots: joined(more, ...curves.map(({ knots }) => knots)), at: (x) => make(curves.map((curve) => curve.at(x))) };
}

function sum(curves: readonly Curve[], factors: readonly number[]): Curve {
  const of = (points: readonly Point[], pick: (point: Point) => number) =>
    points.reduce((total, point, k) => total + itemAt(factors, k) * pick(point), 0);
  return combined(curves, (points) => ({ value: of(points, ({ value }) => value), slope: of(points, ({ slope }) => slope) }));
}

/** 1 where the difference of two curves is so, else 0. */
function comparison(curves: readonly Curve[], holds: (difference: number) => boolean): Curve {
  const apart = sum(curves, [1, -1]);
  return combined([apart], ([point]) => ({ value: Number(holds(point?.value ?? 0)), slope: 0 }), crossings(apart, 0));
}

/** The larger or smaller of two curves, the first of equals. */
function extremum(curves: readonly Curve[], sign: 1 | -1): Curve {
  const more = crossings(sum(curves, [1, -1]), 0);
  return combined(
    curves,
    (points) => (sign * (twoOf(points)[0].value - twoOf(points)[1].value) >= 0 ? twoOf(points)[0] : twoOf(points)[1]),
    more,
  );
}

/** A product of which one factor has no slope. Undefined for others, which are no straight lines. */
function product(curves: readonly Curve[]): Curve | undefined {
  if (!curves.some(isFlat)) return undefined;
  return combined(curves, (points) => {
    const [a, b] = twoOf(points);
    return { value: a.value * b.value, slope: a.slope * b.value + a.value * b.slope };
  });
}

/** A curve bent at 0: x times `below` under it. `tie` is the slope at 0, as a factor. */
function bent(curve: Curve, below: number, tie = below): Curve {
  const factor = (x: number) => (x > 0 ? 1 : x < 0 ? below : tie);
  const bend = ({ value, slope }: Point) => ({ value: (value < 0 ? below : 1) * value, slope: factor(value) * slope });
  return combined([curve], (points) => bend(firstOf(points)), crossings(curve, 0));
}

/** The curve of a node's output, given those of its inputs. Undefined where it is none, or where nobody asks. */
export function curveOf(node: GraphNode, inputs: readonly Curve[]): Curve | undefined {
  switch (node.op) {
    case 'Identity':
      return inputs[0];
    case 'Add':
    case 'Sum':
      return sum(
        inputs,
        inputs.map(() => 1),
      );
    case 'Sub':
      return sum(inputs, [1, -1]);
    case 'Neg':
      return sum(inputs, [-1]);
    case 'Mul':
      return product(inputs);
    case 'Div': {
      const [a, b] = twoOf(inputs);
      const divisor = b.at(0).value;
      return b.knots.length === 0 && isFlat(b) && divisor !== 0 ? sum([a], [1 / divisor]) : undefined;
    }
    case 'Max':
      return inputs.length === 2 ? extremum(inputs, 1) : undefined;
    case 'Min':
      return inputs.length === 2 ? extremum(inputs, -1) : undefined;
    case 'Relu':
      return bent(firstOf(inputs), 0);
    case 'LeakyRelu':
      return bent(firstOf(inputs), node.attributes.alpha);
    case 'Abs':
      return bent(firstOf(inputs), -1, 0);
    case 'Clip': {
      const { min, max } = node.attributes;
      return extremum([extremum([firstOf(inputs), constantCurve(min)], 1), constantCurve(max)], -1);
    }
    case 'Greater':
      return comparison(inputs, (apart) => apart > 0);
    case 'GreaterOrEqual':
      return comparison(inputs, (apart) => apart >= 0);
    case 'Less':
      return comparison(inputs, (apart) => apart < 0);
    case 'LessOrEqual':
      return comparison(inputs, (apart) => apart <= 0);
    case 'Equal':
      // Of numbers that vary it holds at single points. Of booleans it says Not.
      return inputs.every(isFlat) ? comparison(inputs, (apart) => apart === 0) : undefined;
    case 'Sign':
      return combined(inputs, ([point]) => ({ value: Math.sign(point?.value ?? 0), slope: 0 }), crossings(firstOf(inputs), 0));
    case 'Where': {
      if (inputs.length < 3) return undefined;
      return combined(inputs, (points) => {
        const [condition, a, b] = threeOf(points);
        return condition.value !== 0 ? a : b;
      });
    }
    default:
      return undefined;
  }
}
