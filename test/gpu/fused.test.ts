import { beforeAll, describe, expect, test } from 'vitest';
import { quadrature } from '../../src/attribution/quadrature.js';
import type { PathRequest } from '../../src/executor.js';
import { DeviceSource } from '../../src/gpu/device.js';
import { GpuExecutor } from '../../src/gpu/executor.js';
import { canonicalise } from '../../src/graph/canonicalise.js';
import type { Graph } from '../../src/graph/graph.js';
import { importModel } from '../../src/onnx/import.js';
import { graphOfCase, relativeDistance } from '../support/case_graph.js';
import { comparableCases } from '../support/compare_executors.js';
import { exportedModels } from '../support/exported_models.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';
import { smallNetworks } from '../support/small_networks.js';

/**
 * Both plans run the same kernels on the same numbers. What may differ is how a compiler contracts products and sums of float32 (6e-8 an
 * operation, over sums of up to 1,568 terms), and the order in which quads of alphas are added: none. The issue asks for 1e-5.
 */
const TOLERANCE = 2e-6;

describe('the fused plan', () => {
  const shared = useDevice();
  let source: DeviceSource;
  beforeAll(() => {
    source = new DeviceSource(shared.gpu, { limits: shared.limits });
    return () => source.destroy();
  });

  const requestOf = (graph: Graph, count: number, steps: number): PathRequest => {
    const random = mulberry32(12);
    const sizes = [graph.input, graph.output].map(({ shape }) => shape.reduce((product, axis) => product * axis, 1));
    const draw = (size: number) => Float32Array.from(uniformArray(random, count * size, -1, 1));
    const { nodes, weights } = quadrature('midpoint', steps);
    return { count, inputs: draw(sizes[0]!), baselines: draw(sizes[0]!), seeds: draw(sizes[1]!), alphas: nodes, weights };
  };

  async function compare(graph: Graph, count: number, steps: number): Promise<void> {
    const fused = await GpuExecutor.create(source, graph, { plan: 'fused' });
    const layered = await GpuExecutor.create(source, graph, { plan: 'layered' });
    const request = requestOf(graph, count, steps);
    const [actual, expected] = [await fused.pathGradient(request), await layered.pathGradient(request)];
    expect(actual.cost).toMatchObject({ plan: 'fused', dispatches: 2, submits: 1 });
    expect(expected.cost.plan).toBe('layered');
    for (const part of ['gradients', 'outputsAtInput', 'outputsAtBaseline'] as const) {
      expect(relativeDistance(actual[part], expected[part])).toBeLessThan(TOLERANCE);
    }
    const [outputs, same] = [await fused.forward(request.inputs, count), await layered.forward(request.inputs, count)];
    expect(outputs.cost).toMatchObject({ plan: 'fused', dispatches: 1 });
    expect(relativeDistance(outputs.outputs, same.outputs)).toBeLessThan(TOLERANCE);
    fused.destroy();
    layered.destroy();
  }

  test.each([
    ['M1', 1, 16],
    ['M1', 3, 70],
    ['M2', 1, 16],
    ['M2', 1, 1024],
    ['M2', 64, 16],
    ['M2', 5, 1],
  ] as const)('%s: two dispatches for %i images and %i steps', (name, count, steps) => compare(smallNetworks[name](), count, steps));

  test.each(comparableCases.map((each) => [each.name, each] as const))('%s, between nonlinearities', (_, operatorCase) =>
    compare(canonicalise(graphOfCase(operatorCase, 1, 7, { before: 'LeakyRelu', after: 'Relu' }).graph), 3, 3),
  );

  test.each(exportedModels.map(({ name, description }) => [name, description] as const))('%s', (_, description) =>
    compare(canonicalise(importModel(buildModel(description)).graph), 5, 4),
  );
});
