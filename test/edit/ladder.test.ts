import { describe, expect, test } from 'vitest';
import { climbLadder } from '../../src/edit/ladder.js';
import { flipPaint } from '../../src/edit/paint.js';
import type { Attributions, RepairProblem } from '../../src/edit/problem.js';
import type { Strategy } from '../../src/edit/strategies.js';
import { pixelPatches } from '../../src/tensor/pixels.js';
import { fakeExecutor, linearModel, type Model, NO_COST, reluModel } from '../support/fake_executor.js';
import { mulberry32 } from '../support/random.js';
import { constantMaps, greyProblem, marginOfSet, optionsOf } from '../support/repair_problem.js';

const MAPS: (keyof Attributions)[] = ['contrast', 'target', 'saliency', 'flipTarget', 'flipContrast'];

/** Maps by name; those not given are all 0. */
function mapsOf(maps: Partial<Record<keyof Attributions, number[]>>, pixels: number): Attributions {
  const entries = MAPS.map((name) => [name, async () => Float32Array.from(maps[name] ?? new Array(pixels).fill(0))]);
  return Object.fromEntries(entries) as Attributions;
}

function run(model: Model, problem: RepairProblem, maps: Attributions, options = {}) {
  const executor = fakeExecutor(model, problem.image.length);
  return climbLadder(executor, executor, problem, maps, optionsOf(options));
}

// margin = -6.5 + gains of the flipped pixels: 4 + 3 is the smallest edit.
const GAINS = [1, 4, -2, 3, 0.5, 2];
const LINEAR = linearModel([new Array(6).fill(0), GAINS], [0, -6.5]);
const BLACK = greyProblem(new Array(6).fill(0), 1);

describe('strategies on a linear model, where the smallest edit is known', () => {
  // The image is black, so IG with the baseline `opposite` is w (0 - 1); the gradient is w.
  const exact = mapsOf({ contrast: GAINS, target: GAINS, saliency: GAINS, flipTarget: GAINS.map((w) => -w) }, 6);

  test.each(['contrast', 'target', 'saliency', 'flip', 'greedy', 'auto'] as const)('%s finds it', async (strategy) => {
    const result = await run(LINEAR, BLACK, exact, { strategy });
    expect(result).toMatchObject({ repaired: true, changedPixels: 2, minimal: true, provenMinimum: 2, verified: { cpu: true, png: true } });
    expect([...result.order]).toEqual([1, 3]);
    expect([...result.mask]).toEqual([0, 1, 0, 1, 0, 0]);
    expect([...result.edited]).toEqual([0, 1, 0, 1, 0, 0]);
    expect(result.changedFraction).toBe(2 / 6);
    expect(result.before.class).toBe(0);
    expect(result.after.class).toBe(1);
    // Outputs 0 and 0.5.
    expect(result.after.targetProbability).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 12);
    expect(result.candidates).toBe(result.attempts.reduce((sum, { candidates }) => sum + candidates, 0));
  });

  test('random flips are pruned to a 1-minimal edit, the same for the same seed', async () => {
    const first = await run(LINEAR, BLACK, exact, { strategy: 'random', seed: 3 });
    const second = await run(LINEAR, BLACK, exact, { strategy: 'random', seed: 3 });
    expect(first).toMatchObject({ repaired: true, strategy: 'random', seed: 3, percent: null, minimal: true });
    expect(second.order).toEqual(first.order);
    for (const pixel of first.order) {
      expect(
        marginOfSet(
          LINEAR,
          BLACK,
          flipPaint(BLACK),
          first.order.filter((other) => other !== pixel),
        ),
      ).toBeLessThanOrEqual(0);
    }
  });

  test('a fixed percentage is pruned too, and tells what it was', async () => {
    const result = await run(LINEAR, BLACK, exact, { strategy: 'contrast', percent: 50 });
    // Order by |gain|: 1, 3, then 2 (painted background, which it is already).
    expect(result).toMatchObject({ repaired: true, percent: 50, changedPixels: 2 });
    const failed = await run(LINEAR, BLACK, exact, { strategy: 'contrast', percent: 10 });
    expect(failed).toMatchObject({ repaired: false, strategy: null, changedPixels: 0, provenMinimum: null });
    expect(failed.reason).toMatch(/^contrast: changing the first 1 of 6 pixels does not reach the class/);
    expect([...failed.edited]).toEqual([...BLACK.image]);
  });
});

describe('flip', () => {
  test('keeps the better of the two maps', async () => {
    const maps = mapsOf({ flipTarget: [-9, -4, 0, -3, 0, -8], flipContrast: GAINS.map((w) => -w) }, 6);
    expect(await run(LINEAR, BLACK, maps, { strategy: 'flip' })).toMatchObject({ map: 'flipContrast', changedPixels: 2 });
    const swapped = mapsOf({ flipContrast: [-9, -4, 0, -3, 0, -8], flipTarget: GAINS.map((w) => -w) }, 6);
    expect(await run(LINEAR, BLACK, swapped, { strategy: 'flip' })).toMatchObject({ map: 'flipTarget', changedPixels: 2 });
  });
});

test('of edits of the same size the one with the larger probability is kept', async () => {
  const model = linearModel([new Array(6).fill(0), GAINS], [0, -4.5]);
  // 4 + 1 against 4 + 3.
  const maps = mapsOf({ flipTarget: [-1, -2, 0, 0, 0, 0], flipContrast: [0, -2, 0, -1, 0, 0] }, 6);
  const result = await run(model, BLACK, maps, { strategy: 'flip' });
  expect(result).toMatchObject({ map: 'flipContrast', changedPixels: 2 });
  expect([...result.order]).toEqual([1, 3]);
});

describe('sign painting', () => {
  // White pixels 0 and 1 speak against the class, 4 and 5 would speak for it.
  const model = linearModel([new Array(6).fill(0), [-5, -1, 0, 0, 2, 1]], [0, 5.5]);
  const problem = greyProblem([1, 1, 0, 0, 0, 0], 1);

  test('goes by absolute value, and paints negative pixels with the background', async () => {
    const result = await run(model, problem, mapsOf({ contrast: [-5, -1, 0, 0, 2, 1] }, 6), { strategy: 'contrast' });
    expect(result).toMatchObject({ changedPixels: 1, provenMinimum: 1 });
    expect([...result.edited]).toEqual([0, 1, 0, 0, 0, 0]);
    expect(result.percent).toBeCloseTo(100 / 6, 12);
  });

  test('the order ends at the last score that is not 0', async () => {
    const result = await run(model, problem, mapsOf({ contrast: [-5, 0, 0, 0, 2, 0] }, 6), { strategy: 'contrast', percent: 100 });
    expect(result.percent).toBeCloseTo(200 / 6, 12);
    expect(result.attempts[0]!.reason).toBe('2 pixels changed (33.3% of the order), pruned to 1');
  });
});

describe('auto', () => {
  test('climbs all strategies, keeps the smallest edit, and tells of every attempt', async () => {
    // The contrast paints 1, 5, 0 (4 + 2 + 1 = 7); the target's map holds one pixel that does not help; the rest is 0.
    const maps = mapsOf({ contrast: [5, 9, 0, 0, 0, 7], target: [0, 0, 1, 0, 0, 0] }, 6);
    const result = await run(LINEAR, BLACK, maps);
    const table = result.attempts.map(({ strategy, repaired, changedPixels, reason }) => [strategy, repaired, changedPixels, reason]);
    expect(table).toEqual([
      ['contrast', true, 3, '3 pixels changed (50% of the order)'],
      ['target', false, null, expect.stringMatching(/^none of the 1 prefixes of the order reaches the class; its largest probability/)],
      ['saliency', false, null, expect.stringMatching(/^the gradient is zero at every pixel/)],
      ['flip', false, null, expect.stringMatching(/^with the target: the attribution is zero at every pixel/)],
      ['greedy', true, 2, '2 pixels changed'],
      ['random', false, null, 'skipped: tried only where no other strategy succeeds'],
      ['greedy', false, null, 'proof: all 6 single flips were tried; none reaches the class'],
    ]);
    expect(result).toMatchObject({ strategy: 'greedy', changedPixels: 2, provenMinimum: 2, percent: null, map: null });
  });

  test('stops at one pixel', async () => {
    const model = linearModel([new Array(6).fill(0), GAINS], [0, -3.5]);
    const result = await run(model, BLACK, mapsOf({ contrast: GAINS }, 6));
    expect(result).toMatchObject({ strategy: 'contrast', map: 'contrast', changedPixels: 1, provenMinimum: 1 });
    expect(result.percent).toBeCloseTo(100 / 6, 12);
    expect(result.attempts.slice(1).map(({ reason }) => reason)).toEqual(new Array(5).fill('skipped: one pixel cannot be improved on'));
  });

  test('greedy looks only for something smaller', async () => {
    const result = await run(LINEAR, BLACK, mapsOf({ contrast: GAINS }, 6));
    expect(result.strategy).toBe('contrast');
    expect(result.attempts[4]!.reason).toMatch(/^no set of at most 1 flips that was tried reaches the class/);
  });

  test('random is tried where nothing else succeeds, and every failure has its reason', async () => {
    const never = linearModel([new Array(6).fill(0), new Array(6).fill(0)], [0, -1]);
    const result = await run(never, BLACK, mapsOf({ contrast: [1, Number.NaN, 0, 0, 0, 0] }, 6), {
      budget: { candidates: 500, milliseconds: 60_000 },
    });
    expect(result).toMatchObject({ repaired: false, provenMinimum: null, verified: { cpu: false, png: false } });
    const reasons = Object.fromEntries(result.attempts.map(({ strategy, reason }) => [strategy, reason])) as Record<Strategy, string>;
    expect(reasons.contrast).toBe('the map holds numbers that are not finite');
    expect(reasons.target).toMatch(/^the attribution is zero at every pixel/);
    expect(reasons.flip).toMatch(/^with the target: the attribution is zero .*; with the contrast: the attribution is zero/);
    expect(reasons.greedy).toMatch(/^no set of at most 6 flips/);
    expect(reasons.random).toBe(
      'not found: the budget ended after 500 candidates; the largest probability of the class among them is 0.269',
    );
    expect(result.reason).toContain('random: not found');
  });
});

describe('what does not survive is not a repair', () => {
  const maps = mapsOf({ contrast: GAINS }, 6);

  test('a reference that disagrees', async () => {
    const executor = fakeExecutor(LINEAR, 6);
    const reference = fakeExecutor(() => [1, 0], 6);
    const result = await climbLadder(executor, reference, BLACK, maps, optionsOf({ budget: { candidates: 500, milliseconds: 60_000 } }));
    expect(result).toMatchObject({ repaired: false, verified: { cpu: false, png: false } });
    expect(result.attempts[0]!.reason).toMatch(/^the class is reached, but the reference executor reads class 0 in the edit of \d pixels/);
  });

  test('a larger prefix is taken where the first does not survive the saved image', async () => {
    const survives = async (image: Float32Array) => image[5] === 1;
    const result = await run(LINEAR, BLACK, maps, { strategy: 'contrast', survives });
    expect(result).toMatchObject({ repaired: true, minimal: true });
    expect(result.edited[5]).toBe(1);
  });

  test('an edit of more pixels than allowed', async () => {
    const result = await run(LINEAR, BLACK, maps, { strategy: 'contrast', maxPixels: 1 });
    expect(result.repaired).toBe(false);
    expect(result.attempts[0]!.reason).toBe('the class is reached, but the edit changes 2 pixels after pruning, more than the 1 allowed');
  });
});

describe('a smaller edit that the proof finds', () => {
  // Only pixel 4 alone reaches the class; the map's order puts it last, where it does harm together with others.
  const model: Model = (image) => {
    const white = Array.from(image).filter((x) => x === 1).length;
    return [1, image[4] === 1 && white === 1 ? 2 : white === 3 ? 1.5 : 0];
  };
  const maps = mapsOf({ contrast: [6, 5, 4, 3, 0, 2] }, 6);

  test('replaces that of auto', async () => {
    expect(await run(model, BLACK, maps)).toMatchObject({ strategy: 'greedy', changedPixels: 1, provenMinimum: 1 });
  });

  test('is told, but does not replace that of a strategy that was asked for', async () => {
    const result = await run(model, BLACK, maps, { strategy: 'contrast', prove: 2 });
    expect(result).toMatchObject({ strategy: 'contrast', changedPixels: 3, provenMinimum: null });
    expect(result.attempts.length).toBe(2);
    expect(result.attempts[1]).toMatchObject({
      strategy: 'greedy',
      repaired: true,
      changedPixels: 1,
      reason: 'proof: all 6 single flips were tried; 1 pixel suffices, but another strategy was asked for',
    });
  });
});

test('an image that is read right already needs no edit', async () => {
  const result = await run(LINEAR, { ...BLACK, target: 0 }, mapsOf({}, 6));
  expect(result).toMatchObject({ repaired: true, strategy: null, changedPixels: 0, attempts: [], provenMinimum: 0, candidates: 0 });
  expect(result.reason).toBe('the image is already read as class 0: nothing has to be changed');
});

describe('edits by patch', () => {
  // Three patches of two pixels. An image of 1 covered with 0 gains what its pixels weigh against the class: 3, 5 and -1.
  const against = [1, 2, 4, 1, -1, 0];
  const model = linearModel([against, new Array(6).fill(0)], [0, 1.5]);
  const problem = { ...greyProblem(new Array(6).fill(1), 1), patches: { labels: Uint32Array.of(0, 0, 1, 1, 2, 2), count: 3 } };
  const minus = against.map((weight) => -weight);
  // IG from the cover, of the class and of the contrast, is the weight times 1 - 0; so is the gradient times the change.
  const maps = mapsOf({ contrast: minus, target: minus, saliency: minus, flipTarget: minus, flipContrast: minus }, 6);
  const paint = new Float32Array(6);

  test.each(['contrast', 'target', 'saliency', 'flip', 'greedy', 'random', 'auto'] as const)(
    '%s covers the two that it takes',
    async (strategy) => {
      // Covering patch 1 leaves 2 against 1.5: not enough; both leave -1.
      const result = await run(model, problem, maps, { strategy, paint });
      expect(result).toMatchObject({ repaired: true, changedPatches: 2, changedPixels: 4, provenMinimum: 2, minimal: true });
      expect([...result.mask]).toEqual([1, 1, 1, 1, 0, 0]);
      expect([...result.edited]).toEqual([0, 0, 0, 0, 1, 1]);
      expect(new Set(result.order)).toEqual(new Set([0, 1]));
      expect(result.attempts.find(({ repaired }) => repaired)!.reason).toMatch(/^[23] patches changed/);
    },
  );

  test('of edits of as many patches the one of fewer pixels is kept', async () => {
    const uneven = { ...problem, patches: { labels: Uint32Array.of(0, 0, 0, 1, 2, 2), count: 3 } };
    const either = (image: ArrayLike<number>) => [0.5, image[0]! * image[3]! === 0 ? 1 : 0];
    const first = mapsOf({ contrast: [-9, 0, 0, -1, 0, 0], target: [-1, 0, 0, -9, 0, 0] }, 6);
    // `contrast` covers patch 0, of three pixels, and is content with one patch: the others are skipped.
    expect(await run(either, uneven, first, { strategy: 'contrast', paint })).toMatchObject({ changedPatches: 1, changedPixels: 3 });
    expect(await run(either, uneven, first, { strategy: 'target', paint })).toMatchObject({ changedPatches: 1, changedPixels: 1 });
  });

  test('the paint sign needs a map: others are skipped, or refused by name', async () => {
    const result = await run(model, problem, maps, { paint: 'sign' });
    expect(
      result.attempts
        .filter(({ reason }) => reason === 'skipped: only a map of shares gives signs to paint by')
        .map(({ strategy }) => strategy),
    ).toEqual(['flip', 'greedy', 'random']);
    expect(result.provenMinimum).toBeNull();
    await expect(run(model, problem, maps, { paint: 'sign', strategy: 'greedy' })).rejects.toThrow(
      'the strategy greedy with the paint sign (one of contrast, target, saliency, or another paint)',
    );
  });

  test('nothing that speaks against the class leaves nothing to cover', async () => {
    const result = await run(model, problem, mapsOf({ contrast: [1, 1, 1, 1, 1, 1] }, 6), { strategy: 'contrast', paint });
    expect(result.reason).toBe('contrast: nothing in the map speaks against the class');
  });

  test('tells its limits, and does not try every patch of a photograph for proof unless asked', async () => {
    const budget = { candidates: 500, milliseconds: 60_000 };
    expect((await run(model, problem, maps, { strategy: 'contrast', paint, budget })).limits).toEqual({ ...budget, beam: 8, prove: 1 });
    const large = greyProblem(new Array(5000).fill(0), 1);
    const one = (image: ArrayLike<number>) => [0.5, image[7]!];
    const order = mapsOf({ contrast: Array.from({ length: 5000 }, (_, i) => (i === 7 ? 1 : 0)) }, 5000);
    expect(await run(one, large, order, { strategy: 'contrast' })).toMatchObject({ limits: { prove: 0 }, candidates: 1 });
    await expect(run(model, { ...problem, patches: { labels: Uint32Array.of(0, 0, 0, 0, 0, 3), count: 3 } }, maps)).rejects.toThrow(
      '3 patches with 6 labels (a label below 3 for each of the 6 pixels)',
    );
  });
});

describe('colour images', () => {
  const PIXELS = 16;
  const weights = Float64Array.from({ length: 3 * PIXELS }, mulberry32(4));

  /** The same picture and the same network in both layouts. */
  function problemIn(layout: 'nchw' | 'nhwc'): { problem: RepairProblem; model: Model } {
    const uniform = mulberry32(9);
    const planar = Float32Array.from({ length: 3 * PIXELS }, () => uniform() * 0.4);
    const place = (planarIndex: number) =>
      layout === 'nchw' ? planarIndex : (planarIndex % PIXELS) * 3 + Math.floor(planarIndex / PIXELS);
    const image = new Float32Array(3 * PIXELS);
    planar.forEach((value, i) => {
      image[place(i)] = value;
    });
    const model: Model = (x) => [0, weights.reduce((sum, weight, i) => sum + weight * x[place(i)]!, -8)];
    const range = { black: new Float32Array(3), white: Float32Array.of(1, 1, 1) };
    return {
      problem: {
        image,
        pixels: { pixels: PIXELS, channels: 3, layout },
        patches: pixelPatches(PIXELS),
        range,
        background: new Float32Array(3),
        target: 1,
      },
      model,
    };
  }

  test.each(['flip', 'greedy', 'random', 'contrast'] as const)('a pixel is all its channels, in either layout (%s)', async (strategy) => {
    const results = [];
    for (const layout of ['nchw', 'nhwc'] as const) {
      const { problem, model } = problemIn(layout);
      const place = (pixel: number, channel: number) => (layout === 'nchw' ? channel * PIXELS + pixel : pixel * 3 + channel);
      const map = new Float32Array(3 * PIXELS);
      for (let pixel = 0; pixel < PIXELS; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          map[place(pixel, channel)] = weights[channel * PIXELS + pixel]! * (strategy === 'flip' ? -1 : 1);
        }
      }
      const result = await run(model, problem, constantMaps(map), { strategy });
      const changed = Array.from({ length: PIXELS }, (_, pixel) =>
        [0, 1, 2].map((channel) => result.edited[place(pixel, channel)] !== problem.image[place(pixel, channel)]),
      );
      expect(changed.map((channels) => channels.some(Boolean))).toEqual(Array.from(result.mask, Boolean));
      expect(changed.every((channels) => channels.every(Boolean) || !channels.some(Boolean))).toBe(true);
      expect(result.repaired).toBe(true);
      results.push(result.order);
    }
    expect(results[0]).toEqual(results[1]);
  });
});

describe('signal and progress', () => {
  const never = linearModel([new Array(6).fill(0), new Array(6).fill(0)], [0, -1]);

  test.each(['contrast', 'target', 'saliency', 'flip', 'greedy', 'random', 'auto'] as const)(
    'an aborted %s throws the reason',
    async (strategy) => {
      const controller = new AbortController();
      controller.abort(new Error('enough'));
      const maps = constantMaps(Float32Array.of(1, 2, 3, 4, 5, 6));
      await expect(run(never, BLACK, maps, { strategy, signal: controller.signal })).rejects.toThrow('enough');
    },
  );

  test('a timer gets its turn while an executor never leaves the thread', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('time is up')), 100);
    const maps = constantMaps(new Float32Array(6));
    const budget = { candidates: Infinity, milliseconds: 20_000 };
    await expect(run(never, BLACK, maps, { strategy: 'random', budget, signal: controller.signal })).rejects.toThrow('time is up');
  });

  test('progress never goes back within a strategy, nor beyond its total', async () => {
    const seen = new Map<Strategy, number>();
    const onProgress = (strategy: Strategy, done: number, total: number) => {
      expect(done).toBeLessThanOrEqual(total);
      expect(done).toBeGreaterThanOrEqual(seen.get(strategy) ?? 0);
      seen.set(strategy, done);
    };
    await run(never, BLACK, constantMaps(Float32Array.of(1, 2, 3, 4, 5, 6)), {
      budget: { candidates: 20_000, milliseconds: 60_000 },
      onProgress,
    });
    expect([...seen.keys()]).toEqual(['contrast', 'target', 'saliency', 'flip', 'greedy', 'random']);
    expect(seen.get('random')).toBe(20_000);
  });
});

test('a repair adds up what its candidates cost', async () => {
  const executor = fakeExecutor(LINEAR, 6, { ...NO_COST, submits: 1, streamedBytes: 8 });
  const { cost } = await climbLadder(executor, executor, BLACK, constantMaps(new Float32Array(6)), optionsOf({ strategy: 'greedy' }));
  expect(cost?.submits).toBeGreaterThan(1);
  expect(cost?.streamedBytes).toBe(8 * (cost?.submits ?? 0));
  expect((await run(LINEAR, { ...BLACK, target: 0 }, mapsOf({}, 6))).cost).toBeNull();
});

test.each([
  [{ strategy: 'magic' }, 'there is no strategy magic (auto, contrast, target, saliency, flip, greedy, random)'],
  [{ percent: 0 }, 'a percentage of 0 (above 0, at most 100, or search)'],
  [{ seed: 0.5 }, 'the seed 0.5 (an integer)'],
  [{ maxPixels: 0 }, 'at most 0 pixels (an integer above 0)'],
  [{ prove: 3 }, 'a proof by all sets of up to 3 patches (0, 1 or 2)'],
  [{ beam: 0 }, 'a beam of 0 sets (an integer above 0)'],
])('options that make no sense: %o', async (options, message) => {
  await expect(run(LINEAR, BLACK, mapsOf({}, 6), options)).rejects.toThrow(message);
});

test.each<[string, Partial<RepairProblem>, string]>([
  ['image', { image: new Float32Array(5) }, 'an image of 5 numbers with 6 pixels of 1 channels (the model takes 6 numbers)'],
  ['background', { background: new Float32Array(3) }, 'background holds 3 numbers (one for each of the 1 channels)'],
  ['target', { target: 2 }, 'the target class 2 does not exist (0 to 1)'],
])('a problem whose %s does not fit', async (_, part, message) => {
  const executor = fakeExecutor(LINEAR, 6);
  await expect(climbLadder(executor, executor, { ...BLACK, ...part }, mapsOf({}, 6), optionsOf())).rejects.toThrow(message);
});

test('auto is never worse than any strategy alone, on random networks', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const uniform = mulberry32(seed);
    const model = reluModel(seed, 16, 8, 3);
    const image = Float32Array.from({ length: 16 }, uniform);
    const problem = greyProblem(image, seed % 3);
    const maps = constantMaps(Float32Array.from({ length: 16 }, () => uniform() - 0.5));
    const budget = { candidates: 5000, milliseconds: 60_000 };
    const auto = await run(model, problem, maps, { budget });
    for (const strategy of ['contrast', 'flip', 'greedy'] as const) {
      const alone = await run(model, problem, maps, { strategy, budget });
      if (alone.repaired) {
        expect(auto.repaired).toBe(true);
        expect(auto.changedPixels, `seed ${seed}, ${strategy}`).toBeLessThanOrEqual(alone.changedPixels);
      }
    }
  }
});
