import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import type { GpuExecutorOptions } from '../../../src/gpu/resource_owner.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { useDevice } from '../../support/gpu.js';
import { mulberry32, uniformArray } from '../../support/random.js';

// Gradients at single images, and the moments of their products.

const { graph } = importModel(readFileSync('models/digits.onnx'));
const ELEMENTS = 784;
const CLASSES = 10;
/** Float32 through five layers; a gate that float32 sees on the other side of 0 would show as 1e-3 and more. */
const TOLERANCE = 1e-5;

/** More than two runs of 32, and a quad that is not full. */
const COUNT = 75;
const random = mulberry32(21);
const draw = (size: number) => Float32Array.from(uniformArray(random, size, -1, 1));
const images = draw(COUNT * ELEMENTS).map(Math.abs);
const factors = draw(COUNT * ELEMENTS);
const seed = draw(CLASSES);

/** In two passes, as the textbook has it. */
function momentsOf(products: Float64Array) {
  const mean = Float64Array.from({ length: ELEMENTS }, (_, e) => {
    let sum = 0;
    for (let k = 0; k < COUNT; k++) sum += products[k * ELEMENTS + e]!;
    return sum / COUNT;
  });
  const squares = mean.map((centre, e) => {
    let sum = 0;
    for (let k = 0; k < COUNT; k++) sum += (products[k * ELEMENTS + e]! - centre) ** 2;
    return sum;
  });
  return { mean, squares };
}

describe('gradients at images', () => {
  const shared = useDevice();
  const create = (options: GpuExecutorOptions = {}) => GpuExecutor.create(shared.source, canonicalise(graph), options);
  const cpu = new CpuExecutor(graph);

  test.each([
    ['alone', undefined],
    ['times factors', factors],
  ])('mean and spread of gradients %s, on both executors', async (_, own) => {
    const { gradients } = await cpu.gradients({ images, seed });
    const expected = momentsOf(Float64Array.from(gradients, (gradient, i) => gradient * (own?.[i] ?? 1)));
    const gpu = await create();
    for (const executor of [cpu, gpu]) {
      const { mean, squares } = await executor.gradientMoments({ images, seed, ...(own && { factors: own }) });
      const tolerance = executor === cpu ? 1e-12 : TOLERANCE;
      expect(relativeDistance(mean, expected.mean), executor.kind).toBeLessThan(tolerance);
      expect(relativeDistance(squares, expected.squares), executor.kind).toBeLessThan(tolerance);
    }
    gpu.destroy();
  });

  test('of equal gradients the spread is 0 and the mean is the gradient, to the last bit', async () => {
    const gpu = await create();
    const same = new Float32Array(40 * ELEMENTS);
    for (let k = 0; k < 40; k++) same.set(images.subarray(0, ELEMENTS), k * ELEMENTS);
    const { mean, squares } = await gpu.gradientMoments({ images: same, seed });
    const { gradients } = await gpu.gradients({ images: same.subarray(0, ELEMENTS), seed });
    expect([...mean]).toEqual([...gradients]);
    expect(squares.every((value) => value === 0)).toBe(true);
    gpu.destroy();
  });

  test('the split into chunks changes nothing, and what is read back is two images for every 32', async () => {
    const [whole, split] = [await create(), await create({ memoryBudget: 2 ** 21 })];
    const [one, many] = [await whole.gradientMoments({ images, seed, factors }), await split.gradientMoments({ images, seed, factors })];
    expect(one.cost).toMatchObject({ submits: 1, readbackBytes: 4 * ELEMENTS * 2 * 3 });
    expect(many.cost.submits).toBeGreaterThan(1);
    expect(many.cost.peakBytes).toBeLessThanOrEqual(2 ** 21);
    expect(many.mean).toEqual(one.mean);
    expect(many.squares).toEqual(one.squares);
    whole.destroy();
    split.destroy();
  });

  test('the fused plan, which cannot take several quads together, leaves them to the layered one', async () => {
    const fused = await create({ plan: 'fused' });
    const { mean, cost } = await fused.gradientMoments({ images, seed });
    expect(cost.plan).toBe('layered');
    expect(relativeDistance(mean, (await cpu.gradientMoments({ images, seed })).mean)).toBeLessThan(TOLERANCE);
    fused.destroy();
  });

  test('a signal ends them', async () => {
    const gpu = await create();
    const aborted = { signal: AbortSignal.abort(new Error('enough')) };
    await expect(gpu.gradientMoments({ images, seed }, aborted)).rejects.toThrow('enough');
    gpu.destroy();
  });
});
