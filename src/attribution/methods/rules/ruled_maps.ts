import type { Cost, Executor, RunOptions } from '../../../executor.js';
import type { RuleSet } from '../../../graph/passes/rules/rule_set.js';
import { imagesAtOnce, partOf } from '../../batches.js';
import { type Paths, selectPaths } from '../../integral/integral.js';
import { type Maps, partAt, sameSeeds } from '../../maps.js';

/** Which operators a backward pass by rules had none for, as `result.json` tells it. */
export interface RuledParameters {
  /** The operators that have no rule, and were passed by their gradient. */
  readonly byGradient?: readonly string[];
}

/** Maps that are what a backward pass by rules leaves at each image. */
export async function mapsByRules<P extends RuledParameters>(
  executor: Executor,
  paths: Paths,
  rules: RuleSet,
  parametersOf: (found: RuledParameters) => P,
  run: RunOptions,
): Promise<Maps<P>> {
  const { elements } = executor;
  const { count } = paths;
  const values = new Float64Array(count * elements);
  const costs: Cost[] = [];
  let parameters = parametersOf({});
  let done = 0;
  for (const batch of sameSeeds(paths, imagesAtOnce(elements))) {
    const { inputs: images, seeds } = selectPaths(paths, batch);
    const seed = partAt(seeds, 0, executor.classes);
    const found = await executor.ruledGradients({ images, seed, rules }, partOf(run, done, batch.length, count));
    done += batch.length;
    costs.push(found.cost);
    parameters = parametersOf(found.byGradient.length > 0 ? { byGradient: found.byGradient } : {});
    batch.forEach((index, k) => {
      values.set(partAt(found.gradients, k, elements), index * elements);
    });
  }
  const account = { steps: 1, ...(Object.keys(parameters).length > 0 && { parameters }) };
  return { values, accounts: new Array(count).fill(account), costs };
}
