import type { RunOptions } from '../../../executor.js';
import { itemAt } from '../../../tensor/items.js';
import { Xoshiro128 } from '../../../tensor/random.js';
import type { AttributionMethod } from '../../method.js';
import { type Coalitions, type PatchOptions, patchOption, type SampleOptions, samplesOption } from './coalitions.js';
import { overPatches, type PatchParameters } from './over_patches.js';

/**
 * Kernel SHAP: the linear function of the patches that are seen which is nearest to f, in the sense of
 *
 *   sum over S of w(|S|) (f(b) + sum over i in S of phi_i - f(S))^2,   w(s) = (P - 1) / (C(P, s) s (P - s)),
 *
 * among those for which all phi sum to f(x) - f(b). Lundberg, Lee: A unified approach to interpreting model predictions, 2017 (arXiv:1705.07874).
 * With all subsets its solution are the Shapley values: so where there are at most `samples` of them. Otherwise subsets are drawn
 * with chances in proportion to w, each followed by its complement (Covert, Lee: Improving KernelSHAP, 2021, arXiv:2012.01536).
 */
export const kernelShap: AttributionMethod<'kernel-shap', PatchOptions & SampleOptions, PatchParameters> = {
  name: 'kernel-shap',
  title: 'Kernel SHAP',
  path: 'none',
  baseline: 'cover',
  options: { ...patchOption, ...samplesOption },
  needs: { requests: ['forward'], pixels: true, patches: true },
  complete: true,
  summary: { when: 'the same by regression; better with few samples', gradients: '0', forwards: 'samples', sums: 'yes' },
  words: ({ patches, exact }, { plural }) =>
    patches === undefined ? [] : [`${plural(patches, 'patch', 'patches')}, ${exact ? 'all subsets' : 'sampled'}`],
  maps: overPatches(async (game, patches, samples, seed, run) => {
    const exact = 2 ** patches <= samples;
    const subsets = exact ? allSubsets(patches) : drawnSubsets(patches, Math.max(2, samples - 2), Xoshiro128.fromSeed(seed));
    return { values: await regress(game, patches, subsets, run), exact };
  }),
};

/** Subsets of patches, none of them empty or whole, each with the weight of its error. */
interface Subsets {
  readonly count: number;
  readonly has: (subset: number, patch: number) => boolean;
  readonly weight: (subset: number) => number;
}

function allSubsets(patches: number): Subsets {
  return {
    count: 2 ** patches - 2,
    has: (subset, patch) => (((subset + 1) >>> patch) & 1) === 1,
    weight: (subset) => {
      let size = 0;
      for (let rest = subset + 1; rest > 0; rest >>>= 1) size += rest & 1;
      let choices = 1;
      for (let k = 1; k <= size; k++) choices = (choices * (patches - size + k)) / k;
      return 1 / (choices * size * (patches - size));
    },
  };
}

function drawnSubsets(patches: number, samples: number, random: Xoshiro128): Subsets {
  const all = Uint32Array.from({ length: patches }, (_, patch) => patch);
  // The chance of a size s is in proportion to 1 / (s (P - s)).
  const chances = Float64Array.from({ length: patches - 1 }, (_, k) => 1 / ((k + 1) * (patches - k - 1)));
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  const members: Uint8Array[] = [];
  while (members.length < samples) {
    let left = random.uniform() * total;
    let size = 1;
    for (; size < patches - 1 && left >= itemAt(chances, size - 1); size++) left -= itemAt(chances, size - 1);
    const own = new Uint8Array(patches);
    for (const patch of random.shuffle(all).subarray(0, size)) own[patch] = 1;
    members.push(
      own,
      own.map((seen) => 1 - seen),
    );
  }
  members.length = samples;
  return { count: samples, has: (subset, patch) => itemAt(itemAt(members, subset), patch) === 1, weight: () => 1 };
}

/** The phi of the smallest weighted error whose sum is f(x) - f(b): the last patch's is what the others leave. */
async function regress(game: Coalitions, patches: number, subsets: Subsets, run: RunOptions): Promise<Float64Array> {
  const { count, has, weight } = subsets;
  const scores = await game.scores(count + 2, (k, patch) => (k < 2 ? k === 1 : has(k - 2, patch)), run);
  const nothing = itemAt(scores, 0);
  const difference = itemAt(scores, 1) - nothing;
  const unknowns = patches - 1;
  const matrix = Array.from({ length: unknowns }, () => new Float64Array(unknowns));
  const right = new Float64Array(unknowns);
  for (let subset = 0; subset < count; subset++) {
    const w = weight(subset);
    const last = has(subset, unknowns) ? 1 : 0;
    const y = itemAt(scores, subset + 2) - nothing - last * difference;
    const row = Float64Array.from({ length: unknowns }, (_, patch) => (has(subset, patch) ? 1 : 0) - last);
    row.forEach((value, i) => {
      if (value === 0) return;
      right[i] = itemAt(right, i) + w * value * y;
      const own = itemAt(matrix, i);
      row.forEach((other, j) => {
        own[j] = itemAt(own, j) + w * value * other;
      });
    });
  }
  const solved = solve(matrix, right);
  const values = new Float64Array(patches);
  values.set(solved);
  values[unknowns] = difference - solved.reduce((sum, value) => sum + value, 0);
  return values;
}

/** Of the largest diagonal element: added to all of them, so that samples that cannot tell patches apart still give numbers. */
const RIDGE = 1e-12;

/** Solves a positive semidefinite system by Cholesky's decomposition, which overwrites the matrix. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const ridge = RIDGE * matrix.reduce((most, row, i) => Math.max(most, itemAt(row, i)), 0);
  const x = right.slice();
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const other = itemAt(matrix, j);
      let sum = itemAt(row, j) + (i === j ? ridge : 0);
      for (let k = 0; k < j; k++) sum -= itemAt(row, k) * itemAt(other, k);
      row[j] = i === j ? Math.sqrt(Math.max(sum, ridge)) : sum / itemAt(other, j);
    }
    for (let k = 0; k < i; k++) x[i] = itemAt(x, i) - itemAt(row, k) * itemAt(x, k);
    x[i] = itemAt(x, i) / itemAt(row, i);
  });
  for (let i = matrix.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < matrix.length; k++) x[i] = itemAt(x, i) - itemAt(itemAt(matrix, k), i) * itemAt(x, k);
    x[i] = itemAt(x, i) / itemAt(itemAt(matrix, i), i);
  }
  return x;
}
