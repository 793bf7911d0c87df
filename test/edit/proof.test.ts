import { describe, expect, test } from 'vitest';
import { climbLadder } from '../../src/edit/ladder.js';
import { flipPaint } from '../../src/edit/paint.js';
import { exhaust } from '../../src/edit/proof.js';
import { searchGreedy } from '../../src/edit/search/greedy.js';
import { DEFAULT_BUDGET } from '../../src/edit/search/random.js';
import { fakeExecutor, linearModel, reluModel } from '../support/fake_executor.js';
import { mulberry32 } from '../support/random.js';
import { constantMaps, drain, greyProblem, marginOfSet, optionsOf, subsets, trialOf } from '../support/repair_problem.js';

/** The size of the smallest set of at most three flips that reaches the class, by trying all. */
function bruteForce(model: Parameters<typeof marginOfSet>[0], problem: Parameters<typeof marginOfSet>[1]): number | null {
  const paint = flipPaint(problem);
  for (let size = 0; size <= 3; size++) {
    for (const set of subsets(problem.pixels.pixels, size)) {
      if (marginOfSet(model, problem, paint, set) > 0) {
        return size;
      }
    }
  }
  return null;
}

describe('provenMinimum', () => {
  test.each([9, 16])('agrees with brute force over all sets of up to 3 of %i pixels', async (pixels) => {
    const sizes = new Map<number | null, number>();
    let proven = 0;
    for (let seed = 0; seed < 60; seed++) {
      const uniform = mulberry32(seed);
      const model = reluModel(100 * pixels + seed, pixels, 6, 3);
      const image = Float32Array.from({ length: pixels }, uniform);
      const problem = greyProblem(image, seed % 3);
      const executor = fakeExecutor(model, pixels);
      const maps = constantMaps(Float32Array.from({ length: pixels }, () => uniform() - 0.5));
      const smallest = bruteForce(model, problem);
      for (const prove of [0, 1, 2]) {
        // A beam of one set, so that the proof has something to find.
        const result = await climbLadder(
          executor,
          executor,
          problem,
          maps,
          optionsOf({ prove, beam: 1, budget: { candidates: 2000, milliseconds: 60_000 } }),
        );
        const label = `seed ${seed}, prove ${prove}, found ${result.changedPixels}`;
        if (result.provenMinimum !== null) {
          // Only where all pixels were flipped is the edit one of those that brute force tries; sign painting may do with fewer.
          const flipped = result.strategy === null || ['flip', 'greedy', 'random'].includes(result.strategy);
          expect(result.provenMinimum, label).toBe(result.changedPixels);
          expect(flipped ? (smallest ?? 0) : result.provenMinimum, label).toBe(result.provenMinimum);
          expect(smallest ?? Infinity, label).toBeGreaterThanOrEqual(result.provenMinimum);
          proven++;
        } else if (result.repaired) {
          expect(result.changedPixels, label).toBeGreaterThan(prove + 1);
        }
        if (result.repaired && smallest !== null && smallest <= prove) {
          expect(result.changedPixels, label).toBeLessThanOrEqual(smallest);
        }
      }
      sizes.set(smallest, (sizes.get(smallest) ?? 0) + 1);
    }
    expect(proven).toBeGreaterThan(60);
    expect([...sizes.keys()]).toEqual(expect.arrayContaining([0, 1, 2, 3]));
  });
});

describe('exhaust', () => {
  const problem = greyProblem(new Array(5).fill(0), 1);
  const setup = (bias: number, reference = bias) => {
    const gains = [1, 2, 3, 4, 5];
    const { evaluator } = trialOf(linearModel([new Array(5).fill(0), gains], [0, bias]), problem);
    const oracle = fakeExecutor(linearModel([new Array(5).fill(0), gains], [0, reference]), 5);
    return {
      evaluator,
      verifier: { problem, reference: oracle, survives: async () => true, maxPixels: Infinity, budget: DEFAULT_BUDGET, signal: undefined },
    };
  };

  test('tries every pair and returns the best', async () => {
    const { evaluator, verifier } = setup(-5.5); // reached by six of the pairs
    const { tried, edit, excluded } = await exhaust(evaluator, verifier, flipPaint(problem), 2);
    expect(tried).toBe(10);
    expect([...edit!.patches]).toEqual([3, 4]);
    expect(excluded).toBe(false);
  });

  test('excludes a size where nothing comes near', async () => {
    const { evaluator, verifier } = setup(-8.5);
    expect(await exhaust(evaluator, verifier, flipPaint(problem), 1)).toEqual({ size: 1, tried: 5, edit: undefined, excluded: true });
  });

  test('leaves what float32 rounding could decide to the reference', async () => {
    // The executor misses the class by 1e-5, less than 1e-4 of the largest margin (4); the reference reaches it.
    const missed = setup(-5 - 1e-5, -5 + 1e-5);
    expect([...(await exhaust(missed.evaluator, missed.verifier, flipPaint(problem), 1)).edit!.patches]).toEqual([4]);
    const refused = setup(-5 + 1e-5, -5 - 1e-5);
    expect(await exhaust(refused.evaluator, refused.verifier, flipPaint(problem), 1)).toMatchObject({ edit: undefined, excluded: true });
  });

  test('claims nothing where more candidates are borderline than can be verified', async () => {
    const flat = greyProblem(new Array(70).fill(0), 1);
    const { evaluator } = trialOf(linearModel([new Array(70).fill(0), new Array(70).fill(1)], [0, -0.5]), flat);
    const reference = fakeExecutor(() => [1, 0], 70);
    const verifier = {
      problem: flat,
      reference,
      survives: async () => true,
      maxPixels: Infinity,
      budget: DEFAULT_BUDGET,
      signal: undefined,
    };
    expect(await exhaust(evaluator, verifier, flipPaint(flat), 1)).toMatchObject({ tried: 70, edit: undefined, excluded: false });
  });
});

describe('a proof after greedy, which tried all single flips in its first round', () => {
  const PIXELS = 16;
  const problem = greyProblem(new Array(PIXELS).fill(0), 1);
  // margin = -12 + gains of the flipped pixels: two reach the class, none does alone.
  const gains = Array.from({ length: PIXELS }, (_, i) => (i % 7) + 0.25 * i);
  const model = linearModel([new Array(PIXELS).fill(0), gains], [0, -12]);
  const run = async (options: Parameters<typeof optionsOf>[0]) => {
    const executor = fakeExecutor(model, PIXELS);
    const maps = constantMaps(new Float32Array(PIXELS));
    const result = await climbLadder(executor, fakeExecutor(model, PIXELS), problem, maps, optionsOf(options));
    return { ...result, evaluated: executor.batches.reduce((sum, count) => sum + count, 0) };
  };

  test('evaluates none of them again, and proves the same', async () => {
    const without = await run({ strategy: 'greedy', prove: 0 });
    const result = await run({ strategy: 'greedy', prove: 1 });
    expect(without).toMatchObject({ changedPixels: 2, provenMinimum: null });
    expect(result).toMatchObject({ changedPixels: 2, provenMinimum: 2, order: without.order });
    expect(result.evaluated).toBe(without.evaluated);
    expect(result.candidates).toBe(result.evaluated);
    const [greedy, proof] = result.attempts;
    expect([greedy!.candidates, proof!.candidates]).toEqual([result.evaluated, 0]);
    expect(proof!.because).toMatchObject({ code: 'proof.none', values: { tried: PIXELS, size: 1 } });
  });

  test('tries those that a spent budget left out', async () => {
    const { evaluator, verifier } = {
      ...trialOf(model, problem),
      verifier: {
        problem,
        reference: fakeExecutor(model, PIXELS),
        survives: async () => true,
        maxPixels: Infinity,
        budget: DEFAULT_BUDGET,
        signal: undefined,
      },
    };
    const paint = flipPaint(problem);
    const search = searchGreedy(evaluator, paint, { beam: 8, limit: 2, budget: { candidates: 5, milliseconds: 60_000 } });
    expect((await drain(search)).ending).toMatch(/^the budget ended in round 1, after 5 candidates/);
    evaluator.restart();
    const shared = await exhaust(evaluator, verifier, paint, 1);
    expect(evaluator.candidates).toBe(PIXELS);
    const largest = evaluator.bestProbability;
    // Another paint shares nothing, though its colours are the same.
    evaluator.restart();
    expect(await exhaust(evaluator, verifier, flipPaint(problem), 1)).toEqual(shared);
    expect(evaluator.candidates).toBe(2 * PIXELS);
    expect(largest).toBe(evaluator.bestProbability);
  });

  test('the largest probability of a search counts what was known before', async () => {
    const { evaluator } = trialOf(model, problem);
    const paint = flipPaint(problem);
    const budget = { candidates: PIXELS, milliseconds: 60_000 };
    const first = await drain(searchGreedy(evaluator, paint, { beam: 1, limit: 1, budget }));
    evaluator.restart();
    const again = await drain(searchGreedy(evaluator, paint, { beam: 1, limit: 1, budget }));
    expect(evaluator.candidates).toBe(PIXELS);
    expect(first.finds).toEqual(again.finds);
    expect(evaluator.bestProbability).toBeGreaterThan(0);
  });
});
