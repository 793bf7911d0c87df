import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { tokenModel } from '../support/token_network.js';

/** Chains of four products with sums of up to 70 float32 terms, and a Softmax. */
const TOLERANCE = 1e-5;

describe('products of many rows: the GPU against the reference', () => {
  const shared = useDevice();

  // One quad; two, of which the second is not full; so many that lanes share loads instead of rows.
  test.each([
    [1, 4],
    [1, 7],
    [5, 4],
  ])('%d images, %d steps', async (count, steps) => {
    const { graph } = importModel(buildModel(tokenModel));
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
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
  });
});
