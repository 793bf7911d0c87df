import { PathlightError } from '../../errors.js';
import type { Cost, Executor, RunOptions } from '../../executor.js';
import { imagesAtOnce, partOf } from '../batches.js';
import { type Paths, selectPaths } from '../integral/integral.js';
import { type Maps, partAt, sameSeeds } from '../maps.js';

export const DEFAULT_FRACTION = 0.25;
export const DEFAULT_MAX_DISTANCE = 0.02;

export interface GuidedOptions {
  /** Share of the elements, those with the smallest gradients, that may move at a time; 0.25 by default. */
  readonly fraction?: number;
  /** How far an element may be from the straight path, as a share of its way: 0.02 by default, 0 is the straight path. */
  readonly maxDistance?: number;
}

/** A rest of the way that is rounding, relative to all of it. */
const EPSILON = 1e-9;

/**
 * Guided integrated gradients: of the ways from the baseline to the image, one that avoids what is noise. In every step the elements with the
 * smallest absolute gradients move first, until the distance |x - point|_1 has fallen by 1/n of the whole; each is credited with the gradient
 * at the step's beginning times its move. No element is ever further than `maxDistance` from where the straight path would have it.
 *
 * Kapishnikov, Venugopalan, Avci, Wedin, Terry, Bolukbasi: Guided integrated gradients: an adaptive path method for removing noise, 2021
 * (arXiv:2106.09788), with the bounds of its section 3.3 and the choices of its authors' implementation.
 *
 * Steps follow one another; what is in one batch is all images, of each seed. Positions are float64, gradients those at their float32.
 */
export async function guidedIntegratedGradients(
  executor: Executor,
  paths: Paths,
  { fraction = DEFAULT_FRACTION, maxDistance = DEFAULT_MAX_DISTANCE, steps }: GuidedOptions & { readonly steps: number },
  run: RunOptions,
): Promise<Maps> {
  if (!(fraction > 0 && fraction <= 1)) throw new PathlightError(`a fraction of ${fraction}`, 'above 0 and at most 1');
  if (!(maxDistance >= 0 && maxDistance <= 1)) throw new PathlightError(`a distance of ${maxDistance} at most`, 'from 0 to 1');
  const { elements } = executor;
  const { count } = paths;
  const values = new Float64Array(count * elements);
  const costs: Cost[] = [];
  let done = 0;
  for (const batch of sameSeeds(paths, imagesAtOnce(elements))) {
    const { inputs, baselines, seeds } = selectPaths(paths, batch);
    const seed = partAt(seeds, 0, executor.classes);
    const guided = batch.map((_, k) => new GuidedPath(partAt(inputs, k, elements), partAt(baselines, k, elements)));
    const images = new Float32Array(batch.length * elements);
    for (let step = 0; step < steps; step++) {
      guided.forEach(({ point }, k) => {
        images.set(point, k * elements);
      });
      const part = partOf(run, done, batch.length, count * steps);
      const { gradients, cost } = await executor.gradients({ images, seed }, part);
      costs.push(cost);
      guided.forEach((path, k) => {
        path.advance(partAt(gradients, k, elements), (step + 1) / steps, { fraction, maxDistance });
      });
      done += batch.length;
    }
    guided.forEach(({ attribution }, k) => {
      values.set(attribution, batch[k]! * elements);
    });
  }
  return { values, accounts: new Array(count).fill({ steps, parameters: { fraction, maxDistance } }), costs };
}

/** One image's way from its baseline. */
class GuidedPath {
  readonly point: Float64Array;
  readonly attribution: Float64Array;
  readonly #length: number;

  constructor(
    private readonly input: Float32Array,
    private readonly baseline: Float32Array,
  ) {
    this.point = Float64Array.from(baseline);
    this.attribution = new Float64Array(input.length);
    this.#length = this.#rest();
  }

  /** Moves elements, those with small gradients first, until a share of 1 - alpha of the way is left. */
  advance(gradient: ArrayLike<number>, alpha: number, { fraction, maxDistance }: Required<GuidedOptions>): void {
    const { point, attribution } = this;
    const before = point.slice();
    const most = this.#at(Math.min(1, alpha + maxDistance));
    this.#catchUp(this.#at(Math.max(0, alpha - maxDistance)));
    for (;;) {
      const rest = this.#rest() - this.#length * (1 - alpha);
      if (rest <= EPSILON * this.#length) break;
      const chosen = this.#smallest(gradient, most, fraction);
      // Where gradients are not numbers nothing can be chosen.
      if (chosen.length === 0) break;
      let possible = 0;
      for (const e of chosen) possible += Math.abs(point[e]! - most[e]!);
      const share = Math.min(1, rest / possible);
      for (const e of chosen) point[e] = share === 1 ? most[e]! : point[e]! + share * (most[e]! - point[e]!);
    }
    for (let e = 0; e < before.length; e++) attribution[e]! += gradient[e]! * (point[e]! - before[e]!);
  }

  /** What has fallen behind the straight path too far. */
  #catchUp(least: Float64Array): void {
    const { input, point } = this;
    for (let e = 0; e < least.length; e++) {
      if (Math.abs(input[e]! - point[e]!) > Math.abs(input[e]! - least[e]!)) point[e] = least[e]!;
    }
  }

  /** Of the elements that may still move, those up to the quantile `fraction` of all gradients, elements that may not counting as the largest. */
  #smallest(gradient: ArrayLike<number>, most: Float64Array, fraction: number): Uint32Array {
    const { point } = this;
    const sizes = new Float64Array(point.length);
    for (let e = 0; e < sizes.length; e++) sizes[e] = point[e] === most[e] ? Number.POSITIVE_INFINITY : Math.abs(gradient[e]!);
    const threshold = Math.min(sizes.slice().sort()[Math.floor(fraction * (sizes.length - 1))]!, Number.MAX_VALUE);
    const chosen = new Uint32Array(sizes.length);
    let count = 0;
    for (let e = 0; e < sizes.length; e++) if (sizes[e]! <= threshold) chosen[count++] = e;
    return chosen.subarray(0, count);
  }

  /** The straight path at alpha; at 1 the image itself. */
  #at(alpha: number): Float64Array {
    const { input, baseline } = this;
    if (alpha === 1) return Float64Array.from(input);
    const points = new Float64Array(input.length);
    for (let e = 0; e < points.length; e++) points[e] = baseline[e]! + alpha * (input[e]! - baseline[e]!);
    return points;
  }

  #rest(): number {
    const { input, point } = this;
    let rest = 0;
    for (let e = 0; e < point.length; e++) rest += Math.abs(input[e]! - point[e]!);
    return rest;
  }
}
