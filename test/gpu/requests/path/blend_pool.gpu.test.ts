import { expect, test } from 'vitest';
import { comparePaths } from '../../../../src/doctor/compare.js';
import { variantName } from '../../../../src/gpu/kernels/source.js';
import { pathSchedule } from '../../../../src/gpu/requests/path/path_schedule.js';
import { canonicalise } from '../../../../src/graph/passes/canonicalise.js';
import { importModel } from '../../../../src/onnx/import.js';
import { useDevice } from '../../../support/gpu.js';
import { buildModel, floatTensor } from '../../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../../support/random.js';

const shared = useDevice();

// An invocation blends 8 channels: with 11, the second has three; with 16 both are full; with 3 none is.
test.each([3, 11, 16])('%i channels that are blended before a pool are right', async (channels) => {
  const random = mulberry32(channels);
  const floats = (shape: number[], size: number) => floatTensor(shape, uniformArray(random, size, -0.5, 0.5));
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 1, 6, 10] },
      outputs: ['y'],
      initializers: {
        w: floats([channels, 1, 3, 3], 9 * channels),
        b: floats([channels], channels),
        v: floats([15 * channels, 3], 45 * channels),
      },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'MaxPool', inputs: ['r'], output: 'p', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
        { op: 'Flatten', inputs: ['p'], output: 'f' },
        { op: 'MatMul', inputs: ['f', 'v'], output: 'y' },
      ],
    }),
  );
  const [blend] = pathSchedule(canonicalise(graph)).dispatches.filter(({ kernel }) => kernel === 'path_blend_pool');
  expect(blend && variantName(blend.kernel, blend.constants)).toBe('path_blend_pool CHANNELS=8 COLUMNS=2 RELU=1 ROWS=2');
  const distances = await comparePaths(graph, shared.source);
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});
