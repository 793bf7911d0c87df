import type { Session } from '../../src/api/session.js';
import { ReferencePasses, valueIn } from '../../src/cpu/passes.js';
import { withOutput } from '../../src/graph/passes/head.js';
import { itemAt } from '../../src/tensor/items.js';

/** Points of the integrals: the midpoints of as many parts of the way from zeros. */
export const STEPS = 8;

/** How far from a point a kink may be, in the unit of the input. Bends explain different slopes as well further away. */
const REACH = [1e-5, 1e-6, 1e-7];
/** How far a slope may be from that of a gradient, as a share of the distance between the two gradients. */
const SHARE = 0.1;

/** Tells by differences of the file's own outputs, in float64, whether a gradient that was not expected is right all the same. */
export class Kinks {
  readonly #passes: ReferencePasses;
  readonly #image: Float64Array;

  constructor(
    session: Session,
    image: Float32Array,
    private readonly target: number,
  ) {
    this.#passes = new ReferencePasses(withOutput(session.graph, 'raw'));
    this.#image = Float64Array.from(image);
  }

  /**
   * Whether there is a kink next to the image: on one side the file's output changes as the found gradient says, along the line on which it differs most
   * from the expected one, and on the other side it does not.
   */
  isGradientOfFile(found: ArrayLike<number>, expected: ArrayLike<number>): boolean {
    const { direction, length, slope } = lineBetween(Float64Array.from(found), Float64Array.from(expected));
    return this.#slopes(this.#image, direction).some(
      (sides) => sides.some((side) => Math.abs(side - slope) < SHARE * length) && Math.abs(sides[1] - sides[0]) > length / 2,
    );
  }

  /** The same for integrals: both lie between the smaller and the larger slopes next to the points of the path, so there are kinks. */
  explainIntegrals(found: ArrayLike<number>, expected: ArrayLike<number>): boolean {
    const meanGradient = (integrals: ArrayLike<number>) => this.#image.map((value, i) => (value === 0 ? 0 : itemAt(integrals, i) / value));
    const { direction, length, slope } = lineBetween(meanGradient(found), meanGradient(expected));
    const points = Array.from({ length: STEPS }, (_, step) => this.#image.map((value) => (value * (step + 0.5)) / STEPS));
    const slopes = points.map((point) => this.#slopes(point, direction));
    return REACH.some((_, place) => {
      const pairs = slopes.map((each) => itemAt(each, place));
      const mean = (choose: (...sides: number[]) => number) => pairs.reduce((sum, sides) => sum + choose(...sides), 0) / STEPS;
      const margin = SHARE * length;
      return mean(Math.min) - margin < slope && slope + length < mean(Math.max) + margin;
    });
  }

  /** For each reach the slopes of the target's output on both sides of a point. */
  #slopes(point: Float64Array, direction: Float64Array): [number, number][] {
    const at = (step: number) => {
      const values = this.#passes.forward(point.map((value, i) => value + step * itemAt(direction, i)));
      return itemAt(valueIn(values, this.#passes.graph.output.name), this.target);
    };
    const middle = at(0);
    return REACH.map((step) => [(middle - at(-step)) / step, (at(step) - middle) / step]);
  }
}

/** The direction from one gradient to another, the distance between them, and the slope of the first along the direction. */
function lineBetween(from: Float64Array, to: Float64Array): { direction: Float64Array; length: number; slope: number } {
  const difference = to.map((value, i) => value - itemAt(from, i));
  const length = Math.sqrt(difference.reduce((sum, value) => sum + value ** 2, 0));
  const direction = difference.map((value) => value / length);
  return { direction, length, slope: direction.reduce((sum, value, i) => sum + value * itemAt(from, i), 0) };
}
