import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { graphOfCase, relativeDistance } from '../../../src/doctor/case_graph.js';
import { comparableCases } from '../../../src/doctor/cases/index.js';
import type { MultiplierRequest, Numbers } from '../../../src/executor.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { passedByGradient } from '../../../src/graph/analysis/rules.js';
import type { Graph } from '../../../src/graph/graph.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { operatorOf } from '../../../src/ops/index.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { useDevice } from '../../support/gpu.js';
import { rescaleNetworks } from '../../support/networks/rescale_networks.js';
import { buildModel } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

// One backward pass by the rescale rule, on the GPU beside float64.

/** What one operator gives an element, (f(x) - f(b)) dy, errs by the rounding of f: up to 13 here, where differences are about 1. */
const TOLERANCE = 1e-5;
/**
 * Within a network that is divided by x - b. Of the 50 units of a network, whose values differ by about 1, the closest differ by about 0.02, and
 * transcendental functions of WGSL err by several 6e-8: 2.5e-5. A unit with another slope would show as 1e-2.
 */
const NETWORK_TOLERANCE = 5e-5;

const random = mulberry32(67);
const draw = (size: number, low = -1, high = 1) => Float32Array.from(uniformArray(random, size, low, high));

function requestOf(graph: Graph, count: number): MultiplierRequest {
  const elements = sizeOf(graph.input.shape);
  const classes = sizeOf(graph.output.shape);
  return { count, inputs: draw(count * elements), baselines: draw(count * elements), seeds: draw(count * classes), rule: 'rescale' };
}

describe('multipliers', () => {
  const shared = useDevice();

  test.each(Object.entries(rescaleNetworks))('%s: five images, each with a seed of its own', async (_, model) => {
    const { graph } = importModel(buildModel(model));
    const request = requestOf(graph, 5);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const [expected, found] = [await new CpuExecutor(graph).multipliers(request), await gpu.multipliers(request)];
    gpu.destroy();
    expect(relativeDistance(found.multipliers, expected.multipliers)).toBeLessThan(NETWORK_TOLERANCE);
    expect(relativeDistance(found.outputsAtInput, expected.outputsAtInput)).toBeLessThan(TOLERANCE);
    expect(relativeDistance(found.outputsAtBaseline, expected.outputsAtBaseline)).toBeLessThan(TOLERANCE);
    expect(found.byGradient).toEqual([]);
  });

  // Every operator that has a rule.
  const ruled = comparableCases.filter((each) => operatorOf(each).rules?.rescale !== undefined);
  test.each(ruled.map((each) => [each.name, each] as const))('%s', async (_, operatorCase) => {
    const { graph, images } = graphOfCase(operatorCase, 6);
    const canonical = canonicalise(graph);
    const half = images.length / 2;
    const request = { ...requestOf(graph, 3), inputs: images.subarray(0, half), baselines: images.subarray(half) };
    const gpu = await GpuExecutor.create(shared.source, canonical);
    const [expected, found] = [await new CpuExecutor(graph).multipliers(request), await gpu.multipliers(request)];
    gpu.destroy();
    const difference = Float64Array.from(request.inputs, (x, i) => x - request.baselines[i]!);
    const given = (multipliers: Numbers) => Float64Array.from(multipliers, (multiplier, i) => multiplier * difference[i]!);
    expect(relativeDistance(given(found.multipliers), given(expected.multipliers))).toBeLessThan(TOLERANCE);
    expect(found.byGradient).toEqual(passedByGradient(canonical, 'rescale'));
    if (found.byGradient.length > 0) return;
    // Complete: of every image the float64 products sum to the rise of its output.
    for (let image = 0; image < 3; image++) {
      const sum = (data: ArrayLike<number>, times: ArrayLike<number>, size: number) =>
        Array.from({ length: size }, (_, e) => data[image * size + e]! * times[image * size + e]!).reduce((total, term) => total + term, 0);
      const { classes, elements } = new CpuExecutor(graph);
      const rise = sum(expected.outputsAtInput, request.seeds, classes) - sum(expected.outputsAtBaseline, request.seeds, classes);
      expect(sum(expected.multipliers, difference, elements)).toBeCloseTo(rise, 9);
    }
  });

  test('the split into chunks changes no bit, and progress counts images', async () => {
    const { graph } = importModel(buildModel(rescaleNetworks['convolution, ReLU, max pooling']));
    const request = requestOf(graph, 33);
    const canonical = canonicalise(graph);
    const whole = await GpuExecutor.create(shared.source, canonical);
    const split = await GpuExecutor.create(shared.source, canonical, { memoryBudget: 2 ** 15 });
    const seen: [number, number][] = [];
    const [one, many] = [
      await whole.multipliers(request),
      await split.multipliers(request, { onProgress: (done, total) => seen.push([done, total]) }),
    ];
    whole.destroy();
    split.destroy();
    expect(one.cost).toMatchObject({ plan: 'layered', submits: 1 });
    expect(many.cost.submits).toBeGreaterThan(1);
    expect(many.multipliers).toEqual(one.multipliers);
    expect(many.outputsAtBaseline).toEqual(one.outputsAtBaseline);
    expect(seen).toHaveLength(many.cost.submits);
    expect(seen.at(-1)).toEqual([33, 33]);
  });

  test('where image and baseline are the same, multipliers are gradients', async () => {
    const { graph } = importModel(buildModel(rescaleNetworks['sigmoid and tanh']));
    const image = draw(5);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const seeds = Float32Array.of(1, -2);
    const { multipliers } = await gpu.multipliers({ count: 1, inputs: image, baselines: image, seeds, rule: 'rescale' });
    const { gradients } = await gpu.gradients({ images: image, seed: seeds });
    gpu.destroy();
    expect(relativeDistance(multipliers, gradients)).toBeLessThan(TOLERANCE);
  });
});
