import type { RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { Xoshiro128 } from '../../../tensor/random.js';
import type { AttributionMethod } from '../../method.js';
import type { Coalitions, PatchOptions, SampleOptions } from './coalitions.js';
import { patchOption, samplesOption } from './coalitions.js';
import { overPatches, type PatchParameters } from './over_patches.js';

/**
 * Shapley values of patches: the mean over all orders of what a patch adds to f when patches of the image are uncovered one after another.
 *
 *   phi_i = sum over S without i of |S|! (P - |S| - 1)! / P! (f(S and i) - f(S))
 *
 * Exactly so where all 2^P subsets are at most `samples`. Otherwise the mean over random orders, each followed by its reverse. Shapley: A value
 * for n-person games, 1953; sampled as by Castro, Gomez, Tejada: Polynomial calculation of the Shapley value based on sampling, 2009. Reverse
 * orders: Mitchell, Cooper, Frank, Holmes: Sampling permutations for Shapley value estimation, 2022 (arXiv:2104.12199). Either way
 * values sum to f(x) - f(b).
 */
export const shapley: AttributionMethod<'shapley', PatchOptions & SampleOptions, PatchParameters> = {
  name: 'shapley',
  title: 'Shapley values',
  path: 'none',
  baseline: 'cover',
  options: { ...patchOption, ...samplesOption },
  needs: { requests: ['forward'], pixels: true, patches: true },
  complete: true,
  summary: { when: 'a fair share for each region, without gradients', gradients: '0', forwards: 'samples', sums: 'yes' },
  words: ({ patches, exact }, { plural }) =>
    patches === undefined ? [] : [`${plural(patches, 'patch', 'patches')}, ${exact ? 'all subsets' : 'sampled'}`],
  maps: overPatches(async (game, patches, samples, seed, run) => {
    const exact = 2 ** patches <= samples;
    return { values: exact ? await exactly(game, patches, run) : await sampled(game, patches, samples, seed, run), exact };
  }),
};

async function exactly(game: Coalitions, patches: number, run: RunOptions): Promise<Float64Array> {
  const scores = await game.scores(2 ** patches, (subset, patch) => ((subset >>> patch) & 1) === 1, run);
  // weights[s] = s! (P - s - 1)! / P!, for subsets of s patches.
  const weights = new Float64Array(patches);
  weights[0] = 1 / patches;
  for (let size = 1; size < patches; size++) weights[size] = (itemAt(weights, size - 1) * size) / (patches - size);
  const values = new Float64Array(patches);
  scores.forEach((score, subset) => {
    let size = 0;
    for (let rest = subset; rest > 0; rest >>>= 1) size += rest & 1;
    for (let patch = 0; patch < patches; patch++) {
      const seen = ((subset >>> patch) & 1) === 1;
      const term = seen ? itemAt(weights, size - 1) * score : -itemAt(weights, size) * score;
      values[patch] = itemAt(values, patch) + term;
    }
  });
  return values;
}

async function sampled(game: Coalitions, patches: number, samples: number, seed: number, run: RunOptions): Promise<Float64Array> {
  const random = Xoshiro128.fromSeed(seed);
  const all = Uint32Array.from({ length: patches }, (_, patch) => patch);
  const count = Math.max(1, Math.floor((samples - 2) / Math.max(1, patches - 1)));
  const orders: Uint32Array[] = [];
  while (orders.length < count) {
    const order = random.shuffle(all);
    orders.push(order, order.slice().reverse());
  }
  orders.length = count;
  // places[order][patch]: how many patches are uncovered before it.
  const places = orders.map((order) => {
    const own = new Uint32Array(patches);
    order.forEach((patch, place) => {
      own[patch] = place;
    });
    return own;
  });
  // No patch, every patch, and of each order 1 to P - 1 patches.
  const inner = patches - 1;
  const scores = await game.scores(
    2 + count * inner,
    (k, patch) => (k < 2 ? k === 1 : itemAt(itemAt(places, Math.floor((k - 2) / inner)), patch) <= (k - 2) % inner),
    run,
  );
  const values = new Float64Array(patches);
  orders.forEach((order, index) => {
    let before = itemAt(scores, 0);
    order.forEach((patch, place) => {
      const after = itemAt(scores, place === inner ? 1 : 2 + index * inner + place);
      values[patch] = itemAt(values, patch) + (after - before) / count;
      before = after;
    });
  });
  return values;
}
