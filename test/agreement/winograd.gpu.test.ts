import { expect, test } from 'vitest';
import { comparePaths } from '../../src/doctor/compare.js';
import { importModel } from '../../src/onnx/import.js';
import { useDevice } from '../support/gpu.js';
import { buildModel, floatTensor, intTensor, type ModelDescription, type NodeDescription } from '../support/onnx_builder.js';
import { mulberry32, uniformArray } from '../support/random.js';

const shared = useDevice();

/** Weights between -0.5 and 0.5. */
function floats(...shape: number[]) {
  const size = shape.reduce((a, b) => a * b);
  return floatTensor(shape, uniformArray(mulberry32(size), size, -0.5, 0.5));
}

/** The largest distance from float64 of what a network gives with every convolution that can be by Winograd's filtering, in planes, and in strips of any size. */
async function distance(image: readonly number[], initializers: ModelDescription['initializers'] & {}, nodes: readonly NodeDescription[]) {
  const bytes = buildModel({ inputs: { x: ['N', ...image] }, outputs: ['y'], initializers, nodes: [...nodes] });
  const { graph } = importModel(bytes);
  const distances = [];
  for (const stripBytes of [Number.POSITIVE_INFINITY, 2 ** 20, 0]) {
    distances.push(await comparePaths(graph, shared.source, { plan: 'layered', winograd: { channels: 0, stripBytes } }));
  }
  return Math.max(...distances.flatMap((each) => Object.values(each)));
}

const conv = (inputs: string[], output: string, pads = [1, 1, 1, 1]): NodeDescription => ({
  op: 'Conv',
  inputs,
  output,
  attributes: { pads },
});
const relu = (input: string, output: string): NodeDescription => ({ op: 'Relu', inputs: [input], output });
const pool = (input: string, output: string, size = 2): NodeDescription => ({
  op: 'MaxPool',
  inputs: [input],
  output,
  attributes: { kernel_shape: [size, size], strides: [size, size] },
});
const head = (input: string): NodeDescription[] => [
  { op: 'GlobalAveragePool', inputs: [input], output: 'head' },
  { op: 'Flatten', inputs: ['head'], output: 'y' },
];

test.each([
  { what: 'a plane of whole tiles', plane: [8, 12], pads: [1, 1, 1, 1] },
  { what: 'tiles past the edges', plane: [7, 13], pads: [1, 1, 1, 1] },
  { what: 'no padding', plane: [9, 10], pads: [0, 0, 0, 0] },
  { what: 'another padding on each side', plane: [9, 7], pads: [2, 0, 1, 2] },
  { what: 'more padding than taps', plane: [6, 6], pads: [4, 3, 3, 4] },
])('convolutions with gates, of channels that fill no word: $what', async ({ plane, pads }) => {
  const initializers = { w: floats(11, 3, 3, 3), v: floats(21, 11, 3, 3), b: floats(21), u: floats(5, 21, 3, 3) };
  const nodes = [
    conv(['x', 'w'], 'c', pads),
    relu('c', 'd'),
    conv(['d', 'v', 'b'], 'e', pads),
    relu('e', 'f'),
    conv(['f', 'u'], 'g'),
    ...head('g'),
  ];
  expect(await distance([3, ...plane], initializers, nodes)).toBeLessThan(1e-5);
});

test.each([
  { what: 'with a row and a column left over', plane: [15, 11], pads: [1, 1, 1, 1] },
  { what: 'whose windows begin on the second row of a patch', plane: [12, 14], pads: [2, 2, 2, 2] },
  { what: 'without padding', plane: [14, 12], pads: [0, 0, 0, 0] },
])('pools of 2 after convolutions, $what', async ({ plane, pads }) => {
  const initializers = { w: floats(12, 3, 3, 3), v: floats(9, 12, 3, 3), b: floats(9), u: floats(6, 9, 3, 3) };
  const nodes = [
    ...[conv(['x', 'w'], 'c', pads), relu('c', 'd'), pool('d', 'e')],
    ...[conv(['e', 'v', 'b'], 'f'), pool('f', 'g'), conv(['g', 'u'], 'h'), ...head('h')],
  ];
  expect(await distance([3, ...plane], initializers, nodes)).toBeLessThan(1e-5);
});

test('a residual, and a value that two convolutions read', async () => {
  const initializers = { w: floats(16, 3, 3, 3), v: floats(16, 16, 3, 3), u: floats(16, 16, 3, 3), t: floats(16, 16, 3, 3) };
  const nodes: NodeDescription[] = [
    ...[conv(['x', 'w'], 'a'), relu('a', 'b'), conv(['b', 'v'], 'c'), { op: 'Add', inputs: ['c', 'b'], output: 'd' } as const],
    ...[
      relu('d', 'e'),
      conv(['e', 'u'], 'f'),
      relu('f', 'g'),
      conv(['e', 't'], 'h'),
      { op: 'Add', inputs: ['g', 'h'], output: 'i' } as const,
    ],
    ...head('i'),
  ];
  expect(await distance([3, 10, 9], initializers, nodes)).toBeLessThan(1e-5);
});

test('gates of a tensor whose planes a view cuts otherwise', async () => {
  const initializers = { w: floats(12, 3, 3, 3), v: floats(8, 6, 3, 3), shape: intTensor([0, 6, 12, 8]) };
  const nodes: NodeDescription[] = [
    ...[conv(['x', 'w'], 'c'), relu('c', 'd'), { op: 'Reshape', inputs: ['d', 'shape'], output: 'e' } as const],
    ...[conv(['e', 'v'], 'f'), ...head('f')],
  ];
  expect(await distance([3, 6, 8], initializers, nodes)).toBeLessThan(1e-5);
});

// 46 columns are 12 tiles, of which two rows are a strip; 18 rows are five rows of tiles.
test('planes in strips, of which the last has one row of tiles: gates, a pool and a residual', async () => {
  const initializers = { w: floats(36, 3, 3, 3), v: floats(36, 36, 3, 3), u: floats(36, 36, 3, 3), t: floats(8, 36, 3, 3) };
  const nodes: NodeDescription[] = [
    ...[conv(['x', 'w'], 'a'), relu('a', 'b'), conv(['b', 'v'], 'c'), { op: 'Add', inputs: ['c', 'b'], output: 'd' } as const],
    ...[relu('d', 'e'), conv(['e', 'u'], 'f'), relu('f', 'g'), pool('g', 'h'), conv(['h', 't'], 'i'), ...head('i')],
  ];
  expect(await distance([3, 18, 46], initializers, nodes)).toBeLessThan(1e-5);
});
