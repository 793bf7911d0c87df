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
  const means = planes.map((plane) => plane.reduce((sum, value) => sum + value, 0) / plane.length);
  const solutions = planes.map((_, channel) => new Float64Array(pixels.pixels).fill(itemAt(means, channel)));
  return (removed) => {
    const all = removed.every((is) => is === 1);
    const imputed = new Float64Array(image.length);
    planes.forEach((plane, channel) => {
      const solution = itemAt(solutions, channel);
      const range = Math.abs(itemAt(space.white, channel) - itemAt(space.black, channel));
      if (all) solution.fill(itemAt(means, channel));
      else solve(plane, solution, removed, space, TOLERANCE * range);
      solution.forEach((value, pixel) => {
        const element = elementOf(pixels, pixel, channel);
        imputed[element] = value + range * itemAt(noise, element);
      });
    });
    return imputed;
  };
}

/** Solves sum_j w_ij (x_i - x_j) = 0 at every removed pixel i, where x is the image at the others. `x` is the first guess, and the result. */
function solve(image: Float64Array, x: Float64Array, removed: Uint8Array, size: Pick<ImageSpace, 'width' | 'height'>, error: number): void {
  const unknown = Uint32Array.from(removed.keys()).filter((pixel) => removed[pixel] === 1);
  removed.forEach((is, pixel) => {
    if (is === 0) x[pixel] = itemAt(image, pixel);
  });
  const dot = (a: Float64Array, b: Float64Array) => unknown.reduce((sum, pixel) => sum + itemAt(a, pixel) * itemAt(b, pixel), 0);
  const residual = new Float64Array(x.length);
  // 0 at known pixels, which do not move.
  const direction = new Float64Array(x.length);
  const change = new Float64Array(x.length);
  for (const pixel of unknown) direction[pixel] = residual[pixel] = -laplacian(x, pixel, size);
  let left = dot(residual, residual);
  for (let round = 0; round < MOST_ROUNDS && left > error * error * unknown.length; round++) {
    for (const pixel of unknown) change[pixel] = laplacian(direction, pixel, size);
    const step = left / dot(direction, change);
    for (const pixel of unknown) {
      x[pixel] = itemAt(x, pixel) + step * itemAt(direction, pixel);
      residual[pixel] = itemAt(residual, pixel) - step * itemAt(change, pixel);
    }
    const before = left;
    left = dot(residual, residual);
    for (const pixel of unknown) direction[pixel] = itemAt(residual, pixel) + (left / before) * itemAt(direction, pixel);
  }
}

function laplacian(values: Float64Array, pixel: number, { width, height }: Pick<ImageSpace, 'width' | 'height'>): number {
  const column = pixel % width;
  const row = (pixel - column) / width;
  const own = itemAt(values, pixel);
  let sum = 0;
  for (let dr = -1; dr <= 1; dr++) {
    for (let dc = -1; dc <= 1; dc++) {
      const [r, c] = [row + dr, column + dc];
      if ((dr === 0 && dc === 0) || r < 0 || c < 0 || r >= height || c >= width) continue;
      sum += (dr === 0 || dc === 0 ? NEAR : DIAGONAL) * (own - itemAt(values, r * width + c));
    }
  }
  return sum;
}
