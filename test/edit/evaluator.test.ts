import { describe, expect, test, vi } from 'vitest';
import { prefixes } from '../../src/edit/candidates.js';
import { Evaluator } from '../../src/edit/evaluator.js';
import { flipPaint } from '../../src/edit/paint.js';
import { fakeExecutor, linearModel, type Model } from '../support/fake_executor.js';
import { greyProblem, trialOf } from '../support/repair_problem.js';

const PIXELS = 300;
const PROBLEM = greyProblem(new Array(PIXELS).fill(0), 1);
const PAINT = flipPaint(PROBLEM);
/** margin = number of white pixels - 100. */
const COUNT = linearModel([new Array(PIXELS).fill(0), new Array(PIXELS).fill(1)], [0, -100]);
const ORDER = Uint32Array.from({ length: PIXELS }, (_, i) => i);
const LENGTHS = Array.from({ length: PIXELS }, (_, i) => ((i * 7) % PIXELS) + 1);
const LIST = prefixes(ORDER, LENGTHS, PIXELS);
const MARGINS = LENGTHS.map((length) => length - 100);

async function collect(evaluator: Evaluator): Promise<number[]> {
  const margins: number[] = [];
  for await (const scores of evaluator.run(PAINT, LIST)) {
    expect(scores.start).toBe(margins.length);
    margins.push(...scores.margin);
  }
  return margins;
}

describe('Trial', () => {
  test('scores a list in order, in several batches, and counts', async () => {
    const { evaluator, executor } = trialOf(COUNT, PROBLEM);
    expect(await collect(evaluator)).toEqual(MARGINS);
    expect([...(await evaluator.margins(PAINT, LIST))]).toEqual(MARGINS);
    expect(executor.batches.length).toBeGreaterThan(2);
    expect(evaluator.candidates).toBe(2 * PIXELS);
  });

  test('batches shrink on a slow executor, and grow on a fast one', async () => {
    const largest = async (milliseconds: number) => {
      let time = 0;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
        time += milliseconds;
        return time;
      });
      const { evaluator, executor } = trialOf(COUNT, PROBLEM);
      await collect(evaluator);
      clock.mockRestore();
      return executor.batches;
    };
    expect(await largest(1)).toEqual([64, 128, 108]);
    expect((await largest(1000)).slice(0, 8)).toEqual([64, 32, 16, 8, 4, 2, 1, 1]);
  });

  test('a budget of candidates ends a list exactly, and does not touch margins', async () => {
    const { evaluator } = trialOf(COUNT, PROBLEM);
    evaluator.allow({ candidates: 70, milliseconds: 60_000 });
    expect((await collect(evaluator)).length).toBe(70);
    expect(evaluator.spent).toBe(true);
    expect((await evaluator.margins(PAINT, LIST)).length).toBe(PIXELS);
    evaluator.restart();
    expect((await collect(evaluator)).length).toBe(PIXELS);
  });

  test('keeps the largest probability, until it is restarted', async () => {
    const { evaluator } = trialOf(COUNT, PROBLEM);
    await collect(evaluator);
    expect(evaluator.bestProbability).toBe(1); // 1 / (1 + e^-200) in float64
    evaluator.restart();
    expect(evaluator.bestProbability).toBe(0);
  });

  test('what is not a number never reaches the class', async () => {
    const broken: Model = () => [0, Number.NaN];
    const { evaluator } = trialOf(broken, PROBLEM);
    expect(await collect(evaluator)).toEqual(new Array(PIXELS).fill(-Infinity));
    expect(evaluator.bestProbability).toBe(0);
  });

  test('looks at the signal before every batch, and hands it on', async () => {
    const controller = new AbortController();
    const executor = fakeExecutor(COUNT, PIXELS);
    const evaluate = vi.spyOn(executor, 'evaluate');
    const evaluator = new Evaluator(executor, PROBLEM, controller.signal, () => {});
    const batches = evaluator.run(PAINT, LIST);
    await batches.next();
    controller.abort(new Error('enough'));
    await expect(batches.next()).rejects.toThrow('enough');
    expect(evaluate).toHaveBeenCalledTimes(1);
    expect(evaluate.mock.calls[0]![2]).toEqual({ signal: controller.signal });
  });
});
