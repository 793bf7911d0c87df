import { expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import type { PathRequest } from '../../../src/executor.js';
import { GpuOutOfMemoryError } from '../../../src/gpu/device/errors.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { useDevice } from '../../support/gpu.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const [INPUTS, WIDTH, CLASSES] = [96, 256, 8];
/** Bytes of the weights of two layers of the width, of which one fits into the budget. */
const LAYER = 4 * WIDTH * WIDTH;

const shared = useDevice();
const random = mulberry32(5);
const layer = (outputs: number, inputs: number) =>
  floatTensor([outputs, inputs], uniformArray(random, outputs * inputs, -2 / Math.sqrt(inputs), 2 / Math.sqrt(inputs)));
const { graph } = importModel(
  buildModel({
    inputs: { x: [1, INPUTS] },
    outputs: ['y'],
    initializers: { a: layer(WIDTH, INPUTS), b: layer(WIDTH, WIDTH), c: layer(WIDTH, WIDTH), d: layer(CLASSES, WIDTH) },
    nodes: ['a', 'b', 'c', 'd'].flatMap((name, i) => {
      const [input, product] = [i === 0 ? 'x' : `relu${i - 1}`, i === 3 ? 'y' : `product${i}`];
      const gemm = { op: 'Gemm', inputs: [input, name], output: product, attributes: { transB: 1 } };
      return i === 3 ? [gemm] : [gemm, { op: 'Relu', inputs: [product], output: `relu${i}` }];
    }),
  }),
);
const request: PathRequest = {
  count: 2,
  inputs: Float32Array.from(uniformArray(random, 2 * INPUTS, 0, 1)),
  baselines: new Float32Array(2 * INPUTS),
  seeds: Float32Array.from({ length: 2 * CLASSES }, (_, i) => (i % CLASSES === 3 ? 1 : 0)),
  alphas: Float64Array.of(0.1, 0.3, 0.5, 0.7, 0.9),
  weights: new Float64Array(5).fill(0.2),
};

test('weights that do not fit the budget are uploaded in turn, and the result is the same to the bit', async () => {
  const canonical = canonicalise(graph);
  const create = (memoryBudget?: number) =>
    GpuExecutor.create(shared.source, canonical, { plan: 'layered', ...(memoryBudget !== undefined && { memoryBudget }) });
  // Two layers of the width and the first are more than this; the window takes one.
  const [whole, streamed] = [await create(), await create(1.9 * LAYER)];
  const expected = await whole.pathGradient(request);
  expect(expected.cost.streamedBytes).toBeUndefined();
  for (let round = 0; round < 2; round++) {
    const { cost, gradients, outputsAtInput, outputsAtBaseline } = await streamed.pathGradient(request);
    expect({ gradients, outputsAtInput, outputsAtBaseline }).toEqual({
      gradients: expected.gradients,
      outputsAtInput: expected.outputsAtInput,
      outputsAtBaseline: expected.outputsAtBaseline,
    });
    expect(cost.streamedBytes).toBeGreaterThan(LAYER);
    expect(cost.submits).toBeGreaterThan(expected.cost.submits);
    expect(cost.peakBytes).toBeLessThanOrEqual(1.9 * LAYER);
    // A request of another kind has weights of its own in the same budget.
    const { outputs, cost: ofForward } = await streamed.forward(request.inputs, request.count);
    expect([...outputs]).toEqual([...expected.outputsAtInput]);
    expect(ofForward.peakBytes).toBeLessThanOrEqual(1.9 * LAYER);
  }
  const reference = await new CpuExecutor(graph).pathGradient(request);
  const norm = Math.hypot(...reference.gradients);
  expect(Math.hypot(...reference.gradients.map((value, i) => value - (expected.gradients[i] ?? Number.NaN))) / norm).toBeLessThan(1e-5);
  const small = await create(LAYER);
  await expect(small.pathGradient(request)).rejects.toBeInstanceOf(GpuOutOfMemoryError);
  for (const executor of [whole, streamed, small]) executor.destroy();
});
