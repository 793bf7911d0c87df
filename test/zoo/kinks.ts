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

/**
 * What a gradient is that was not expected. `kink`: the slopes of the file's outputs differ on the two sides of the image, and one is that of the
 * gradient. `file`: no kink is near, and the gradient is that of the file's outputs, so the file's network is not quite that of the framework.
 */
export type Judgement = 'kink' | 'file';

/** Slopes below and above a point. */
type Sides = [down: number, up: number];

/** Tells by differences of the file's own outputs, in float64, what a gradient is that was not expected. */
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

  /** Judges a gradient along the line on which it differs most from the expected one. */
  judgeGradient(found: ArrayLike<number>, expected: ArrayLike<number>): Judgement | undefined {
    const { direction, length, slope } = lineBetween(Float64Array.from(found), Float64Array.from(expected));
    const margin = SHARE * length;
    const slopes = this.#slopes(this.#image, direction);
    const kink = ([down, up]: Sides) =>
      (Math.abs(down - slope) < margin || Math.abs(up - slope) < margin) && Math.abs(up - down) > length / 2;
    if (slopes.some(kink)) return 'kink';
    return slopes.some(([down, up]) => Math.abs((down + up) / 2 - slope) < margin) ? 'file' : undefined;
  }

  /** Judges integrals: kinks next to the points of the path explain both where both lie between the smaller and the larger slopes there. */
  judgeIntegrals(found: ArrayLike<number>, expected: ArrayLike<number>): Judgement | undefined {
    const meanGradient = (integrals: ArrayLike<number>) => this.#image.map((value, i) => (value === 0 ? 0 : itemAt(integrals, i) / value));
    const { direction, length, slope } = lineBetween(meanGradient(found), meanGradient(expected));
    const points = Array.from({ length: STEPS }, (_, step) => this.#image.map((value) => (value * (step + 0.5)) / STEPS));
    const slopes = points.map((point) => this.#slopes(point, direction));
    const margin = SHARE * length;
    const means = REACH.map((_, place) => {
      const pairs = slopes.map((each) => itemAt(each, place));
      const mean = (choose: (...sides: Sides) => number) => pairs.reduce((sum, sides) => sum + choose(...sides), 0) / STEPS;
      return { low: mean(Math.min), middle: mean((down, up) => (down + up) / 2), high: mean(Math.max) };
    });
    if (means.some(({ low, high }) => low - margin < slope && slope + length < high + margin)) return 'kink';
    return means.some(({ middle }) => Math.abs(middle - slope) < margin) ? 'file' : undefined;
  }

  /** For each reach the slopes of the target's output on both sides of a point. */
  #slopes(point: Float64Array, direction: Float64Array): Sides[] {
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
