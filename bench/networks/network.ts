import { Xoshiro128 } from '../../src/tensor/random.js';

/**
 * The networks for comparisons with peers, as data that every framework can read. Weights are in the order of PyTorch and ONNX, and seeded,
 * so that Node, the page in Chrome and Python all have the same.
 */
export type Layer =
  | ({
      readonly kind: 'conv';
      readonly outputs: number;
      readonly inputs: number;
      readonly kernel: number;
      readonly padding: number;
    } & Weights)
  | ({ readonly kind: 'dense'; readonly outputs: number; readonly inputs: number } & Weights)
  | { readonly kind: 'relu' }
  | { readonly kind: 'maxpool'; readonly size: number }
  | { readonly kind: 'flatten' };

interface Weights {
  /** conv [outputs][inputs][kernel][kernel], dense [outputs][inputs] */
  readonly weights: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

export interface Network {
  readonly name: string;
  /** A description, for headings. */
  readonly title: string;
  /** 1 x channels x height x width */
  readonly shape: readonly [1, number, number, number];
  readonly classes: number;
  readonly layers: readonly Layer[];
}

/** The networks by name. */
export const NETWORKS: Readonly<Record<string, () => Network>> = { M1: convolutional, M2: perceptron };

function convolutional(): Network {
  const draw = drawer(1);
  return {
    name: 'M1',
    title: 'conv 3x3 1->16, ReLU, max-pool, conv 3x3 16->32, ReLU, max-pool, dense 1568-64, ReLU, dense 64-10 on 28x28',
    shape: [1, 1, 28, 28],
    classes: 10,
    layers: [
      draw.conv(1, 16),
      { kind: 'relu' },
      { kind: 'maxpool', size: 2 },
      draw.conv(16, 32),
      { kind: 'relu' },
      { kind: 'maxpool', size: 2 },
      { kind: 'flatten' },
      draw.dense(1568, 64),
      { kind: 'relu' },
      draw.dense(64, 10),
    ],
  };
}

function perceptron(): Network {
  const draw = drawer(2);
  return {
    name: 'M2',
    title: 'dense 784-128-64-10 with ReLU on 28x28',
    shape: [1, 1, 28, 28],
    classes: 10,
    layers: [{ kind: 'flatten' }, draw.dense(784, 128), { kind: 'relu' }, draw.dense(128, 64), { kind: 'relu' }, draw.dense(64, 10)],
  };
}

/** Two convolutions with max-pooling on an image of `size` x `size` pixels (a multiple of 4), then a dense layer. For measuring growth. */
export function convolutionalOf(size: number): Network {
  const draw = drawer(3);
  return {
    name: `conv net, ${size}x${size}`,
    title: `conv 3x3 3->8, ReLU, max-pool, conv 3x3 8->16, ReLU, max-pool, dense to 10 on ${size}x${size}`,
    shape: [1, 3, size, size],
    classes: 10,
    layers: [
      draw.conv(3, 8),
      { kind: 'relu' },
      { kind: 'maxpool', size: 2 },
      draw.conv(8, 16),
      { kind: 'relu' },
      { kind: 'maxpool', size: 2 },
      { kind: 'flatten' },
      draw.dense(16 * (size / 4) ** 2, 10),
    ],
  };
}

/** Weights uniform with the variance 2 / fan-in (He et al. 2015), biases in [-0.1, 0.1]. */
function drawer(seed: number) {
  const random = Xoshiro128.fromSeed(seed);
  const uniform = (count: number, bound: number) => Float32Array.from({ length: count }, () => bound * (2 * random.uniform() - 1));
  return {
    conv: (inputs: number, outputs: number): Layer => {
      const kernel = 3;
      const weights = uniform(outputs * inputs * kernel * kernel, Math.sqrt(6 / (inputs * kernel * kernel)));
      return { kind: 'conv', inputs, outputs, kernel, padding: 1, weights, bias: uniform(outputs, 0.1) };
    },
    dense: (inputs: number, outputs: number): Layer => ({
      kind: 'dense',
      inputs,
      outputs,
      weights: uniform(outputs * inputs, Math.sqrt(6 / inputs)),
      bias: uniform(outputs, 0.1),
    }),
  };
}

/**
 * Images to explain, [count][elements], uniform in [0, 1). No two elements of a pooling window are equal, so a framework's choice between
 * equal maxima does not matter.
 */
export function seededImages(shape: readonly number[], count: number, seed = 7): Float32Array {
  const random = Xoshiro128.fromSeed(seed);
  const elements = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count * elements }, () => random.uniform());
}

/** The class to explain of image `index`. */
export function targetOf(index: number, classes: number): number {
  return (index + 3) % classes;
}
