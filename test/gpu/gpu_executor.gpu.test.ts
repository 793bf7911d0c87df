import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { type CandidateBatch, NO_PATCH, type PathRequest } from '../../src/executor.js';
import { GpuOutOfMemoryError } from '../../src/gpu/device/errors.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import type { GpuExecutorOptions } from '../../src/gpu/resource_owner.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { mulberry32, uniformArray } from '../support/random.js';

const { graph } = importModel(readFileSync('models/digits.onnx'));
const ELEMENTS = 784;
const CLASSES = 10;

function pathRequest(count: number, steps: number, seed = 11): PathRequest {
  const random = mulberry32(seed);
  const images = (size: number) => Float32Array.from(uniformArray(random, count * size));
  const seeds = new Float32Array(count * CLASSES);
  for (let image = 0; image < count; image++) seeds[image * CLASSES + (image % CLASSES)] = 1;
  const { nodes, weights } = quadrature('midpoint', steps);
  return { count, inputs: images(ELEMENTS), baselines: images(ELEMENTS), seeds, alphas: nodes, weights };
}

describe('the GPU executor, on the digit network', () => {
  const shared = useDevice();
  const create = (options: GpuExecutorOptions = {}) => GpuExecutor.create(shared.source, canonicalise(graph), options);
  const cpu = new CpuExecutor(graph);

  test('a path gradient is that of the reference', async () => {
    const gpu = await create();
    const request = pathRequest(3, 20);
    const [expected, actual] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
    // Float32 through five layers; a gate that float32 sees on the other side of 0 would show as 1e-3 and more.
    expect(relativeDistance(actual.gradients, expected.gradients)).toBeLessThan(1e-5);
    expect(relativeDistance(actual.outputsAtInput, expected.outputsAtInput)).toBeLessThan(1e-5);
    expect(relativeDistance(actual.outputsAtBaseline, expected.outputsAtBaseline)).toBeLessThan(1e-5);
    gpu.destroy();
  });

  test('16, 256 and 1,024 steps take the same dispatches, one submit, and one readback of one image', async () => {
    const gpu = await create();
    const costs = [];
    for (const steps of [16, 256, 1024]) costs.push((await gpu.pathGradient(pathRequest(1, steps))).cost);
    for (const cost of costs) {
      expect(cost.dispatches).toBe(costs[0]!.dispatches);
      expect(cost.submits).toBe(1);
      expect(cost.readbackBytes).toBe(4 * (ELEMENTS + 2 * CLASSES));
    }
    gpu.destroy();
  });

  test('the result does not depend on the split into chunks', async () => {
    const [whole, split] = [await create(), await create({ memoryBudget: 4 * 2 ** 20 })];
    const request = pathRequest(5, 100);
    const [one, many] = [await whole.pathGradient(request), await split.pathGradient(request)];
    expect(one.cost.submits).toBe(1);
    expect(many.cost.submits).toBeGreaterThan(2);
    expect(many.cost.peakBytes).toBeLessThanOrEqual(4 * 2 ** 20);
    // The order of at most 100 float32 additions differs.
    expect(relativeDistance(many.gradients, one.gradients)).toBeLessThan(1e-6);
    expect(many.outputsAtInput).toEqual(one.outputsAtInput);
    whole.destroy();
    split.destroy();
  });

  test('images of one batch do not see each other', async () => {
    const gpu = await create();
    const request = pathRequest(6, 10);
    const all = await gpu.pathGradient(request);
    for (const image of [0, 3, 5]) {
      const part = (data: Float32Array, size: number) => data.slice(image * size, (image + 1) * size);
      const alone = await gpu.pathGradient({
        ...request,
        count: 1,
        inputs: part(request.inputs, ELEMENTS),
        baselines: part(request.baselines, ELEMENTS),
        seeds: part(request.seeds, CLASSES),
      });
      expect(relativeDistance(all.gradients.subarray(image * ELEMENTS, (image + 1) * ELEMENTS), alone.gradients)).toBeLessThan(1e-6);
    }
    gpu.destroy();
  });

  test('forward batches of 1, 4, 5, 64, 65 and 130 images agree with the reference', async () => {
    const gpu = await create();
    const images = Float32Array.from(uniformArray(mulberry32(2), 130 * ELEMENTS));
    const expected = (await cpu.forward(images, 130)).outputs;
    for (const count of [1, 4, 5, 64, 65, 130]) {
      const { outputs } = await gpu.forward(images.subarray(0, count * ELEMENTS), count);
      expect(outputs.length).toBe(count * CLASSES);
      expect(relativeDistance(outputs, expected.subarray(0, count * CLASSES))).toBeLessThan(1e-5);
    }
    gpu.destroy();
  });

  test('candidates are built and judged as on the CPU', async () => {
    const random = mulberry32(4);
    const [image, paint] = [Float32Array.from(uniformArray(random, ELEMENTS)), Float32Array.from(uniformArray(random, ELEMENTS))];
    const list: number[][] = [];
    for (let i = 0; i < 70; i++) list.push([i % 2, i * 11, i % 3 === 0 ? NO_PATCH : i, i % 5 === 0 ? 783 - i : NO_PATCH]);
    // Patches of 1 and of 4 pixels side by side: with those of 4, ranks are 2 x 196. Probabilities are the softmax, then sigmoids.
    for (const side of [1, 4]) {
      const own = { ...graph, bySigmoid: side === 4 };
      const gpu = await GpuExecutor.create(shared.source, canonicalise(own));
      const count = ELEMENTS / side;
      const batch: CandidateBatch = {
        image,
        paint,
        pixels: { pixels: ELEMENTS, channels: 1, layout: 'nchw' },
        patches: { labels: Uint32Array.from({ length: ELEMENTS }, (_, pixel) => Math.floor(pixel / side)), count },
        ranks: Uint32Array.from({ length: 2 * count }, (_, i) => (i < count ? i : 2 * count - 1 - i)),
        candidates: Uint32Array.from(list.flat()),
      };
      const [expected, actual] = [await new CpuExecutor(own).evaluate(batch, 3), await gpu.evaluate(batch, 3)];
      expect(actual.predicted).toEqual(expected.predicted);
      expect(relativeDistance(actual.margin, expected.margin)).toBeLessThan(1e-5);
      expect(relativeDistance(actual.probability, expected.probability)).toBeLessThan(1e-4);
      gpu.destroy();
    }
  });

  test('a device lost in the middle of a request is replaced, and the request repeated', async () => {
    const gpu = await create();
    const request = pathRequest(2, 50);
    const expected = await gpu.pathGradient(request);
    const running = gpu.pathGradient(request);
    (await shared.source.get()).device.destroy();
    expect((await running).gradients).toEqual(expected.gradients);
    expect((await gpu.pathGradient(request)).gradients).toEqual(expected.gradients);
    gpu.destroy();
  });

  test('a signal ends the work between chunks with its reason', async () => {
    const gpu = await create({ memoryBudget: 4 * 2 ** 20 });
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: number[] = [];
    const running = gpu.pathGradient(pathRequest(5, 100), {
      signal: controller.signal,
      onProgress: (done) => {
        seen.push(done);
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(seen.length).toBe(1);
    gpu.destroy();
  });

  test('a network that does not fit is refused with the numbers, before anything is allocated', async () => {
    const gpu = await create({ memoryBudget: 2 ** 16 });
    const refused = gpu.pathGradient(pathRequest(1, 10));
    await expect(refused).rejects.toBeInstanceOf(GpuOutOfMemoryError);
    await expect(refused).rejects.toThrow(
      /^the network needs .* MiB for four samples, .* MiB of it whatever their number, its largest tensor .* \(at most 0\.1 MiB in all/,
    );
    gpu.destroy();
  });

  test('a destroyed executor says so', async () => {
    const gpu = await create();
    gpu.destroy();
    await expect(gpu.forward(new Float32Array(ELEMENTS), 1)).rejects.toThrow('the executor was destroyed');
  });
});
