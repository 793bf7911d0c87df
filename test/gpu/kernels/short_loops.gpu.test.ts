import { expect, test } from 'vitest';
import { comparePaths } from '../../../src/doctor/compare.js';
import { importModel } from '../../../src/onnx/import.js';
import { useDevice } from '../../support/gpu.js';
import { buildModel, floatTensor } from '../../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../../support/random.js';
import { withShortLoops } from '../../support/short_loops.js';

const shared = useDevice();
const random = mulberry32(3);
const floats = (...shape: number[]) =>
  floatTensor(
    shape,
    uniformArray(
      random,
      shape.reduce((a, b) => a * b),
      -0.5,
      0.5,
    ),
  );

// 21 channels: the last iteration of four would have one. The last convolution, backward, reads weights of its own direction, since it has few channels forward.
test('convolutions of one tap are right with one channel an iteration', async () => {
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 21, 5, 7] },
      outputs: ['y'],
      initializers: { w: floats(24, 21, 1, 1), b: floats(24), v: floats(3, 24, 1, 1) },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w', 'b'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'Conv', inputs: ['r', 'v'], output: 'd' },
        { op: 'GlobalAveragePool', inputs: ['d'], output: 'p' },
        { op: 'Flatten', inputs: ['p'], output: 'y' },
      ],
    }),
  );
  const distances = await comparePaths(graph, withShortLoops(shared.source));
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});

// Tiles of 8 and of 16 channels, with planes whose last tile of a row is not full, and a stride. The first convolution runs on the ends of paths, which have one lane.
test('convolutions of several taps are right in tiles of one row', async () => {
  const padded = { pads: [1, 1, 1, 1] };
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 3, 13, 9] },
      outputs: ['y'],
      initializers: { w: floats(8, 3, 3, 3), v: floats(24, 8, 3, 3), u: floats(16, 24, 3, 3), t: floats(32, 16, 3, 3), b: floats(32) },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w'], output: 'c', attributes: padded },
        { op: 'Relu', inputs: ['c'], output: 'd' },
        { op: 'Conv', inputs: ['d', 'v'], output: 'e', attributes: padded },
        { op: 'Relu', inputs: ['e'], output: 'f' },
        { op: 'Conv', inputs: ['f', 'u'], output: 'g', attributes: { ...padded, strides: [2, 2] } },
        { op: 'Relu', inputs: ['g'], output: 'h' },
        { op: 'Conv', inputs: ['h', 't', 'b'], output: 'i', attributes: padded },
        { op: 'Relu', inputs: ['i'], output: 'j' },
        { op: 'GlobalAveragePool', inputs: ['j'], output: 'p' },
        { op: 'Flatten', inputs: ['p'], output: 'y' },
      ],
    }),
  );
  const distances = await comparePaths(graph, withShortLoops(shared.source));
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});

// Pools whose windows begin on the first row and column of a tile, and on the second; 16 channels and 8; a product behind them.
test('convolutions before pools of 2, and products, are right', async () => {
  const pool = (input: string, output: string) => ({
    op: 'MaxPool' as const,
    inputs: [input],
    output,
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  });
  const { graph } = importModel(
    buildModel({
      inputs: { x: ['N', 3, 22, 14] },
      outputs: ['y'],
      initializers: { w: floats(16, 3, 3, 3), v: floats(24, 16, 3, 3), u: floats(8, 24, 3, 3), t: floats(8 * 5 * 3, 40), s: floats(40, 5) },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['c'], output: 'd' },
        { op: 'Conv', inputs: ['d', 'v'], output: 'e', attributes: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['e'], output: 'f' },
        pool('f', 'g'),
        { op: 'Conv', inputs: ['g', 'u'], output: 'h', attributes: { pads: [1, 0, 1, 1] } },
        { op: 'Relu', inputs: ['h'], output: 'i' },
        pool('i', 'j'),
        { op: 'Flatten', inputs: ['j'], output: 'k' },
        { op: 'MatMul', inputs: ['k', 't'], output: 'l' },
        { op: 'Relu', inputs: ['l'], output: 'm' },
        { op: 'MatMul', inputs: ['m', 's'], output: 'y' },
      ],
    }),
  );
  const distances = await comparePaths(graph, withShortLoops(shared.source));
  expect(Math.max(...Object.values(distances))).toBeLessThan(1e-5);
});
