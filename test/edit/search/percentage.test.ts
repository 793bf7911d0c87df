import { describe, expect, test } from 'vitest';
import { flipPaint, signPaint } from '../../../src/edit/paint.js';
import { checkPercent, searchPrefixes } from '../../../src/edit/search/percentage.js';
import { linearModel, type Model } from '../../support/fake_executor.js';
import { drain, greyProblem, trialOf } from '../../support/repair_problem.js';

/** Reaches class 1 with exactly these numbers of white pixels. */
const reachedAt =
  (...counts: number[]): Model =>
  (image) => [0.5, counts.includes(Array.from(image).filter((x) => x === 1).length) ? 1 : 0];

const BUDGET = { candidates: 1e6, milliseconds: 60_000 };
const ORDER = Uint32Array.of(4, 2, 0, 1, 3);

describe('searchPrefixes', () => {
  test('finds every length that reaches the class, also where the class is lost again', async () => {
    const problem = greyProblem(new Array(5).fill(0), 1);
    const { evaluator, executor } = trialOf(reachedAt(2, 5), problem);
    const { finds } = await drain(searchPrefixes(evaluator, ORDER, flipPaint(problem), 'search', BUDGET));
    expect(finds.map(([find]) => [...find!.patches])).toEqual([
      [4, 2],
      [4, 2, 0, 1, 3],
    ]);
    expect(finds.map(([find]) => find!.percent)).toEqual([40, 100]);
    expect(executor.batches).toEqual([5]);
  });

  test('pixels that have their colour already count for the percentage, not as changed, and are no candidates of their own', async () => {
    const problem = greyProblem([0, 0, 1, 0, 0], 1); // pixel 2 is white already
    const paint = signPaint(problem, Float64Array.of(1, 1, 1, 1, 1));
    const { evaluator, executor } = trialOf(reachedAt(3), problem);
    const { finds } = await drain(searchPrefixes(evaluator, ORDER, paint, 'search', BUDGET));
    expect(finds.map(([find]) => [...find!.patches])).toEqual([[4, 0]]);
    expect(finds[0]![0]!.percent).toBe(60);
    expect(executor.batches).toEqual([4]);
  });

  test('a percentage is one candidate, rounded to whole pixels', async () => {
    const problem = greyProblem(new Array(5).fill(0), 1);
    const { evaluator, executor } = trialOf(reachedAt(2, 5), problem);
    const { finds } = await drain(searchPrefixes(evaluator, ORDER, flipPaint(problem), 47, BUDGET)); // 2.35 pixels
    expect(finds.map(([find]) => [...find!.patches])).toEqual([[4, 2]]);
    evaluator.restart();
    const up = await drain(searchPrefixes(evaluator, ORDER, flipPaint(problem), 33, BUDGET)); // 1.65 pixels
    expect(up.finds.map(([find]) => [...find!.patches])).toEqual([[4, 2]]);
    evaluator.restart();
    const failed = await drain(searchPrefixes(evaluator, ORDER, flipPaint(problem), 60, BUDGET));
    expect(failed.finds).toEqual([]);
    expect(failed.ending).toMatch(/^changing the first 3 of 5 pixels does not reach the class; its probability is then 0\.3/);
    expect(executor.batches).toEqual([1, 1, 1]);
  });

  test('a find is yielded before longer prefixes are evaluated', async () => {
    const problem = greyProblem(new Array(1000).fill(0), 1);
    const { evaluator } = trialOf(reachedAt(3), problem);
    const order = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const first = await searchPrefixes(evaluator, order, flipPaint(problem), 'search', BUDGET).next();
    expect(first.done).toBe(false);
    expect(evaluator.candidates).toBeLessThan(100);
  });

  test('tells lengths of later batches right', async () => {
    const problem = greyProblem(new Array(400).fill(0), 1);
    const { evaluator, executor } = trialOf(reachedAt(150), problem);
    const order = Uint32Array.from({ length: 400 }, (_, i) => 399 - i);
    const { finds } = await drain(searchPrefixes(evaluator, order, flipPaint(problem), 'search', BUDGET));
    expect(finds.map(([find]) => find!.patches)).toEqual([order.slice(0, 150)]);
    expect(executor.batches[0]).toBeLessThan(150);
  });

  test('of a very long order every length up to 1,024 is tried, then ever fewer, and the reason says so', async () => {
    const problem = greyProblem(new Array(5000).fill(0), 1);
    const { evaluator } = trialOf(reachedAt(3000, 5000), problem);
    const order = Uint32Array.from({ length: 5000 }, (_, i) => i);
    const { finds, ending } = await drain(searchPrefixes(evaluator, order, flipPaint(problem), 'search', BUDGET));
    // 3,000 may fall between two lengths; the last is always tried. 1,024 1.01^n = 5,000 for n = 159; rounding up makes it fewer.
    expect(finds.at(-1)![0]!.patches.length).toBe(5000);
    expect(evaluator.candidates).toBeGreaterThan(1024 + 120);
    expect(evaluator.candidates).toBeLessThan(1024 + 165);
    expect(ending).toMatch(/^none of the 11\d\d prefixes chosen of 5000 reaches the class/);
  });

  test('ends with the budget, and says how far it came', async () => {
    const problem = greyProblem(new Array(400).fill(0), 1);
    const { evaluator } = trialOf(reachedAt(150), problem);
    const order = Uint32Array.from({ length: 400 }, (_, i) => i);
    const { finds, ending } = await drain(searchPrefixes(evaluator, order, flipPaint(problem), 'search', { ...BUDGET, candidates: 100 }));
    expect(finds).toEqual([]);
    expect(ending).toMatch(/^the budget ended after 100 of the 400 prefixes of the order; the largest probability/);
  });

  test('says the best probability where nothing is found, and where nothing would change', async () => {
    const problem = greyProblem([1, 1], 1);
    const model = linearModel(
      [
        [1, 1],
        [0, 0],
      ],
      [0, 0],
    );
    const { evaluator } = trialOf(model, problem);
    const order = Uint32Array.of(0, 1);
    // Both pixels black: outputs 0 and 0, a probability of 0.5, and no strict maximum.
    const { finds, ending } = await drain(searchPrefixes(evaluator, order, flipPaint(problem), 'search', BUDGET));
    expect(finds).toEqual([]);
    expect(ending).toBe('none of the 2 prefixes of the order reaches the class; its largest probability among them is 0.5');
    const white = signPaint(problem, Float64Array.of(1, 1));
    expect((await drain(searchPrefixes(evaluator, order, white, 'search', BUDGET))).ending).toBe(
      'none of the 2 pixels to be painted would change its colour',
    );
  });
});

test.each([0, -1, 101, Number.NaN])('checkPercent refuses %s', (percent) => {
  expect(() => checkPercent(percent)).toThrow(`a percentage of ${percent} (above 0, at most 100, or search)`);
});
