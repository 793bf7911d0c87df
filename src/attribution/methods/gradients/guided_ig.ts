import { PathlightError } from '../../../errors.js';
import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, sameSeeds } from '../../maps.js';
import { type AttributionMethod, type MethodContext, pointsOf } from '../../method.js';

export const DEFAULT_FRACTION = 0.25;
export const DEFAULT_MAX_DISTANCE = 0.02;

export interface GuidedOptions {
  /** Share of the elements that may move at a time: those with the smallest gradients. 0.25 by default. */
  readonly fraction?: number;
  /** How far an element may stray from the straight path, as a share of its whole way. 0.02 by default; 0 is the straight path. */
  readonly maxDistance?: number;
}

/** A remaining distance below this share of the whole is rounding. */
const EPSILON = 1e-9;

/**
 * Guided integrated gradients: a path from the baseline to the image that avoids noise. In every step the elements with the smallest
 * absolute gradients move first, until the distance |x - point|_1 has fallen by 1/n of the whole. Each element is credited with its move
 * times the gradient at the beginning of the step. No element strays further than `maxDistance` from its place on the straight path.
 *
 * Kapishnikov, Venugopalan, Avci, Wedin, Terry, Bolukbasi: Guided integrated gradients: an adaptive path method for removing noise, 2021
 * (arXiv:2106.09788), with the bounds of its section 3.3 and the choices of its authors' implementation.
 *
 * Each step needs the one before, so a batch holds one step of all images with the same seed. Positions are float64; gradients are computed
 * at positions rounded to float32.
 */
export const guidedIntegratedGradients: AttributionMethod<'guided-ig', GuidedOptions, Required<GuidedOptions>> = {
  name: 'guided-ig',
  title: 'Guided integrated gradients',
  path: 'points',
  baseline: 'start',
  options: {
    fraction: {
      values: { kind: 'share', from: 'above 0' },
      placeholder: 'f',
      help: `share of the pixels that move at a time (default: ${DEFAULT_FRACTION})`,
    },
    maxDistance: {
      values: { kind: 'share', from: 'from 0' },
      placeholder: 'd',
      help: `distance from the straight path, 0 to 1 (default: ${DEFAULT_MAX_DISTANCE})`,
    },
  },
  needs: { requests: ['gradients'] },
  complete: true,
  summary: {
    when: 'photographs, where straight paths collect noise',
    gradients: 'n, one after another',
    forwards: '2',
    sums: 'as n grows',
  },
  maps,
};

async function maps(
  executor: Executor,
  paths: Paths,
  options: GuidedOptions & MethodContext,
  run: RunOptions,
): Promise<Maps<Required<GuidedOptions>>> {
  const steps = pointsOf(guidedIntegratedGradients, options);
  const { fraction = DEFAULT_FRACTION, maxDistance = DEFAULT_MAX_DISTANCE } = options;
  if (!(fraction > 0 && fraction <= 1)) throw new PathlightError('method.fraction', { fraction });
  if (!(maxDistance >= 0 && maxDistance <= 1)) throw new PathlightError('method.distance', { distance: maxDistance });
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
      values.set(attribution, itemAt(batch, k) * elements);
    });
  }
  return { values, accounts: new Array(count).fill({ steps, parameters: { fraction, maxDistance } }), costs };
}

/** The path of one image, from its baseline. */
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

  /** Moves elements, those with small gradients first, until 1 - alpha of the whole distance is left. */
  advance(gradient: ArrayLike<number>, alpha: number, { fraction, maxDistance }: Required<GuidedOptions>): void {
    const { point, attribution } = this;
    const before = point.slice();
    const most = this.#at(Math.min(1, alpha + maxDistance));
    this.#catchUp(this.#at(Math.max(0, alpha - maxDistance)));
    for (;;) {
      const rest = this.#rest() - this.#length * (1 - alpha);
      if (rest <= EPSILON * this.#length) break;
      const chosen = this.#smallest(gradient, most, fraction);
      // Where gradients are NaN, no element can be chosen.
      if (chosen.length === 0) break;
      let possible = 0;
      for (const e of chosen) possible += Math.abs(itemAt(point, e) - itemAt(most, e));
      const share = Math.min(1, rest / possible);
      for (const e of chosen) point[e] = share === 1 ? itemAt(most, e) : itemAt(point, e) + share * (itemAt(most, e) - itemAt(point, e));
    }
    before.forEach((start, e) => {
      attribution[e] = itemAt(attribution, e) + itemAt(gradient, e) * (itemAt(point, e) - start);
    });
  }

  /** Moves elements that have fallen too far behind the straight path up to `least`. */
  #catchUp(least: Float64Array): void {
    const { input, point } = this;
    least.forEach((nearest, e) => {
      const end = itemAt(input, e);
      if (Math.abs(end - itemAt(point, e)) > Math.abs(end - nearest)) point[e] = nearest;
    });
  }

  /**
   * The elements that move next: those whose absolute gradient is at most the quantile `fraction` over all elements. Elements that may not
   * move any further count as infinite.
   */
  #smallest(gradient: ArrayLike<number>, most: Float64Array, fraction: number): Uint32Array {
    const { point } = this;
    const sizes = point.map((position, e) => (position === most[e] ? Number.POSITIVE_INFINITY : Math.abs(itemAt(gradient, e))));
    const threshold = Math.min(itemAt(sizes.slice().sort(), Math.floor(fraction * (sizes.length - 1))), Number.MAX_VALUE);
    const chosen = new Uint32Array(sizes.length);
    let count = 0;
    sizes.forEach((size, e) => {
      if (size <= threshold) chosen[count++] = e;
    });
    return chosen.subarray(0, count);
  }

  /** The point of the straight path at alpha; at 1 exactly the image. */
  #at(alpha: number): Float64Array {
    const { input, baseline } = this;
    if (alpha === 1) return Float64Array.from(input);
    return Float64Array.from(baseline, (start, e) => start + alpha * (itemAt(input, e) - start));
  }

  #rest(): number {
    const { input, point } = this;
    let rest = 0;
    point.forEach((position, e) => {
      rest += Math.abs(itemAt(input, e) - position);
    });
    return rest;
  }
}
