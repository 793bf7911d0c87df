import { itemAt } from '../tensor/items.js';
import { elementOf, type ImageSpace } from '../tensor/pixels.js';
import { Xoshiro128 } from '../tensor/random.js';

/** Weights of the four next and the four diagonal neighbours. */
const NEAR = 1 / 6;
const DIAGONAL = 1 / 12;
/** Standard deviation of the noise, as a share of the range from black to white. */
const NOISE = 0.01;
/** The solver ends where the equations are right to this share of the range from black to white, on average. A step of an 8-bit colour is 4e-3. */
const TOLERANCE = 1e-4;
const MOST_ROUNDS = 2000;

/**
 * Noisy linear imputation: each removed pixel becomes the weighted mean of its eight neighbours, removed ones among them, plus noise. So nothing in
 * the picture tells which pixels were removed. Rong et al.: A consistent and efficient evaluation strategy for attribution methods (ROAD), 2022
 * (arXiv:2202.00449).
 *
 * The means are the solution of a sparse system, found by conjugate gradients. A call starts at the solution of the call before, so it is cheap to
 * remove a few pixels more. Where all pixels are removed, they become the mean of the image.
 *
 * @returns a function from the removed pixels (1 at these, [pixels]) to an image [elements] with their new values.
 */
export function roadImputer(image: Float32Array, space: ImageSpace, seed: number): (removed: Uint8Array) => Float64Array {
  const { pixels } = space;
  const random = Xoshiro128.fromSeed(seed);
  const noise = Float64Array.from({ length: pixels.pixels * pixels.channels }, () => NOISE * random.normal());
  const planes = Array.from({ length: pixels.channels }, (_, channel) =>
    Float64Array.from({ length: pixels.pixels }, (_, pixel) => itemAt(image, elementOf(pixels, pixel, channel))),
  );
  const neighbours = neighboursOf(space);
  const means = planes.map((plane) => plane.reduce((sum, value) => sum + value, 0) / plane.length);
  const solutions = planes.map((_, channel) => new Float64Array(pixels.pixels).fill(itemAt(means, channel)));
  return (removed) => {
    const all = removed.every((is) => is === 1);
    const imputed = new Float64Array(image.length);
    planes.forEach((plane, channel) => {
      const solution = itemAt(solutions, channel);
      const range = Math.abs(itemAt(space.white, channel) - itemAt(space.black, channel));
      if (all) solution.fill(itemAt(means, channel));
      else solve(plane, solution, removed, neighbours, TOLERANCE * range);
      solution.forEach((value, pixel) => {
        const element = elementOf(pixels, pixel, channel);
        imputed[element] = value + range * itemAt(noise, element);
      });
    });
    return imputed;
  };
}

/** The neighbours of every pixel: eight places each, -1 beyond an edge, in an order in which the first four are the next ones. */
function neighboursOf({ width, height }: Pick<ImageSpace, 'width' | 'height'>): Int32Array {
  const steps = [
    [0, -1],
    [0, 1],
    [-1, 0],
    [1, 0],
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ] as const;
  const neighbours = new Int32Array(8 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const column = pixel % width;
    const row = (pixel - column) / width;
    steps.forEach(([down, right], k) => {
      const [r, c] = [row + down, column + right];
      neighbours[8 * pixel + k] = r < 0 || c < 0 || r >= height || c >= width ? -1 : r * width + c;
    });
  }
  return neighbours;
}

/**
 * Solves sum_j w_ij (x_i - x_j) = 0 at every removed pixel i, where x is the image at the others. `x` is the first guess, and the result. The loops
 * are plain, since an evaluation solves thousands of these systems.
 */
function solve(image: Float64Array, x: Float64Array, removed: Uint8Array, neighbours: Int32Array, error: number): void {
  const unknown = Uint32Array.from(removed.keys()).filter((pixel) => removed[pixel] === 1);
  removed.forEach((is, pixel) => {
    if (is === 0) x[pixel] = itemAt(image, pixel);
  });
  const residual = new Float64Array(x.length);
  // 0 at known pixels, which do not move.
  const direction = new Float64Array(x.length);
  const change = new Float64Array(x.length);
  laplacian(x, residual, unknown, neighbours);
  let left = 0;
  for (const pixel of unknown) {
    const value = -itemAt(residual, pixel);
    residual[pixel] = value;
    direction[pixel] = value;
    left += value * value;
  }
  for (let round = 0; round < MOST_ROUNDS && left > error * error * unknown.length; round++) {
    laplacian(direction, change, unknown, neighbours);
    let along = 0;
    for (const pixel of unknown) along += direction[pixel]! * change[pixel]!;
    const step = left / along;
    const before = left;
    left = 0;
    for (const pixel of unknown) {
      x[pixel]! += step * direction[pixel]!;
      const value = residual[pixel]! - step * change[pixel]!;
      residual[pixel] = value;
      left += value * value;
    }
    const share = left / before;
    for (const pixel of unknown) direction[pixel] = residual[pixel]! + share * direction[pixel]!;
  }
}

/** Writes sum_j w_ij (x_i - x_j) at these pixels i. */
function laplacian(x: Float64Array, into: Float64Array, pixels: Uint32Array, neighbours: Int32Array): void {
  for (const pixel of pixels) {
    const own = itemAt(x, pixel);
    let [near, diagonal] = [0, 0];
    for (let k = 8 * pixel; k < 8 * pixel + 4; k++) {
      const other = neighbours[k]!;
      if (other >= 0) near += own - x[other]!;
    }
    for (let k = 8 * pixel + 4; k < 8 * pixel + 8; k++) {
      const other = neighbours[k]!;
      if (other >= 0) diagonal += own - x[other]!;
    }
    into[pixel] = NEAR * near + DIAGONAL * diagonal;
  }
}
