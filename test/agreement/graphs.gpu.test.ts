import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { type CandidateBatch, NO_PATCH, readLayer } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { pixelPatches } from '../../src/tensor/pixels.js';
import { linearByAttributes } from '../support/exported_graphs.js';
import { batchNormalization, weights } from '../support/exported_model.js';
import { exportedModels } from '../support/exported_models.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** A few float32 operations in a row (6e-8 each), on sums of at most 60 terms; exp and tanh of WGSL may be off by some units more. */
const TOLERANCE = 1e-5;
/** One lane of a quad, and a quad with a lane of the next. */
const COUNTS = [1, 5];
const STEPS = 4;

describe('graphs of all shapes: the GPU against the reference', () => {
  const shared = useDevice();

  test.each([...exportedModels, linearByAttributes].map(({ name, description }) => [name, description] as const))(
    '%s',
    async (_, description) => {
      const { graph } = importModel(buildModel(description));
      const cpu = new CpuExecutor(graph);
      const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
      for (const count of COUNTS) {
        const random = mulberry32(12);
        const draw = (size: number) => Float32Array.from(uniformArray(random, count * size, -1, 1));
        const { nodes, weights } = quadrature('midpoint', STEPS);
        const [inputs, baselines, seeds] = [draw(cpu.elements), draw(cpu.elements), draw(cpu.classes)];
        const request = { count, inputs, baselines, seeds, alphas: nodes, weights };
        const [expected, actual] = [await cpu.pathGradient(request), await gpu.pathGradient(request)];
        expect(relativeDistance(actual.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
        expect(relativeDistance(actual.outputsAtInput, expected.outputsAtInput)).toBeLessThan(TOLERANCE);
        expect(relativeDistance(actual.outputsAtBaseline, expected.outputsAtBaseline)).toBeLessThan(TOLERANCE);
        const { outputs } = await gpu.forward(inputs, count);
        expect(relativeDistance(outputs, expected.outputsAtInput)).toBeLessThan(TOLERANCE);
      }
      const batch = singleFlips(cpu.elements);
      const [expected, actual] = [await cpu.evaluate(batch, 0), await gpu.evaluate(batch, 0)];
      expect(relativeDistance(actual.margin, expected.margin)).toBeLessThan(TOLERANCE);
      gpu.destroy();
    },
  );

  test('a layer that a normalisation follows has a value of its own', async () => {
    const model = buildModel({
      inputs: { x: ['N', 2, 6, 5] },
      outputs: ['y'],
      initializers: { w: weights(4, 2, 3, 3), ...batchNormalization },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w'], output: 'c' },
        { op: 'BatchNormalization', inputs: ['c', ...Object.keys(batchNormalization)], output: 'n' },
        { op: 'Relu', inputs: ['n'], output: 'r' },
        { op: 'ReduceMean', inputs: ['r'], output: 'y', attributes: { axes: [2, 3], keepdims: 0 } },
      ],
    });
    const { graph } = importModel(model);
    const cpu = new CpuExecutor(graph);
    const gpu = await GpuExecutor.create(shared.source, canonicalise(graph));
    const images = Float32Array.from(uniformArray(mulberry32(4), cpu.elements, -1, 1));
    for (const layer of ['c', 'n']) {
      const request = { images, seed: Float32Array.of(1, -2, 3, -4), layer };
      const [expected, actual] = [await readLayer(cpu, request), await readLayer(gpu, request)];
      expect(relativeDistance(actual.values, expected.values)).toBeLessThan(TOLERANCE);
      expect(relativeDistance(actual.gradients, expected.gradients)).toBeLessThan(TOLERANCE);
    }
    gpu.destroy();
  });

  test('a graph with many branches does not depend on the split into chunks', async () => {
    const { description } = exportedModels.find(({ name }) => name === 'forty branches')!;
    const graph = canonicalise(importModel(buildModel(description)).graph);
    const whole = await GpuExecutor.create(shared.source, graph);
    const split = await GpuExecutor.create(shared.source, graph, { memoryBudget: 2 ** 20 });
    const random = mulberry32(13);
    const draw = (size: number) => Float32Array.from(uniformArray(random, 3 * size, -1, 1));
    const { nodes, weights } = quadrature('midpoint', 100);
    const [inputs, baselines, seeds] = [draw(whole.elements), draw(whole.elements), draw(whole.classes)];
    const request = { count: 3, inputs, baselines, seeds, alphas: nodes, weights };
    const [one, many] = [await whole.pathGradient(request), await split.pathGradient(request)];
    expect(one.cost.submits).toBe(1);
    expect(many.cost.submits).toBeGreaterThan(2);
    // The order of 100 float32 additions differs.
    expect(relativeDistance(many.gradients, one.gradients)).toBeLessThan(1e-6);
    whole.destroy();
    split.destroy();
  });
});

/** A random image, and every one of its elements repainted alone. */
function singleFlips(elements: number): CandidateBatch {
  const random = mulberry32(14);
  const [image, paint] = [0, 1].map(() => Float32Array.from(uniformArray(random, elements, -1, 1))) as [Float32Array, Float32Array];
  return {
    image,
    paint,
    pixels: { pixels: elements, channels: 1, layout: 'nchw' },
    patches: pixelPatches(elements),
    ranks: Uint32Array.from({ length: elements }, (_, i) => i),
    candidates: Uint32Array.from(Array.from({ length: elements }, (_, i) => [0, 0, i, NO_PATCH]).flat()),
  };
}
