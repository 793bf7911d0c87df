import { describe, expect, test, vi } from 'vitest';
import { flipPaint } from '../../../src/edit/paint.js';
import { searchRandom } from '../../../src/edit/search/random.js';
import { linearModel, type Model } from '../../support/fake_executor.js';
import { drain, greyProblem, trialOf } from '../../support/repair_problem.js';

const BUDGET = { candidates: 50_000, milliseconds: 60_000 };
const PIXELS = 20;

/** Reaches class 1 where pixels 3 and 7 are white and at least one of the others is not. */
const bothWhite: Model = (image) => [0.5, image[3]! * image[7]! > 0 && Array.from(image).includes(0) ? 1 : 0];

/** @param clock milliseconds that go by each time the clock is looked at: where many do, batches stay small. */
async function firstFinds(seed: number, clock = 0) {
  let time = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => {
    time += clock;
    return time;
  });
  const problem = greyProblem(new Array(PIXELS).fill(0), 1);
  const { evaluator, executor } = trialOf(bothWhite, problem);
  const step = await searchRandom(evaluator, flipPaint(problem), seed, { candidates: 8192, milliseconds: Infinity }).next();
  spy.mockRestore();
  return { finds: step.done ? [] : step.value.map(({ patches }) => [...patches]), largestBatch: Math.max(...executor.batches) };
}

describe('searchRandom', () => {
  test('the seed alone decides, not the size of the batches', async () => {
    const fast = await firstFinds(5);
    const slow = await firstFinds(5, 200);
    expect(slow.largestBatch).toBeLessThan(fast.largestBatch);
    expect(slow.finds).toEqual(fast.finds);
    expect((await firstFinds(6)).finds).not.toEqual(fast.finds);
  });

  test('takes the successes of a round with the fewest pixels', async () => {
    const { finds } = await firstFinds(5);
    // Some 400 permutations of 20 pixels: that none begins with 3, 7 or 7, 3 has the probability (1 - 2/380)^409 = 0.12; with this seed one does.
    expect(finds.map(({ length }) => length)).toEqual([...finds.map(({ length }) => length)].sort((a, b) => a - b));
    expect(finds[0]!.length).toBeLessThanOrEqual(3);
    for (const pixels of finds) {
      expect(pixels).toEqual(expect.arrayContaining([3, 7]));
      expect(new Set(pixels).size).toBe(pixels.length);
    }
  });

  test('spends the budget of candidates exactly, then says so with the best probability', async () => {
    const problem = greyProblem(new Array(PIXELS).fill(0), 1);
    const model = linearModel([new Array(PIXELS).fill(0), new Array(PIXELS).fill(0.01)], [0, -1]);
    const { evaluator } = trialOf(model, problem);
    const { finds, ending } = await drain(searchRandom(evaluator, flipPaint(problem), 0, { ...BUDGET, candidates: 10_001 }));
    expect(finds).toEqual([]);
    expect(evaluator.candidates).toBe(10_001);
    // All 20 pixels white: outputs 0 and -0.8, a probability of 1 / (1 + e^0.8) = 0.310.
    expect(ending).toBe('not found: the budget ended after 10001 candidates; the largest probability of the class among them is 0.31');
  });

  test('ends with the time', async () => {
    const problem = greyProblem(new Array(PIXELS).fill(0), 1);
    const model = linearModel([new Array(PIXELS).fill(0), new Array(PIXELS).fill(0)], [0, -1]);
    const { evaluator } = trialOf(model, problem);
    // A clock that goes on a millisecond each time it is looked at: on a busy machine 40 ms may go by before the first candidate.
    let time = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => time++);
    try {
      const { ending } = await drain(searchRandom(evaluator, flipPaint(problem), 0, { candidates: Infinity, milliseconds: 40 }));
      expect(ending).toMatch(/^not found: the budget ended after [1-9]/);
    } finally {
      clock.mockRestore();
    }
  });
});
