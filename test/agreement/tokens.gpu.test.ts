import { describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/integral/quadrature.js';
import { CpuExecutor } from '../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../src/doctor/case_graph.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel, floatTensor } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** Chains of four products with sums of up to 70 float32 terms, and a Softmax. */
const TOLERANCE = 1e-5;

/**
 * So many rows that an invocation takes several (src/gpu/kernels/variant.ts), which fill neither the last group of rows nor, with 70 and 19 columns,
 * the last tile of outputs or the last steps of the depth.
 */
const [TOKENS, WIDTH, HIDDEN] = [53, 19, 70] as const;

const draw = (shape: number[], seed: number) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return floatTensor(shape, uniformArray(mulberry32(seed), size, -0.4, 0.4));
};

/** Dense with gates on its cotangent, and products of values: rows, columns and depth that no tile divides. */
const network = buildModel({
  inputs: { x: ['N', TOKENS, WIDTH] },
  initializers: {
    up: draw([WIDTH, HIDDEN], 1),
    bias: draw([HIDDEN], 2),
    down: draw([HIDDEN, WIDTH], 3),
    scores: draw([WIDTH, 4], 4),
  },
  nodes: [
    { op: 'MatMul', inputs: ['x', 'up'], output: 'wide' },
    { op: 'Add', inputs: ['wide', 'bias'], output: 'biased' },
    { op: 'Relu', inputs: ['biased'], output: 'gated' },
    { op: 'MatMul', inputs: ['gated', 'down'], output: 'narrow' },
    { op: 'Transpose', inputs: ['x'], output: 'turned', attributes: { perm: [0, 2, 1] } },
    { op: 'MatMul', inputs: ['narrow', 'turned'], output: 'similar' },
    { op: 'Softmax', inputs: ['similar'], output: 'attended', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['attended', 'narrow'], output: 'mixed' },
    { op: 'Add', inputs: ['mixed', 'x'], output: 'sum' },
    { op: 'ReduceMean', inputs: ['sum'], output: 'mean', attributes: { axes: [1], keepdims: 0 } },
    { op: 'MatMul', inputs: ['mean', 'scores'], output: 'y' },
  ],
  outputs: ['y'],
});

describe('products of many rows: the GPU against the reference', () => {
  const shared = useDevice();

  // One quad; two, of which the second is not full; so many that lanes share loads instead of rows.
  test.each([
    [1, 4],
    [1, 7],
    [5, 4],
  ])('%d images, %d steps', async (count, steps) => {
    const { graph } = importModel(network);
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
