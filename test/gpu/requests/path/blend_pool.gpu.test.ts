import { describe, expect, test } from 'vitest';
import { CpuExecutor } from '../../../../src/cpu/cpu_executor.js';
import { relativeDistance } from '../../../../src/doctor/case_graph.js';
import { comparePaths } from '../../../../src/doctor/compare.js';
import { GpuExecutor } from '../../../../src/gpu/gpu_executor.js';
import { pathSchedule } from '../../../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../../src/onnx/import.js';
import { useDevice } from '../../../support/gpu.js';
import { buildModel, floatTensor, type NodeDescription } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';

const shared = useDevice();

type Attributes = NonNullable<NodeDescription['attributes']>;

/** A network whose linear prefix, one convolution, ends at a pool, perhaps with a Relu before it. `pooled` are the elements of a channel after it. */
function network(channels: number, [rows, columns]: readonly [number, number], window: Attributes, pooled: number, relu = true) {
  const random = mulberry32(channels);
  const floats = (shape: number[], size: number) => floatTensor(shape, uniformArray(random, size, -0.5, 0.5));
  const nodes: NodeDescription[] = [
    { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
    ...(relu ? [{ op: 'Relu', inputs: ['c'], output: 'r' }] : []),
    { op: 'MaxPool', inputs: [relu ? 'r' : 'c'], output: 'p', attributes: window },
    { op: 'Flatten', inputs: ['p'], output: 'f' },
    { op: 'MatMul', inputs: ['f', 'v'], output: 'y' },
  ];
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 1, rows, columns] },
      outputs: ['y'],
      initializers: {
        w: floats([channels, 1, 3, 3], 9 * channels),
        b: floats([channels], channels),
        v: floats([pooled * channels, 3], 3 * pooled * channels),
      },
      nodes,
    }),
  );
  return graph;
}

/** The constants of the blend of a network's prefix. */
function blendOf(graph: ReturnType<typeof network>): Readonly<Record<string, number>> | undefined {
  return pathSchedule(canonicalise(graph)).dispatches.find(({ kernel }) => kernel === 'path_blend_pool')?.constants;
}

describe('a blend before a pool', () => {
  // An invocation blends 8 channels: with 11, the second has three; with 16 both are full; with 3 none is.
  test.each([3, 11, 16])('of %i channels is right', async (channels) => {
    const graph = network(channels, [6, 10], { kernel_shape: [2, 2], strides: [2, 2] }, 15);
    expect(blendOf(graph)).toMatchObject({ CHANNELS: 8, ROWS: 2, COLUMNS: 2, RELU: 1, DOWN: 1, PADDED: 0 });
    const distances = await comparePaths(graph, shared.source);
    expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
  });

  const windows: readonly (readonly [string, readonly [number, number], Attributes, number, object])[] = [
    ['3x3, stride 2', [7, 9], { kernel_shape: [3, 3], strides: [2, 2] }, 12, { ROW_STRIDE: 2, DOWN: 2, PADDED: 0 }],
    ['3x3, stride 2, with rows past the last window', [8, 10], { kernel_shape: [3, 3], strides: [2, 2] }, 12, { PADDED: 0 }],
    ['3x3, stride 2, on padding', [8, 10], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, 20, { PADDED: 1 }],
    ['3x3, stride 2, beyond the end', [8, 10], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, 20, { PADDED: 1 }],
    ['3x3, stride 1, on padding', [5, 6], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }, 30, { ROW_STRIDE: 1, PADDED: 1 }],
    ['2x4, strides 2 and 3', [7, 10], { kernel_shape: [2, 4], strides: [2, 3] }, 9, { ROWS: 2, COLUMNS: 4, COLUMN_STRIDE: 3, DOWN: 1 }],
    ['2x2, stride 3, with gaps', [8, 11], { kernel_shape: [2, 2], strides: [3, 3] }, 12, { ROW_STRIDE: 3, DOWN: 1 }],
  ];
  describe.each(windows)('with windows of %s', (_, size, window, pooled, constants) => {
    test.each([true, false])('is right, Relu before it: %s', async (relu) => {
      const graph = network(11, size, window, pooled, relu);
      expect(blendOf(graph)).toMatchObject({ ...constants, RELU: Number(relu) });
      for (const plan of ['layered', 'fused'] as const) {
        const distances = await comparePaths(graph, shared.source, { plan });
        expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
      }
    });

    // All elements of a window are equal, and the gradient belongs to the first of them.
    test('takes the first of equal elements', async () => {
      const graph = network(2, size, window, pooled);
      const elements = size[0] * size[1];
      const request = {
        count: 1,
        inputs: new Float32Array(elements).fill(1),
        baselines: new Float32Array(elements),
        seeds: Float32Array.of(1, 0, 0),
        alphas: Float64Array.of(0.25, 0.5, 0.75),
        weights: Float64Array.of(0.25, 0.5, 0.25),
      };
      const gpu = await GpuExecutor.create(shared.source, canonicalise(graph), { plan: 'layered' });
      const found = await gpu.pathGradient(request);
      gpu.destroy();
      const expected = await new CpuExecutor(graph).pathGradient(request);
      expect(relativeDistance(found.gradients, expected.gradients)).toBeLessThan(1e-5);
    });
  });

  test.each([
    ['dilated', { kernel_shape: [3, 3], strides: [2, 2], dilations: [2, 2] }, 6],
    ['large', { kernel_shape: [5, 5], strides: [2, 2] }, 6],
  ] as const)('is not made of %s windows', (_, window, pooled) => {
    expect(blendOf(network(3, [8, 10], { ...window } as unknown as Attributes, pooled))).toBeUndefined();
  });
});
