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
