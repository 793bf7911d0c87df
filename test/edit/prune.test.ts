import { describe, expect, test } from 'vitest';
import { flipPaint } from '../../src/edit/paint.js';
import { prune, without } from '../../src/edit/prune.js';
import { linearModel, reluModel } from '../support/fake_executor.js';
import { mulberry32 } from '../support/random.js';
import { greyProblem, marginOfSet, trialOf } from '../support/repair_problem.js';

/** Networks and random sets of flips that reach the least likely class. */
function* successfulSets(pixels: number, seeds: number) {
  for (let seed = 0; seed < seeds; seed++) {
    const uniform = mulberry32(seed);
    const model = reluModel(seed, pixels, 12, 3);
    const image = Float32Array.from({ length: pixels }, uniform);
    const outputs = model(image);
    const problem = greyProblem(image, outputs.indexOf(Math.min(...outputs)));
    const paint = flipPaint(problem);
    const set = Uint32Array.from({ length: pixels }, (_, i) => i).filter(() => uniform() < 0.7);
    if (marginOfSet(model, problem, paint, set) > 0) {
      yield { model, problem, paint, set };
    }
  }
}

describe('prune', () => {
  test.each([
    [12, 200],
    [90, 120],
  ])('ends at a 1-minimal subset (%i pixels)', async (pixels, seeds) => {
    let sets = 0;
    for (const { model, problem, paint, set } of successfulSets(pixels, seeds)) {
      const { trail, minimal } = await prune(trialOf(model, problem).evaluator, paint, set);
      const last = trail.at(-1)!;
      expect(minimal).toBe(true);
      expect(trail[0]).toEqual(set);
      for (const step of trail) {
        expect(marginOfSet(model, problem, paint, step)).toBeGreaterThan(0);
        expect([...step]).toEqual([...set].filter((pixel) => step.includes(pixel)));
      }
      for (let position = 0; last.length > 1 && position < last.length; position++) {
        expect(marginOfSet(model, problem, paint, without(last, [position]))).toBeLessThanOrEqual(0);
      }
      sets++;
    }
    expect(sets).toBeGreaterThan(5);
  });

  test('undoes what the class needs least: of a linear model the k largest gains are left', async () => {
    const gains = Array.from({ length: 200 }, (_, i) => ((i * 37) % 200) / 10); // 0 to 19.9, shuffled
    const model = linearModel([new Array(200).fill(0), gains], [0, -100]);
    const problem = greyProblem(new Array(200).fill(0), 1);
    const { evaluator } = trialOf(model, problem);
    const all = Uint32Array.from({ length: 200 }, (_, i) => i);
    const last = (await prune(evaluator, flipPaint(problem), all)).trail.at(-1)!;
    // 19.9 + 19.8 + 19.7 + 19.6 + 19.5 = 98.5 is not enough; one more is.
    expect(last.length).toBe(6);
    // One round of 200 single undos and 168 prefixes leaves the 32 largest gains; then 32 + 31 + ... + 6. All singly: 20,085.
    expect(evaluator.candidates).toBe(200 + 168 + ((32 + 6) * 27) / 2);
  });

  test('undoes nothing that leaves a margin of 0, which is not the class', async () => {
    const model = linearModel([new Array(3).fill(0), [2, 1, 0.5]], [0, -3]);
    const problem = greyProblem(new Array(3).fill(0), 1);
    const { trail, minimal } = await prune(trialOf(model, problem).evaluator, flipPaint(problem), Uint32Array.of(0, 1, 2));
    expect(trail.map((set) => [...set])).toEqual([[0, 1, 2]]);
    expect(minimal).toBe(true);
  });

  test('never undoes the last pixel', async () => {
    const model = linearModel([[0], [0]], [0, 1]); // reaches the class whatever the pixel is
    const problem = greyProblem([0], 1);
    const { trail, minimal } = await prune(trialOf(model, problem).evaluator, flipPaint(problem), Uint32Array.of(0));
    expect(trail.map((set) => [...set])).toEqual([[0]]);
    expect(minimal).toBe(true);
  });

  test('ends with the budget, with what it has by then, and claims nothing', async () => {
    const gains = Array.from({ length: 20 }, (_, i) => i + 1);
    const model = linearModel([new Array(20).fill(0), gains], [0, -18.5]);
    const problem = greyProblem(new Array(20).fill(0), 1);
    const { evaluator } = trialOf(model, problem);
    const all = Uint32Array.from({ length: 20 }, (_, i) => i);
    const pruned = await evaluator.within({ candidates: 50, milliseconds: 60_000 }, () => prune(evaluator, flipPaint(problem), all));
    // 20 + 19 candidates leave 18 patches; 18 more are tried, and then the budget is spent.
    expect(pruned.trail.map(({ length }) => length)).toEqual([20, 19, 18]);
    expect(pruned.minimal).toBe(false);
    expect(evaluator.spent).toBe(false);
  });
});
