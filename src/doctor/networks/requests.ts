import type { Graph } from '../../graph/graph.js';
import { constantOf } from '../cases/plain_node.js';
import { graphOfNetwork } from './network.js';

/** Values of the network that layers are asked for: one before a pool, and the output of a convolution. */
export const REQUEST_LAYERS = ['r', 'd'] as const;

/** A small classifier with a convolution, a pool, a residual sum and a product: what every kind of request can be asked of. */
export function requestNetwork(): Graph {
  return graphOfNetwork('a small classifier', {
    image: [1, 9, 10],
    constants: { first: [6, 1, 3, 3], bias: [6], second: [6, 6, 3, 3], flat: constantOf([1, -1], 'int'), product: [120, 5], classes: [5] },
    steps: [
      { op: 'Conv', inputs: ['x', 'first', 'bias'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'Relu', inputs: ['c'], output: 'r' },
      { op: 'MaxPool', inputs: ['r'], output: 'p', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Conv', inputs: ['p', 'second'], output: 'd', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'Add', inputs: ['d', 'p'], output: 's' },
      { op: 'LeakyRelu', inputs: ['s'], output: 'l', attributes: { alpha: 0.25 } },
      { op: 'Reshape', inputs: ['l', 'flat'], output: 'f' },
      { op: 'Gemm', inputs: ['f', 'product', 'classes'], output: 'y' },
    ],
  });
}

/** A network of three products, the first with so many outputs. */
export function productNetwork(hidden: number): Graph {
  return graphOfNetwork(`three products, ${hidden} hidden units`, {
    image: [1, 2, 3],
    constants: { flat: constantOf([1, -1], 'int'), first: [6, hidden], second: [hidden, 8], bias: [8], third: [8, 5] },
    steps: [
      { op: 'Reshape', inputs: ['x', 'flat'], output: 'f' },
      { op: 'MatMul', inputs: ['f', 'first'], output: 'h' },
      { op: 'Relu', inputs: ['h'], output: 'r' },
      { op: 'Gemm', inputs: ['r', 'second', 'bias'], output: 'i' },
      { op: 'Relu', inputs: ['i'], output: 's' },
      { op: 'MatMul', inputs: ['s', 'third'], output: 'y' },
    ],
  });
}
