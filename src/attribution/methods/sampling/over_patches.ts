import type { Cost, Executor, RunOptions } from '../../../executor.js';
import { partOf } from '../../batches.js';
import type { Paths } from '../../integral/integral.js';
import { type Maps, partAt } from '../../maps.js';
import { cutterOf, type MethodContext, spaceOf } from '../../method.js';
import { Coalitions, DEFAULT_SAMPLES, defaultPatch, type PatchOptions, type SampleOptions } from './coalitions.js';

/** What methods over patches tell of themselves. */
export interface PatchParameters {
  /** How many patches the image has. */
  readonly patches: number;
  /** How many evaluations of covered images were allowed. */
  readonly samples: number;
  /** Seed of the draws. */
  readonly seed: number;
  /** Whether all subsets of patches were evaluated, so that nothing was drawn. */
  readonly exact: boolean;
}

/** Finds one value for each patch of an image. */
export type ValuesOfPatches = (
  game: Coalitions,
  patches: number,
  samples: number,
  seed: number,
  run: RunOptions,
) => Promise<{ readonly values: Float64Array; readonly exact: boolean }>;

/** Maps of a method that finds one value for each patch. All images of a batch get the same draws. */
export function overPatches(find: ValuesOfPatches) {
  return async (
    executor: Executor,
    paths: Paths,
    options: PatchOptions & SampleOptions & MethodContext,
    run: RunOptions,
  ): Promise<Maps<PatchParameters>> => {
    const space = spaceOf(options);
    const cut = cutterOf(options);
    const { patch = defaultPatch(space), samples = DEFAULT_SAMPLES, seed = 0 } = options;
    const values = new Float64Array(paths.count * executor.elements);
    const accounts: Maps<PatchParameters>['accounts'][number][] = [];
    const costs: Cost[] = [];
    for (let index = 0; index < paths.count; index++) {
      const patches = cut(partAt(paths.inputs, index, executor.elements), patch);
      const game = new Coalitions(executor, paths, index, patches, space);
      const found = await find(game, patches.count, samples, seed, partOf(run, index * samples, samples, paths.count * samples));
      values.set(game.spread(found.values), index * executor.elements);
      accounts.push({ steps: 1, parameters: { patches: patches.count, samples, seed, exact: found.exact } });
      costs.push(...game.costs);
    }
    return { values, accounts, costs };
  };
}
