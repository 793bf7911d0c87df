import { itemAt } from './items.js';
/**
 * Mean and spread, element by element and in float64, of arrays that come one by one or in groups. Groups are joined as in Chan, Golub and
 * LeVeque (Updating formulae and a pairwise algorithm for computing sample variances, 1979), so that nothing cancels as in sums of squares.
 */
export class Moments {
  #count = 0;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;

  constructor(elements: number) {
    this.#mean = new Float64Array(elements);
    this.#squares = new Float64Array(elements);
  }

  /** The mean of the arrays so far. */
  get mean(): Float64Array {
    return this.#mean;
  }

  /** Sum of the squared distances from the mean. */
  get squares(): Float64Array {
    return this.#squares;
  }

  /** The mean squared distance from the mean. This is the variance of these arrays, not an estimate for more of them. */
  variance(): Float64Array {
    return this.#squares.map((sum) => sum / this.#count);
  }

  /** Adds one array. */
  add(values: ArrayLike<number>): void {
    this.#count++;
    for (let i = 0; i < this.#mean.length; i++) {
      const [value, before] = [itemAt(values, i), itemAt(this.#mean, i)];
      const mean = before + (value - before) / this.#count;
      this.#mean[i] = mean;
      this.#squares[i]! += (value - before) * (value - mean);
    }
  }

  /** Adds `count` arrays with this mean and these sums of squared distances from it. */
  merge(count: number, mean: ArrayLike<number>, squares: ArrayLike<number>): void {
    const all = this.#count + count;
    const share = count / all;
    for (let i = 0; i < this.#mean.length; i++) {
      const [own, other] = [itemAt(this.#mean, i), itemAt(mean, i)];
      const distance = other - own;
      this.#mean[i] = own + distance * share;
      this.#squares[i]! += squares[i]! + distance * distance * this.#count * share;
    }
    this.#count = all;
  }
}
