import type { Graph } from '../../src/graph/graph.js';
import { importModel } from '../../src/onnx/import.js';
import { buildModel, floatTensor, intTensor } from './onnx_builder.js';
import { mulberry32, normalArray } from './random.js';

export type Model = Parameters<typeof buildModel>[0];

export const graphOf = (model: Model): Graph => importModel(buildModel(model)).graph;

/** relu(x_i - 1) of each of two inputs. */
export const hinges = graphOf({
  inputs: { x: ['N', 2] },
  initializers: { one: floatTensor([1], [1]) },
  nodes: [
    { op: 'Sub', inputs: ['x', 'one'], output: 's' },
    { op: 'Relu', inputs: ['s'], output: 'y' },
  ],
  outputs: ['y'],
});

/**
 * A 4x4 image, a 3x3 convolution of ones into two channels with biases -50 and -75, ReLU, and a dense layer: a row of 1 and -1 over the 8
 * units, and a row of zeros.
 */
export const sums = graphOf({
  inputs: { x: ['N', 1, 4, 4] },
  initializers: {
    ones: floatTensor([2, 1, 3, 3], new Array(18).fill(1)),
    biases: floatTensor([2], [-50, -75]),
    rows: floatTensor(
      [8, 2],
      [1, 1, 1, 1, 1, -1, -1, -1].flatMap((weight) => [weight, 0]),
    ),
  },
  nodes: [
    { op: 'Conv', inputs: ['x', 'ones', 'biases'], output: 'c' },
    { op: 'Relu', inputs: ['c'], output: 'r' },
    { op: 'Flatten', inputs: ['r'], output: 'f' },
    { op: 'MatMul', inputs: ['f', 'rows'], output: 'y' },
  ],
  outputs: ['y'],
});

/** The maximum of the two pixels of a row plus (0, 0.5), in two equal channels. */
export const maximum = graphOf({
  inputs: { x: ['N', 1, 1, 2] },
  initializers: { shift: floatTensor([1, 2, 1, 2], [0, 0.5, 0, 0.5]) },
  nodes: [
    { op: 'Add', inputs: ['x', 'shift'], output: 's' },
    { op: 'MaxPool', inputs: ['s'], output: 'm', attributes: { kernel_shape: [1, 2] } },
    { op: 'Flatten', inputs: ['m'], output: 'y' },
  ],
  outputs: ['y'],
});

/** A model that applies an operator with kinks, given its other inputs, to each of two inputs. */
export const kinkedModel = (op: string, inputs: readonly string[] = [], attributes = {}): Graph =>
  graphOf({
    inputs: { x: ['N', 2] },
    initializers: { low: floatTensor([], [1]), high: floatTensor([], [2]), slopes: floatTensor([2], [0.5, -1]) },
    nodes: [{ op, inputs: ['x', ...inputs], output: 'y', attributes }],
    outputs: ['y'],
  });

/** A seeded random network with a convolution, all kinds of gates, a branch that is added back, max-pooling, and two dense layers. */
export function randomNetwork(seed: number): Graph {
  const uniform = mulberry32(seed);
  const draw = (shape: readonly number[], scale: number) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return floatTensor(
      [...shape],
      [...normalArray(uniform, size)].map((value) => scale * value),
    );
  };
  return graphOf({
    inputs: { x: ['N', 1, 8, 8] },
    initializers: {
      w1: draw([4, 1, 3, 3], 0.6),
      b1: draw([4], 0.3),
      w2: draw([4, 4, 3, 3], 0.25),
      b2: draw([4], 0.3),
      slopes: draw([4, 1, 1], 0.3),
      low: floatTensor([], [-1]),
      high: floatTensor([], [1.5]),
      d1: draw([64, 12], 0.25),
      e1: draw([12], 0.3),
      d2: draw([12, 3], 0.5),
    },
    nodes: [
      { op: 'Conv', inputs: ['x', 'w1', 'b1'], output: 'c1', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'PRelu', inputs: ['c1', 'slopes'], output: 'p1' },
      { op: 'Conv', inputs: ['p1', 'w2', 'b2'], output: 'c2', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'Add', inputs: ['c2', 'p1'], output: 'a' },
      { op: 'Clip', inputs: ['a', 'low', 'high'], output: 'k' },
      { op: 'MaxPool', inputs: ['k'], output: 'm', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Flatten', inputs: ['m'], output: 'f' },
      { op: 'Gemm', inputs: ['f', 'd1', 'e1'], output: 'g' },
      { op: 'LeakyRelu', inputs: ['g'], output: 'l' },
      { op: 'HardSigmoid', inputs: ['l'], output: 'h' },
      { op: 'Gemm', inputs: ['h', 'd2'], output: 'y' },
    ],
    outputs: ['y'],
  });
}

/** A seeded random maxout network: the largest of three dense layers, its absolute values, then the least and the largest of groups of four. */
export function maxoutNetwork(seed: number): Graph {
  const uniform = mulberry32(seed);
  const draw = (shape: readonly number[], scale: number) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return floatTensor(
      [...shape],
      [...normalArray(uniform, size)].map((value) => scale * value),
    );
  };
  const layers = ['a', 'b', 'c'];
  return graphOf({
    inputs: { x: ['N', 8] },
    initializers: {
      ...Object.fromEntries(
        layers.flatMap((name) => [[`${name}.w`, draw([8, 24], 0.4)] as const, [`${name}.b`, draw([24], 0.3)] as const]),
      ),
      groups: intTensor([1, 6, 4]),
      bound: draw([24], 0.5),
      d: draw([12, 3], 0.5),
    },
    nodes: [
      ...layers.map((name) => ({ op: 'Gemm', inputs: ['x', `${name}.w`, `${name}.b`], output: name })),
      { op: 'Max', inputs: layers, output: 'maxout' },
      { op: 'Abs', inputs: ['maxout'], output: 'size' },
      { op: 'Min', inputs: ['size', 'bound'], output: 'bounded' },
      { op: 'Neg', inputs: ['bounded'], output: 'negative' },
      { op: 'Reshape', inputs: ['negative', 'groups'], output: 'grouped' },
      { op: 'ReduceMax', inputs: ['grouped'], output: 'largest', attributes: { axes: [2], keepdims: 0 } },
      { op: 'ReduceMin', inputs: ['grouped'], output: 'least', attributes: { axes: [2], keepdims: 0 } },
      { op: 'Concat', inputs: ['largest', 'least'], output: 'both', attributes: { axis: 1 } },
      { op: 'Gemm', inputs: ['both', 'd'], output: 'y' },
    ],
    outputs: ['y'],
  });
}
