import { describe, expect, test } from 'vitest';
import { applyPaint, flipPaint } from '../../../src/edit/paint.js';
import type { RepairProblem } from '../../../src/edit/problem.js';
import { searchGreedy } from '../../../src/edit/search/greedy.js';
import { linearModel, type Model, marginOf, reluModel } from '../../support/fake_executor.js';
import { mulberry32 } from '../../support/random.js';
import { drain, firstFind, greyProblem, marginOfSet, trialOf } from '../../support/repair_problem.js';

const BUDGET = { candidates: 1e6, milliseconds: 60_000 };

const SCORES = {
  margin: marginOf,
  probability: (outputs: readonly number[], target: number) =>
    1 / outputs.reduce((sum, output) => sum + Math.exp(output - outputs[target]!), 0),
};

/** One-at-a-time greedy: flips the pixel with the largest score until the class is reached. Returns the number of flips, or Infinity. */
function plainGreedy(model: Model, problem: RepairProblem, score: keyof typeof SCORES): number {
  const paint = flipPaint(problem);
  const chosen: number[] = [];
  while (chosen.length < problem.pixels.pixels) {
    const children = Array.from({ length: problem.pixels.pixels }, (_, pixel) => pixel)
      .filter((pixel) => !chosen.includes(pixel))
      .map((pixel) => ({ pixel, outputs: model(applyPaint(problem, paint, Uint32Array.of(...chosen, pixel))) }));
    const scores = children.map(({ outputs }) => SCORES[score](outputs, problem.target));
    chosen.push(children[scores.indexOf(Math.max(...scores))]!.pixel);
    if (children.some(({ outputs }) => marginOf(outputs, problem.target) > 0)) {
      return chosen.length;
    }
  }
  return Infinity;
}

describe('searchGreedy', () => {
  test('flips the k largest gains of a linear model', async () => {
    // margin = -10 + sum of gains of the flipped pixels: 6 + 3 is not enough, 6 + 3 + 2 is.
    const gains = [2, -1, 6, 1, 3, 0.5];
    const model = linearModel([new Array(6).fill(0), gains], [0, -10]);
    const problem = greyProblem(new Array(6).fill(0), 1);
    const { evaluator } = trialOf(model, problem);
    const flips = await firstFind(searchGreedy(evaluator, flipPaint(problem), { beam: 1, limit: 6, budget: BUDGET }));
    expect(flips).toEqual(Uint32Array.of(2, 4, 0));
  });

  test('a margin of 0 does not reach the class', async () => {
    // The first two flips make both outputs equal, the third decides.
    const model = linearModel([new Array(3).fill(0), [2, 1, 0.5]], [0, -3]);
    const problem = greyProblem(new Array(3).fill(0), 1);
    const { evaluator } = trialOf(model, problem);
    const { finds } = await drain(searchGreedy(evaluator, flipPaint(problem), { beam: 1, limit: 3, budget: BUDGET }));
    expect(finds.map(([find]) => find!.patches.length)).toEqual([3]);
  });

  test.each([
    ['margin', 8],
    ['margin', 1],
    ['probability', 8],
    ['probability', 1],
  ] as const)(
    'is never worse than plain greedy by %s on 50 random networks, and better somewhere with a beam of 8 (beam %i)',
    async (score, beam) => {
      let better = 0;
      let compared = 0;
      for (let seed = 0; seed < 50; seed++) {
        const model = reluModel(seed, 16, 8, 6);
        const image = Float32Array.from({ length: 16 }, mulberry32(1000 + seed));
        const outputs = model(image);
        const target = outputs.indexOf([...outputs].sort((a, b) => b - a)[2]!);
        const problem = greyProblem(image, target);
        const { evaluator } = trialOf(model, problem);
        const flips = await firstFind(searchGreedy(evaluator, flipPaint(problem), { beam, limit: 16, budget: BUDGET }));
        const plain = plainGreedy(model, problem, score);
        if (flips === undefined) {
          expect(plain, `seed ${seed}`).toBe(Infinity);
          continue;
        }
        expect(marginOfSet(model, problem, flipPaint(problem), flips)).toBeGreaterThan(0);
        expect(flips.length, `seed ${seed}`).toBeLessThanOrEqual(plain);
        compared++;
        better += flips.length < plain ? 1 : 0;
      }
      expect(compared).toBeGreaterThan(15);
      expect(better).toBeGreaterThanOrEqual(beam === 8 ? 1 : 0);
    },
  );

  // Sets of white pixels with the two other outputs; the target's is 0. The second of these lowers the probability, not the margin.
  const POOR = [9, 9];
  const START = { '0': [2, 2], '2': [2.2, -9] };
  test.each([
    ['margin', { ...START, '0,1': [1.5, 1.5], '2,3': [1, -9], '2,4': [1.2, 1.2], '0,1,4': [-1, -1] }, [0, 1, 4]],
    ['probability', { ...START, '0,1': [1, 1], '0,3': [1.2, 1.2], '2,3': [1.4, -9], '2,3,4': [-1, -1] }, [2, 3, 4]],
  ])('follows the chain by %s where the beam turns away from it', async (_, table: Record<string, number[]>, expected) => {
    const model: Model = (image) => {
      const white = [0, 1, 2, 3, 4].filter((pixel) => image[pixel] === 1);
      const [first, second] = table[white.join(',')] ?? POOR;
      return [first!, 0, second!];
    };
    const problem = greyProblem(new Array(5).fill(0), 1);
    const search = searchGreedy(trialOf(model, problem).evaluator, flipPaint(problem), { beam: 1, limit: 3, budget: BUDGET });
    expect([...((await firstFind(search)) ?? [])]).toEqual(expected);
  });

  test('a beam finds a pair whose single flips are both poor', async () => {
    // Pixels 0 and 1 together reach the class, each alone costs; every other pixel gains a little, never enough.
    const model: Model = (image) => {
      const others = Array.from(image)
        .slice(2)
        .reduce((sum, x) => sum + 0.1 * x, 0);
      return [1, others + (image[0]! * image[1]! > 0 ? 2 : -0.2 * (image[0]! + image[1]!))];
    };
    const problem = greyProblem(new Array(6).fill(0), 1);
    const flips = async (beam: number) => {
      const { finds } = await drain(
        searchGreedy(trialOf(model, problem).evaluator, flipPaint(problem), { beam, limit: 2, budget: BUDGET }),
      );
      return finds.map(([find]) => [...find!.patches].sort());
    };
    expect(await flips(1)).toEqual([]);
    expect(await flips(6)).toEqual([[0, 1]]);
  });

  test('of the successes of a round the largest margin comes first, each set once', async () => {
    const model = linearModel([new Array(3).fill(0), [3, 2, 1]], [0, -3.5]);
    const problem = greyProblem(new Array(3).fill(0), 1);
    const search = searchGreedy(trialOf(model, problem).evaluator, flipPaint(problem), { beam: 8, limit: 2, budget: BUDGET });
    const { finds, ending } = await drain(search);
    expect(finds.map(([find]) => [...find!.patches].sort())).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(ending).toMatch(/^no set of at most 2 flips that was tried reaches the class; its largest probability among them is/);
  });

  test.each([
    ['candidates', { candidates: 7, milliseconds: 60_000 }, /^the budget ended in round 2, after 7 candidates/],
    ['time', { candidates: 1e6, milliseconds: 0 }, /^the budget ended in round 1, after 0 candidates/],
  ])('ends with the budget of %s', async (_, budget, ending) => {
    const model = linearModel([new Array(6).fill(0), new Array(6).fill(0.1)], [0, -10]);
    const problem = greyProblem(new Array(6).fill(0), 1);
    const result = await drain(searchGreedy(trialOf(model, problem).evaluator, flipPaint(problem), { beam: 8, limit: 6, budget }));
    expect(result.finds).toEqual([]);
    expect(result.ending).toMatch(ending);
  });

  test.each([1, 8])('evaluates no image twice, and counts those that it evaluates (beam %i)', async (beam) => {
    let rounds = 0;
    for (let seed = 0; seed < 20; seed++) {
      const network = reluModel(seed, 12, 8, 6);
      const image = Float32Array.from({ length: 12 }, mulberry32(2000 + seed));
      const outputs = network(image);
      const problem = greyProblem(image, outputs.indexOf(Math.min(...outputs)));
      const seen: string[] = [];
      const { evaluator } = trialOf((edited) => {
        seen.push(Array.from(edited).join());
        return network(edited);
      }, problem);
      seen.length = 0; // The executor has asked how many classes there are.
      const { finds } = await drain(searchGreedy(evaluator, flipPaint(problem), { beam, limit: 5, budget: BUDGET }));
      expect(new Set(seen).size, `seed ${seed}`).toBe(seen.length);
      expect(evaluator.candidates, `seed ${seed}`).toBe(seen.length);
      rounds += finds.length === 0 || finds[0]![0]!.patches.length > 1 ? 1 : 0;
    }
    expect(rounds).toBeGreaterThan(5);
  });

  test('an image of its own opposite cannot be flipped', async () => {
    const problem = greyProblem([0.5, 0.5], 1);
    const model = linearModel([[0, 0], [1, 1]], [5, 0]); // biome-ignore format: one row a class
    const result = await drain(searchGreedy(trialOf(model, problem).evaluator, flipPaint(problem), { beam: 8, limit: 2, budget: BUDGET }));
    expect(result).toEqual({ finds: [], ending: 'nothing would change its colour' });
  });
});
