import { beforeEach, describe, expect, test } from 'vitest';
import { type AttributionTask, attributeTasks } from '../../../src/attribution/tasks.js';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { graphOfCase, relativeDistance } from '../../../src/doctor/case_graph.js';
import { comparableCases } from '../../../src/doctor/cases/index.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import type { GpuExecutorOptions } from '../../../src/gpu/resource_owner.js';
import { firstSmooth } from '../../../src/graph/analysis/piecewise.js';
import type { Graph } from '../../../src/graph/graph.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { operators } from '../../../src/ops/index.js';
import { useDevice } from '../../support/gpu.js';
import { hinges, kinkedModel, maximum, maxoutNetwork, randomNetwork, sums } from '../../support/piecewise_networks.js';
import { mulberry32, uniformArray } from '../../support/random.js';
import { needsShared, readCase } from '../../support/shared.js';

const shared = useDevice();
const create = (graph: Graph, options: GpuExecutorOptions = {}) => GpuExecutor.create(shared.source, canonicalise(graph), options);

async function exactly(executor: CpuExecutor | GpuExecutor, task: AttributionTask) {
  return (await attributeTasks(executor, [task], { method: 'ig', steps: 'exact' })).attributions[0]!;
}

describe('the regions of every piecewise-linear operator are those of the reference', () => {
  // Linear operators stand in front of a Relu in the networks below.
  const cases = comparableCases.filter((operatorCase) => {
    const { graph } = graphOfCase(operatorCase, 1);
    return operators[operatorCase.op].piecewise !== undefined && !firstSmooth(graph);
  });

  test.each(cases.map((c) => [c.name, c] as const))('%s', async (_, operatorCase) => {
    const { graph, images } = graphOfCase(operatorCase, 2);
    const elements = images.length / 2;
    const gpu = await create(graph);
    const alphas = Float64Array.from({ length: 11 }, (_, k) => (k + 0.5) / 16);
    const request = { input: images.subarray(0, elements), baseline: images.subarray(elements), alphas };
    const [expected, actual] = [await new CpuExecutor(graph).regions(request), await gpu.regions(request)];
    gpu.destroy();
    // A zero of a margin is at alpha + span * m / (m - m'): three roundings of 6e-8 at values up to 9 and a difference of, at least, 0.05.
    for (let i = 0; i < alphas.length; i++) {
      expect(Math.abs(actual.lower[i]! - expected.lower[i]!)).toBeLessThan(3 * 6e-8 * (9 / 0.05));
      expect(Math.abs(actual.upper[i]! - expected.upper[i]!)).toBeLessThan(3 * 6e-8 * (9 / 0.05));
      for (let j = 0; j < i; j++) expect(actual.gates[i] === actual.gates[j]).toBe(expected.gates[i] === expected.gates[j]);
    }
  });
});

describe('exact integrals', () => {
  test('closed forms, as on the CPU', async () => {
    for (const [graph, image, expected] of [
      [hinges, [3, 0.5], [2, 0]],
      [maximum, [2, 1], [1, 0.5]],
      [kinkedModel('Clip', ['low', 'high']), [4, 0], [1, 0]],
      [kinkedModel('HardSigmoid'), [10, 0], [0.5, 0]],
    ] as const) {
      const gpu = await create(graph);
      const { values } = await exactly(gpu, { image: Float32Array.from(image), baseline: new Float32Array(2), target: 0 });
      gpu.destroy();
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 5);
      });
    }
    const gpu = await create(sums);
    const image = Float32Array.from({ length: 16 }, (_, i) => i);
    const { values, sum, exact } = await exactly(gpu, { image, baseline: new Float32Array(16), target: 0 });
    gpu.destroy();
    expect(values[4]).toBeCloseTo(100 / 81, 4);
    expect(sum).toBeCloseTo(54, 3);
    expect(exact!.regions).toBe(5);
  });

  test('of a maxout network: largest of three layers, absolute values, reductions to the largest', async () => {
    const graph = maxoutNetwork(1);
    const gpu = await create(graph);
    const image = Float32Array.from(uniformArray(mulberry32(1), 8, -2, 2));
    const task = { image, baseline: image.map((value, i) => -value + (i % 3)), target: 1 };
    const [expected, actual] = [await exactly(new CpuExecutor(graph), task), await exactly(gpu, task)];
    gpu.destroy();
    // The bound on breakpoints, and float32 sums of at most 12 terms in three layers.
    expect(relativeDistance(actual.values, expected.values)).toBeLessThan(1e-5);
    expect(actual.relativeDelta).toBeLessThan(1e-5);
    expect(actual.exact!.regions).toBe(expected.exact!.regions);
  });

  test.each([1, 2, 3])('of a random network, number %i', async (seed) => {
    const graph = randomNetwork(seed);
    const gpu = await create(graph);
    const image = Float32Array.from(uniformArray(mulberry32(seed), 64, -2, 2));
    const task = { image, baseline: image.map((value, i) => -value + (i % 3)), target: seed % 3 };
    const [expected, actual] = [await exactly(new CpuExecutor(graph), task), await exactly(gpu, task)];
    gpu.destroy();
    // The bound on breakpoints, and float32 sums of at most 36 and 64 terms in six layers.
    expect(relativeDistance(actual.values, expected.values)).toBeLessThan(1e-4);
    expect(actual.exact!.errorBound).toBeLessThan(1e-5);
    expect(actual.relativeDelta).toBeLessThan(1e-4);
    // Regions narrower than float32's resolution may be missed.
    expect(Math.abs(actual.exact!.regions - expected.exact!.regions)).toBeLessThan(0.05 * expected.exact!.regions);
  });

  test('regions do not depend on the split into chunks', async () => {
    const graph = randomNetwork(4);
    const [whole, split] = [await create(graph), await create(graph, { memoryBudget: 2 ** 18 })];
    const image = Float32Array.from(uniformArray(mulberry32(4), 64, -2, 2));
    const alphas = Float64Array.from({ length: 333 }, (_, k) => (k + 0.5) / 512);
    const request = { input: image, baseline: new Float32Array(64), alphas };
    const [one, many] = [await whole.regions(request), await split.regions(request)];
    whole.destroy();
    split.destroy();
    expect(one.cost.submits).toBe(1);
    expect(many.cost.submits).toBeGreaterThan(1);
    expect([many.lower, many.upper, many.gates]).toEqual([one.lower, one.upper, one.gates]);
  });

  test('a smooth network is refused', async () => {
    const gpu = await create(kinkedModel('Tanh'));
    const task = { image: Float32Array.of(1, 1), baseline: new Float32Array(2), target: 0 };
    await expect(exactly(gpu, task)).rejects.toThrow(/^Tanh "[^"]+" is smooth/);
    gpu.destroy();
  });
});

// Of the two piecewise-linear ones that whose kernels compile in half the time; residuals are in the random networks above.
describe('against maps of 8,192 midpoint steps by PyTorch in float64', () => {
  beforeEach(needsShared);

  test('lenet_bn, some thousand regions', { timeout: 600_000 }, async () => {
    const { model, target, array } = readCase('lenet_bn');
    const gpu = await create(importModel(model).graph);
    const { values, relativeDelta } = await exactly(gpu, { image: array('input'), baseline: array('baseline'), target });
    gpu.destroy();
    // The midpoint rule misses each breakpoint by up to 6e-5 of the path.
    expect(relativeDistance(values, array('ig_fine'))).toBeLessThan(2e-3);
    expect(relativeDelta).toBeLessThan(1e-4);
  });
});
