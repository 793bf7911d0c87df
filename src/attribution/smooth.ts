import { PathlightError } from '../errors.js';
import type { Cost, Executor, RunOptions } from '../executor.js';
import { itemAt } from '../tensor/items.js';
import { Moments } from '../tensor/moments.js';
import type { ImageSpace } from '../tensor/pixels.js';
import { Xoshiro128 } from '../tensor/random.js';
import type { IntegralAccount, SmoothParameters } from './account.js';
import { elementRanges } from './baseline.js';
import { imagesAtOnce, momentsOf, type Products, partOf } from './batches.js';
import { type Paths, selectPaths } from './integral/integral.js';
import { type MapMaker, type Maps, partAt } from './maps.js';
import type { MethodParameters } from './methods/index.js';

/** Share of the range from black to white. The paper finds 10% to 20% best; this is the least of them. */
export const DEFAULT_SIGMA = 0.1;

export interface SmoothOptions {
  /** How many noisy copies of the image are explained; without it, the image itself is. */
  readonly smooth?: number;
  /** Standard deviation of the noise, as a share of the valid range of each channel; 0.1 by default. */
  readonly sigma?: number;
  /** The variance of the copies' maps instead of their mean. */
  readonly variance?: boolean;
  /** Seed of the noise; 0 by default. */
  readonly seed?: number;
}

/**
 * The settings of smoothing; undefined where it is off. Throws PathlightError for values out of range, and for `sigma` or `variance`
 * without `smooth`.
 */
export function smoothParameters({ smooth, sigma, variance = false, seed = 0 }: SmoothOptions): SmoothParameters | undefined {
  if (smooth === undefined) {
    if (sigma !== undefined) throw new PathlightError('smooth.sigma-alone', { sigma });
    if (variance) throw new PathlightError('smooth.variance-alone');
    return undefined;
  }
  const least = variance ? 2 : 1;
  if (!(Number.isInteger(smooth) && smooth >= least)) throw new PathlightError('smooth.copies', { copies: smooth, least });
  const deviation = sigma ?? DEFAULT_SIGMA;
  if (!(deviation > 0 && Number.isFinite(deviation))) throw new PathlightError('smooth.sigma', { sigma: deviation });
  return { samples: smooth, sigma: deviation, of: variance ? 'variance' : 'mean', seed };
}

/**
 * The mean or the variance of a method's maps over noisy copies x + n_k of an image. The noise n_k is normal, independent in every element,
 * with deviation sigma (white - black):
 *
 *   SmoothGrad  1/N sum_k M(x + n_k)             Smilkov et al., 2017 (arXiv:1706.03825)
 *   VarGrad     1/N sum_k (M(x + n_k) - mean)^2  Adebayo et al., 2018 (arXiv:1810.03307)
 *
 * Baseline and target are those of the image itself. Copies are not clipped to the valid range. All images of a batch get the same noise,
 * so that an image has the same map in a batch and alone.
 *
 * A method with a `product` is not asked for maps: the executor averages the products. Of any other method, the map of every copy is made.
 */
export async function smoothMaps(
  executor: Executor,
  paths: Paths,
  { maps, product }: { readonly maps: MapMaker<MethodParameters>; readonly product?: Pick<Products, 'factors'> },
  { samples, sigma, of, seed }: SmoothParameters,
  space: ImageSpace,
  run: RunOptions,
): Promise<Maps<MethodParameters>> {
  const { elements } = executor;
  const { count } = paths;
  const deviations = elementRanges(space).map((range) => sigma * range);
  const values = new Float64Array(count * elements);
  const accounts: IntegralAccount<MethodParameters>[] = [];
  const costs: Cost[] = [];
  for (let index = 0; index < count; index++) {
    const path = selectPaths(paths, [index]);
    const random = Xoshiro128.fromSeed(seed);
    const noisy = (_: number, copy: Float32Array) => {
      path.inputs.forEach((value, e) => {
        copy[e] = value + itemAt(deviations, e) * random.normal();
      });
    };
    const own = partOf(run, index * samples, samples, count * samples);
    const smoothed: Smoothed = product
      ? { ...(await momentsOf(executor, { count: samples, image: noisy, ...product }, path.seeds, own)), account: { steps: 1 } }
      : await mapEach(executor, path, samples, noisy, maps, own);
    const { moments, account } = smoothed;
    values.set(of === 'variance' ? moments.variance() : moments.mean, index * elements);
    accounts.push({ ...account, parameters: { ...account.parameters, smooth: { samples, sigma, of, seed } } });
    costs.push(...smoothed.costs);
  }
  return { values, accounts, costs };
}

/** The maps of all copies of one image, reduced. */
interface Smoothed {
  readonly moments: Moments;
  readonly account: IntegralAccount<MethodParameters>;
  readonly costs: readonly Cost[];
}

/** The moments of the maps of `samples` copies, made batch by batch. */
async function mapEach(
  executor: Executor,
  path: Paths,
  samples: number,
  noisy: Products['image'],
  maps: MapMaker<MethodParameters>,
  run: RunOptions,
): Promise<Smoothed> {
  const { elements } = executor;
  const moments = new Moments(elements);
  const costs: Cost[] = [];
  const atOnce = imagesAtOnce(elements);
  let account: Smoothed['account'] = { steps: 0 };
  for (let first = 0; first < samples; first += atOnce) {
    const count = Math.min(atOnce, samples - first);
    const copies = selectPaths(path, new Array(count).fill(0));
    for (let k = 0; k < count; k++) noisy(first + k, partAt(copies.inputs, k, elements));
    const made = await maps(executor, copies, partOf(run, first, count, samples));
    for (let k = 0; k < count; k++) moments.add(partAt(made.values, k, elements));
    costs.push(...made.costs);
    account = itemAt(made.accounts, 0);
  }
  return { moments, costs, account };
}
