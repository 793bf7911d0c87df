import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { smallNetworks } from '../support/small_networks.js';
import { fewTokensModel, tokenModel } from '../support/token_network.js';

/** Chains of four products with sums of up to 70 float32 terms, and a Softmax; or of three with up to 784 terms. */
const TOLERANCE = 1e-5;

describe('products: the GPU against the reference', () => {
  const shared = useDevice();

  async function compare(graph: Graph, count: number, steps: number): Promise<void> {
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, graph);
    const random = mulberry32(12);
    const draw = (size: number) => Float32Array.from(uniformArray(random, count * size, -1, 1));
    const { nodes, weights: shares } = quadrature('midpoint', steps);
    const [inputs, baselines, seeds] = [draw(cpu.elements), draw(cpu.elements), draw(cpu.classes)];
    const request = { count, inputs, baselines, seeds, alphas: nodes, weights: shares };
    const [expected, actual] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
    expect(relativeDistance(actual.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
    expect(relativeDistance(actual.outputsAtInput, expected.outputsAtInput)).toBeLessThan(TOLERANCE);
    const { outputs } = await gpu.forward(inputs, count);
    expect(relativeDistance(outputs, expected.outputsAtInput)).toBeLessThan(TOLERANCE);
    gpu.destroy();
  }

  test.each([
    ['many rows, one quad of samples', tokenModel, 1, 4],
    ['many rows, two quads, of which the second is not full', tokenModel, 1, 7],
    ['many rows, so many samples that lanes share loads instead of rows', tokenModel, 5, 4],
    ['several rows, of which an invocation takes two', fewTokensModel, 1, 4],
  ] as const)('%s', (_, model, count, steps) => compare(canonicalise(importModel(buildModel(model)).graph), count, steps));

  // An invocation takes one quad of samples, two, and four, which share loads.
  test.each([
    [1, 64],
    [2, 64],
    [16, 80],
  ])('one row: %d images, %d steps', (count, steps) => compare(smallNetworks.M2(), count, steps));
});
