import { describe, expect, test, vi } from 'vitest';
import { prefixes } from '../../src/edit/candidates.js';
import { flipPaint } from '../../src/edit/paint.js';
import { Trial } from '../../src/edit/trial.js';
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

async function collect(trial: Trial): Promise<number[]> {
  const margins: number[] = [];
  for await (const scores of trial.run(PAINT, LIST)) {
    expect(scores.start).toBe(margins.length);
    margins.push(...scores.margin);
  }
  return margins;
}

describe('Trial', () => {
  test('scores a list in order, in several batches, and counts', async () => {
    const { trial, executor } = trialOf(COUNT, PROBLEM);
    expect(await collect(trial)).toEqual(MARGINS);
    expect([...(await trial.margins(PAINT, LIST))]).toEqual(MARGINS);
    expect(executor.batches.length).toBeGreaterThan(2);
    expect(trial.candidates).toBe(2 * PIXELS);
  });

  test('batches shrink on a slow executor, and grow on a fast one', async () => {
    const largest = async (milliseconds: number) => {
      let time = 0;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
        time += milliseconds;
        return time;
      });
      const { trial, executor } = trialOf(COUNT, PROBLEM);
      await collect(trial);
      clock.mockRestore();
      return executor.batches;
    };
    expect(await largest(1)).toEqual([64, 128, 108]);
    expect((await largest(1000)).slice(0, 8)).toEqual([64, 32, 16, 8, 4, 2, 1, 1]);
  });

  test('a budget of candidates ends a list exactly, and does not touch margins', async () => {
    const { trial } = trialOf(COUNT, PROBLEM);
    trial.allow({ candidates: 70, milliseconds: 60_000 });
    expect((await collect(trial)).length).toBe(70);
    expect(trial.spent).toBe(true);
    expect((await trial.margins(PAINT, LIST)).length).toBe(PIXELS);
    trial.restart();
    expect((await collect(trial)).length).toBe(PIXELS);
  });

  test('keeps the largest probability, until it is restarted', async () => {
    const { trial } = trialOf(COUNT, PROBLEM);
    await collect(trial);
    expect(trial.bestProbability).toBe(1); // 1 / (1 + e^-200) in float64
    trial.restart();
    expect(trial.bestProbability).toBe(0);
  });

  test('what is not a number never reaches the class', async () => {
    const broken: Model = () => [0, Number.NaN];
    const { trial } = trialOf(broken, PROBLEM);
    expect(await collect(trial)).toEqual(new Array(PIXELS).fill(-Infinity));
    expect(trial.bestProbability).toBe(0);
  });

  test('looks at the signal before every batch, and hands it on', async () => {
    const controller = new AbortController();
    const executor = fakeExecutor(COUNT, PIXELS);
    const evaluate = vi.spyOn(executor, 'evaluate');
    const trial = new Trial(executor, PROBLEM, controller.signal, () => {});
    const batches = trial.run(PAINT, LIST);
    await batches.next();
    controller.abort(new Error('enough'));
    await expect(batches.next()).rejects.toThrow('enough');
    expect(evaluate).toHaveBeenCalledTimes(1);
    expect(evaluate.mock.calls[0]![2]).toEqual({ signal: controller.signal });
  });
});
