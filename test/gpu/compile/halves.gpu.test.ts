import { expect, test } from 'vitest';
import { CpuExecutor } from '../../../src/cpu/cpu_executor.js';
import { graphOfCase, relativeDistance } from '../../../src/doctor/case_graph.js';
import { comparableCases } from '../../../src/doctor/cases/index.js';
import { comparePaths } from '../../../src/doctor/compare.js';
import type { PathRequest } from '../../../src/executor.js';
import { halveActivations } from '../../../src/gpu/compile/halves.js';
import { halvesOf } from '../../../src/gpu/compile/schedule.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { PLANS } from '../../../src/gpu/plans.js';
import type { Precision } from '../../../src/gpu/precision.js';
import { REGISTERS } from '../../../src/gpu/tuning/candidates.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../src/onnx/import.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { useDevice } from '../../support/gpu.js';
import { generatedNetworks } from '../../support/networks/network.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const shared = useDevice();

/** Numbers of 16 bits are off by at most 2^-11 of themselves. Errors of some forty values on the way add up like the root of their number, or worse. */
const HALVES = 40 * 2 ** -11;

const networkNamed = (name: string) => {
  const found = generatedNetworks.find((network) => network.name === name);
  if (found === undefined) throw new Error(`no network is called ${name}`);
  return importModel(found.tiny().bytes).graph;
};

// Networks with smooth functions, whose gradients see every rounding.
test.each([
  ['ViT-Ti/16', REGISTERS],
  ['ViT-Ti/16', '32 x 32 of 4 samples'],
  ['ConvNeXt-Tiny', REGISTERS],
  ['EfficientNet-B0', REGISTERS],
])('%s, %s: gradients are off by rounding to 16 bits, and the error is told', async (name, candidate) => {
  const graph = networkNamed(name);
  const request = requestOf(sizeOf(graph.input.shape), sizeOf(graph.output.shape));
  const expected = await new CpuExecutor(graph).pathGradient(request);
  const canonical = canonicalise(graph);
  const create = (precision: Precision) => GpuExecutor.create(shared.source, canonical, { precision, candidate });
  const [whole, mixed] = [await create('f32'), await create('mixed')];
  const [inWords, inHalves] = [await whole.pathGradient(request), await mixed.pathGradient(request)];
  const error = relativeDistance(inHalves.gradients, expected.gradients);
  expect(relativeDistance(inWords.gradients, expected.gradients)).toBeLessThan(1e-5);
  expect(error).toBeLessThan(HALVES);
  // Had nothing been rounded, this would be as right as 32 bits.
  expect(error).toBeGreaterThan(1e-5);
  expect(inWords.cost.mixedError).toBeUndefined();
  // The same error, of one of two images.
  expect(inHalves.cost.mixedError).toBeGreaterThan(error / 4);
  expect(inHalves.cost.mixedError).toBeLessThan(4 * error);
  expect(inHalves.outputsAtInput, 'outputs have 32 bits').toEqual(inWords.outputsAtInput);
  const [forward, again] = [await whole.forward(request.inputs, 2), await mixed.forward(request.inputs, 2)];
  expect(again.outputs, 'other requests have 32 bits').toEqual(forward.outputs);
  whole.destroy();
  mixed.destroy();
});

// Of piecewise linear networks only gates depend on activations, and few are so near 0 that rounding turns them.
test.each(['Dense, rows', 'Conv, stride 2', 'MaxPool, overlapping'])('%s between nonlinearities', async (name) => {
  const operatorCase = comparableCases.find((each) => each.name === name);
  if (operatorCase === undefined) throw new Error(`no case is called ${name}`);
  const { graph } = graphOfCase(operatorCase, 7, 7, { before: 'LeakyRelu', after: 'Relu' });
  const distances = await comparePaths(graph, shared.source, { precision: 'mixed' });
  expect(distances.gradients).toBeLessThan(HALVES);
});

function requestOf(elements: number, classes: number): PathRequest {
  const random = mulberry32(11);
  return {
    count: 2,
    inputs: Float32Array.from(uniformArray(random, 2 * elements, -1, 1)),
    baselines: new Float32Array(2 * elements),
    seeds: Float32Array.from({ length: 2 * classes }, (_, i) => (i % classes === 0 ? 1 : 0)),
    alphas: Float64Array.from({ length: 8 }, (_, k) => (k + 0.5) / 8),
    weights: new Float64Array(8).fill(1 / 8),
  };
}

test('a number that 16 bits cannot hold becomes infinite, and the map is refused', async () => {
  // exp(12) is 162,755.
  const graph = canonicalise(importModel(overflowing()).graph);
  const create = (precision: Precision) => GpuExecutor.create(shared.source, graph, { precision });
  const request = {
    ...requestOf(2, 2),
    inputs: Float32Array.of(12, 12, 12, 12),
    alphas: Float64Array.of(0.99),
    weights: Float64Array.of(1),
  };
  const [whole, mixed] = [await create('f32'), await create('mixed')];
  expect((await whole.pathGradient(request)).gradients.every(Number.isFinite)).toBe(true);
  expect((await mixed.pathGradient(request)).gradients.every(Number.isFinite)).toBe(false);
  whole.destroy();
  mixed.destroy();
});

/** log(exp(x)^2 + 1), of two numbers. */
function overflowing(): Uint8Array {
  return buildModel({
    inputs: { x: [1, 2] },
    outputs: ['y'],
    initializers: { one: floatTensor([1], [1]) },
    nodes: [
      { op: 'Exp', inputs: ['x'], output: 'e' },
      { op: 'Mul', inputs: ['e', 'e'], output: 'square' },
      { op: 'Add', inputs: ['square', 'one'], output: 'more' },
      { op: 'Log', inputs: ['more'], output: 'y' },
    ],
  });
}

test('activations of samples take half the memory, and nothing else changes its size', () => {
  const graph = canonicalise(networkNamed('ViT-Ti/16'));
  const whole = PLANS.layered.path.schedule(graph, { kernels: PLANS.layered.kernels });
  const halved = halveActivations(whole);
  const kinds = new Set<string>();
  halved.dispatches.forEach((dispatch, index) => {
    const before = whole.dispatches[index]!;
    dispatch.bindings.forEach((binding, position) => {
      if (binding.kind === 'constant' || binding.kind === 'external') return;
      const halves = halvesOf(dispatch).includes(position + 1);
      const [own, former] = [
        halved.tensorOf(dispatch, binding).elements,
        whole.tensorOf(before, before.bindings[position] as typeof binding).elements,
      ];
      expect(own).toBe(halves ? former / 2 : former);
      if (halves) kinds.add(`${binding.space ?? dispatch.space} ${binding.kind}`);
    });
  });
  expect([...kinds]).toEqual(['samples value']);
});
