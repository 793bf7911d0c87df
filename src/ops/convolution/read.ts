import { fourOf } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';

/** What the node of a Conv or ConvTranspose says before its windows are read. */
export interface ConvNode {
  /** [1, channels, height, width] */
  readonly input: readonly [number, number, number, number];
  readonly weights: readonly [number, number, number, number];
  readonly group: number;
  /** Rows and columns. */
  readonly kernel: readonly [number, number];
}

/**
 * Reads a convolution's input, weights, bias and groups. `fits` says whether weights and groups belong to this many channels, and
 * `outputsOf` how many channels the bias has. Throws an error that says what the node should have instead.
 */
export function readConvNode(
  node: NodeReader,
  fits: (channels: number, weights: ConvNode['weights'], group: number) => boolean,
  outputsOf: (weights: ConvNode['weights'], group: number) => number,
): ConvNode {
  const input = node.input(0).shape;
  const weights = node.constant(1).shape;
  if (input.length !== 4) {
    throw node.error('conv.axes', { shape: input });
  }
  if (input[0] !== 1) throw node.error('conv.batch', { shape: input });
  const group = node.int('group', 1);
  if (weights.length !== 4 || !fits(fourOf(input)[1], fourOf(weights), group)) {
    throw node.error('conv.weights', { weights, group, shape: input, transposed: node.op === 'ConvTranspose' });
  }
  const kernel = weights.slice(2);
  const declared = node.ints('kernel_shape') ?? kernel;
  if (declared.join() !== kernel.join()) {
    throw node.error('conv.kernel-shape', { declared, kernel, weights });
  }
  const outputs = outputsOf(fourOf(weights), group);
  const bias = node.inputs[2] && node.constant(2).shape;
  if (bias && sizeOf(bias) !== outputs) {
    throw node.error('conv.bias', { bias, outputs });
  }
  const [, , rows, columns] = fourOf(weights);
  return { input: fourOf(input), weights: fourOf(weights), group, kernel: [rows, columns] };
}
