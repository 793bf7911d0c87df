import type { Session } from '../../src/api/session.js';
import { ReferencePasses, valueIn } from '../../src/cpu/passes.js';
import { withOutput } from '../../src/graph/passes/head.js';
import { itemAt } from '../../src/tensor/items.js';

/** Points of the integrals: the midpoints of as many parts of the way from zeros. */
export const STEPS = 8;

/** How far from a point a kink may be, in the unit of the input. */
const REACH = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7];
/** The same where differences of slopes decide, which bends explain as well further away. */
const NEAR = [1e-5, 1e-6, 1e-7];

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
   * Whether outputs change as the found gradient says along the line on which it differs most from the expected one, on one side of the image
   * at least. The expected one is then from beyond a kink that is next to the image.
   */
  isGradientOfFile(found: ArrayLike<number>, expected: ArrayLike<number>): boolean {
    const difference = Float64Array.from(expected, (value, i) => value - itemAt(found, i));
    const length = lengthOf(difference);
    const direction = difference.map((value) => value / length);
    const slope = direction.reduce((sum, value, i) => sum + value * itemAt(found, i), 0);
    return this.#slopes(this.#image, direction, REACH).some((sides) => sides.some((side) => Math.abs(side - slope) < length / 10));
  }

  /** Whether the slopes on both sides of the points of the path differ by as much as the integrals do: there are kinks next to some points. */
  explainIntegrals(found: ArrayLike<number>, expected: ArrayLike<number>): boolean {
    const difference = this.#image.map((value, i) => (value === 0 ? 0 : (itemAt(expected, i) - itemAt(found, i)) / value));
    const length = lengthOf(difference);
    const direction = difference.map((value) => value / length);
    let jumps = 0;
    for (let step = 0; step < STEPS; step++) {
      const point = this.#image.map((value) => (value * (step + 0.5)) / STEPS);
      jumps += Math.max(...this.#slopes(point, direction, NEAR).map(([down, up]) => Math.abs(up - down))) / STEPS;
    }
    return jumps > length / 2;
  }

  /** For each reach the slopes of the target's output on both sides of a point. */
  #slopes(point: Float64Array, direction: Float64Array, reach: readonly number[]): [number, number][] {
    const at = (step: number) => {
      const values = this.#passes.forward(point.map((value, i) => value + step * itemAt(direction, i)));
      return itemAt(valueIn(values, this.#passes.graph.output.name), this.target);
    };
    const middle = at(0);
    return reach.map((step) => [(middle - at(-step)) / step, (at(step) - middle) / step]);
  }
}

function lengthOf(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}
