import type { Graph } from '../../graph/graph.js';
import type { PlainAttribute } from '../cases/plain_node.js';
import { graphOfNetwork, type Step } from './network.js';

/** A layer between nonlinearities, and with how many samples it is measured. */
export interface Work {
  readonly name: string;
  readonly graph: Graph;
  readonly steps: number;
}

type Attributes = Readonly<Record<string, PlainAttribute>>;
type Weights = readonly [outputs: number, channels: number, rows: number, columns: number];

const leakyRelu = (input: string, output: string): Step => ({ op: 'LeakyRelu', inputs: [input], output, attributes: { alpha: 0.5 } });

function convolution(name: string, steps: number, side: number, weights: Weights, attributes: Attributes = {}): Work {
  const { group = 1 } = attributes;
  const conv: Step = { op: 'Conv', inputs: ['a', 'w'], output: 'z', attributes };
  const image = [weights[1] * Number(group), side, side];
  return {
    name,
    steps,
    graph: graphOfNetwork(name, { image, constants: { w: weights }, steps: [leakyRelu('x', 'a'), conv, leakyRelu('z', 'y')] }),
  };
}

function product(name: string, steps: number, rows: number, depth: number, outputs: number): Work {
  const matMul: Step = { op: 'MatMul', inputs: ['a', 'w'], output: 'z' };
  const constants = { w: [depth, outputs] };
  return {
    name,
    steps,
    graph: graphOfNetwork(name, { image: [rows, depth], constants, steps: [leakyRelu('x', 'a'), matMul, leakyRelu('z', 'y')] }),
  };
}

const padded = (pad: number): Attributes => ({ pads: [pad, pad, pad, pad] });

/** The layers that most time of most networks goes into, at the sizes that they have there. */
export function workNetworks(): Work[] {
  return [
    convolution('convolution 3x3, 64 to 64 channels, 28x28', 16, 28, [64, 64, 3, 3], padded(1)),
    convolution('convolution 1x1, 256 to 64 channels, 14x14', 32, 14, [64, 256, 1, 1]),
    convolution('convolution 3x3 by 2, 64 to 128 channels, 28x28', 16, 28, [128, 64, 3, 3], { strides: [2, 2], ...padded(1) }),
    convolution('convolution 7x7 by 2, 3 to 32 channels, 64x64', 16, 64, [32, 3, 7, 7], { strides: [2, 2], ...padded(3) }),
    convolution('depthwise 3x3, 128 channels, 28x28', 32, 28, [128, 1, 3, 3], { group: 128, ...padded(1) }),
    product('product, 784 to 128', 4096, 1, 784, 128),
    product('product, 192 to 768, 50 tokens', 64, 50, 192, 768),
  ];
}

/** The networks of digits at which the two plans are close: products alone, and two convolutions. */
export function digitNetworks(): { readonly name: string; readonly graph: Graph }[] {
  const dense = (input: string, weights: string, output: string): Step => ({ op: 'Gemm', inputs: [input, weights], output });
  const relu = (input: string, output: string): Step => ({ op: 'Relu', inputs: [input], output });
  const conv = (input: string, weights: string, output: string): Step => ({
    op: 'Conv',
    inputs: [input, weights],
    output,
    attributes: padded(1),
  });
  const pool = (input: string, output: string): Step => ({
    op: 'MaxPool',
    inputs: [input],
    output,
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  });
  return [
    {
      name: 'products 784-128-64-10',
      graph: graphOfNetwork('products', {
        image: [784],
        constants: { a: [784, 128], b: [128, 64], c: [64, 10] },
        steps: [dense('x', 'a', 'p'), relu('p', 'q'), dense('q', 'b', 'r'), relu('r', 's'), dense('s', 'c', 'y')],
      }),
    },
    {
      name: 'two convolutions of 28x28',
      graph: graphOfNetwork('convolutions', {
        image: [1, 28, 28],
        constants: { a: [16, 1, 3, 3], b: [32, 16, 3, 3], c: [1568, 10] },
        steps: [
          ...[conv('x', 'a', 'k'), relu('k', 'l'), pool('l', 'm')],
          ...[conv('m', 'b', 'n'), relu('n', 'o'), pool('o', 'p')],
          { op: 'Flatten', inputs: ['p'], output: 'f' },
          dense('f', 'c', 'y'),
        ],
      }),
    },
  ];
}
