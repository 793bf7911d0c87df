import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks, type MethodOptions } from '../../src/attribution/tasks.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { importModel } from '../../src/onnx/import.js';
import { Xoshiro128 } from '../../src/tensor/random.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { spaceOf } from '../support/spaces.js';

// SmoothGrad and VarGrad against their definitions, made copy by copy on the float64 executor.

const executor = new CpuExecutor(importModel(readFileSync('models/digits-naive.onnx')).graph);
const ELEMENTS = 784;
const space = spaceOf(28, 28);
const random = mulberry32(31);
const draw = () => Float32Array.from(uniformArray(random, ELEMENTS));
const task: AttributionTask = { image: draw(), baseline: draw(), target: 3, contrast: 5 };
const SAMPLES = 7;
// Wide enough that gates open and close.
const SIGMA = 1;

async function attributionsOf(tasks: readonly AttributionTask[], options: Partial<MethodOptions>) {
  return (await attributeTasks(executor, tasks, { method: 'ig', steps: 4, space, ...options })).attributions;
}

/** The maps of the copies x + sigma n, with the noise that the seed gives. */
async function mapsOfCopies(options: Partial<MethodOptions>, seed: number): Promise<Float32Array[]> {
  const noise = Xoshiro128.fromSeed(seed);
  const copies = Array.from({ length: SAMPLES }, () => ({
    ...task,
    image: task.image.map((x) => x + SIGMA * noise.normal()),
  }));
  return (await attributionsOf(copies, options)).map(({ values }) => values);
}

const meanOf = (maps: readonly Float32Array[]) =>
  Float64Array.from(maps[0]!, (_, e) => maps.reduce((sum, map) => sum + map[e]!, 0) / maps.length);

describe.each(['ig', 'saliency', 'input-x-gradient'] as const)('%s', (method) => {
  test('the mean, and the mean squared distance from it, of the maps of noisy copies', async () => {
    const maps = await mapsOfCopies({ method }, 5);
    const mean = meanOf(maps);
    const variance = meanOf(maps.map((map) => map.map((value, e) => (value - mean[e]!) ** 2)));
    const [smooth] = await attributionsOf([task], { method, smooth: SAMPLES, sigma: SIGMA, seed: 5 });
    const [varied] = await attributionsOf([task], { method, smooth: SAMPLES, sigma: SIGMA, seed: 5, variance: true });
    // Copies' maps are rounded to float32 here and not there.
    expect(relativeDistance(smooth!.values, mean)).toBeLessThan(1e-6);
    expect(relativeDistance(varied!.values, variance)).toBeLessThan(1e-6);
    expect(smooth!.parameters).toEqual({ smooth: { samples: SAMPLES, sigma: SIGMA, of: 'mean', seed: 5 } });
    expect(varied!.parameters?.smooth?.of).toBe('variance');
  });
});

test('outputs are those at the image itself and at its baseline', async () => {
  const [plain] = await attributionsOf([task], {});
  const [smooth] = await attributionsOf([task], { smooth: 2 });
  const { outputAtInput, outputAtBaseline } = plain!;
  expect(smooth).toMatchObject({ outputAtInput, outputAtBaseline });
});

test('a seed gives the same map again, in a batch and alone; another seed another map', async () => {
  const options = { method: 'saliency', smooth: SAMPLES, sigma: SIGMA, seed: 1 } as const;
  const other = { ...task, image: draw(), target: 1 };
  const [alone] = await attributionsOf([task], options);
  const [, inBatch] = await attributionsOf([other, task], options);
  const [reseeded] = await attributionsOf([task], { ...options, seed: 2 });
  expect(inBatch!.values).toEqual(alone!.values);
  expect(relativeDistance(reseeded!.values, alone!.values)).toBeGreaterThan(0.01);
});

test('progress counts copies of all images, and a signal ends the work', async () => {
  const seen: number[] = [];
  const onProgress = (done: number, total: number) => seen.push(done, total);
  await attributionsOf([task, task], { smooth: SAMPLES, onProgress });
  expect(seen.slice(-2)).toEqual([2 * SAMPLES, 2 * SAMPLES]);
  expect(seen.filter((_, i) => i % 2 === 0)).toEqual(seen.filter((_, i) => i % 2 === 0).sort((a, b) => a - b));
  const aborted = attributionsOf([task], { smooth: SAMPLES, signal: AbortSignal.abort(new Error('enough')) });
  await expect(aborted).rejects.toThrow('enough');
});

describe('what makes no sense is refused', () => {
  test.each<[Partial<MethodOptions>, string]>([
    [{ smooth: 0 }, '0 noisy copies (a whole number from 1)'],
    [{ smooth: 1, variance: true }, '1 noisy copies (a whole number from 2)'],
    [{ smooth: 2, sigma: 0 }, 'a sigma of 0 (a number above 0)'],
    [{ sigma: 1 }, 'a sigma of 1 without smoothing (a number of noisy copies, too)'],
    [{ variance: true }, 'the variance of no copies (a number of noisy copies, too)'],
    [{ smooth: 2, steps: 'exact' }, 'smoothing with steps exact (a number of steps)'],
  ])('%o', async (options, message) => {
    await expect(attributionsOf([task], options)).rejects.toThrow(message);
  });
});
