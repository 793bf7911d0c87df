import { expect, test } from 'vitest';
import { comparePaths } from '../../../src/doctor/compare.js';
import { importModel } from '../../../src/onnx/import.js';
import { useDevice } from '../../support/gpu.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';

const shared = useDevice();
const random = mulberry32(5);
const floats = (...shape: number[]) =>
  floatTensor(
    shape,
    uniformArray(
      random,
      shape.reduce((a, b) => a * b),
      -0.3,
      0.3,
    ),
  );

// On lavapipe eight invocations share their loads (shaders/convolution/conv_subgroup.wgsl), elsewhere four or none. Channels fill no tile and come in an odd number, columns
// are no multiple of eight where there are few samples, and groups have channels of their own. There are a bias, a residual, a ReLU and its gates.
test('convolutions of one tap with many channels are right on few and on many samples', async () => {
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 29, 5, 3] },
      outputs: ['y'],
      initializers: {
        w: floats(58, 29, 1, 1),
        b: floats(58),
        v: floats(58, 58, 1, 1),
        u: floats(2 * 61, 29, 1, 1),
        t: floats(3, 2 * 61, 1, 1),
      },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'd' },
        { op: 'Conv', inputs: ['d', 'v'], output: 'e' },
        { op: 'Add', inputs: ['e', 'd'], output: 'f' },
        { op: 'Relu', inputs: ['f'], output: 'g' },
        { op: 'Conv', inputs: ['g', 'u'], output: 'h', attributes: { group: 2 } },
        { op: 'LeakyRelu', inputs: ['h'], output: 'i' },
        { op: 'Conv', inputs: ['i', 't'], output: 'j' },
        { op: 'GlobalAveragePool', inputs: ['j'], output: 'p' },
        { op: 'Flatten', inputs: ['p'], output: 'y' },
      ],
    }),
  );
  const distances = await comparePaths(graph, shared.source);
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});

// Channels fill tiles of weights, but not the tiles of the kernel. The planes' last rows and columns are read with one stride and not with the other. With padding, other kernels compute.
test('convolutions of one tap with a stride are right', async () => {
  const strided = (input: string, weights: string, output: string, strides: readonly number[], pad = 0) => ({
    op: 'Conv',
    inputs: [input, weights],
    output,
    attributes: { strides, pads: [pad, pad, pad, pad] },
  });
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 32, 9, 11] },
      outputs: ['y'],
      initializers: { w: floats(58, 32, 1, 1), v: floats(58, 32, 1, 1), u: floats(58, 32, 1, 1), t: floats(2 * 45, 16, 1, 1) },
      nodes: [
        strided('x', 'w', 'a', [2, 2]),
        strided('x', 'v', 'b', [2, 2]),
        { op: 'Add', inputs: ['a', 'b'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'd' },
        strided('x', 'u', 'e', [3, 2], 1),
        { op: 'Conv', inputs: ['x', 't'], output: 'f', attributes: { strides: [4, 3], group: 2 } },
        ...['d', 'e', 'f'].flatMap((name) => [
          { op: 'GlobalAveragePool', inputs: [name], output: `${name} mean` },
          { op: 'Flatten', inputs: [`${name} mean`], output: `${name} flat` },
        ]),
        { op: 'Concat', inputs: ['d flat', 'e flat', 'f flat'], output: 'y', attributes: { axis: 1 } },
      ],
    }),
  );
  const distances = await comparePaths(graph, shared.source);
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});
