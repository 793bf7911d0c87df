import { Evaluator } from '../../src/edit/evaluator.js';
import type { LadderOptions } from '../../src/edit/ladder.js';
import type { Paint } from '../../src/edit/paint.js';
import { applyPaint } from '../../src/edit/paint.js';
import type { Attributions, RepairProblem } from '../../src/edit/problem.js';
import type { Find, Search } from '../../src/edit/search/search.js';
import { pixelPatches } from '../../src/tensor/pixels.js';
import { type FakeExecutor, fakeExecutor, type Model, marginOf } from './fake_executor.js';

/** An image of one channel with values from 0 to 1 and a black background. */
export function greyProblem(image: ArrayLike<number>, target: number): RepairProblem {
  return {
    image: Float32Array.from(image),
    pixels: { pixels: image.length, channels: 1, layout: 'nchw' },
    patches: pixelPatches(image.length),
    range: { black: Float32Array.of(0), white: Float32Array.of(1) },
    background: Float32Array.of(0),
    target,
  };
}

/** The executor and the evaluator of a model that is a plain function. */
export function trialOf(model: Model, problem: RepairProblem): { evaluator: Evaluator; executor: FakeExecutor } {
  const executor = fakeExecutor(model, problem.image.length);
  return { executor, evaluator: new Evaluator(executor, problem, undefined, () => {}) };
}

/** The margin of a set of painted pixels, computed without candidates. */
export function marginOfSet(model: Model, problem: RepairProblem, paint: Paint, set: ArrayLike<number>): number {
  return marginOf(model(applyPaint(problem, paint, Uint32Array.from(set))), problem.target);
}

/** All sets of `size` numbers below `count`. */
export function* subsets(count: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first < count; first++) {
    for (const rest of subsets(count, size - 1, first + 1)) {
      yield [first, ...rest];
    }
  }
}

/** The patches of the first find of a search. */
export async function firstFind(search: Search): Promise<Uint32Array | undefined> {
  const step = await search.next();
  return step.done ? undefined : step.value[0]!.patches;
}

/** Everything that a search yields, and its final reason. */
export async function drain(search: Search): Promise<{ finds: Find[][]; ending: string }> {
  const finds: Find[][] = [];
  for (;;) {
    const step = await search.next();
    if (step.done) {
      return { finds, ending: step.value.message };
    }
    finds.push([...step.value]);
  }
}

/** The same map for every strategy. */
export function constantMaps(map: Float32Array): Attributions {
  const give = async () => map;
  return { contrast: give, target: give, saliency: give, flipTarget: give, flipContrast: give };
}

/** Options with which every edit survives saving. */
export function optionsOf(options: Partial<LadderOptions> = {}): LadderOptions {
  return { survives: async () => true, ...options };
}
