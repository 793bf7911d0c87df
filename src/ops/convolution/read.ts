import { formatShape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';

/** What the node of a convolution, transposed or not, says before its windows are read. */
export interface ConvNode {
  /** [1, channels, height, width] */
  readonly input: readonly [number, number, number, number];
  readonly weights: readonly [number, number, number, number];
  readonly group: number;
  /** Rows and columns. */
  readonly kernel: readonly [number, number];
}

/**
 * Reads a convolution's input, weights, bias and groups. `fits` says whether weights and groups belong to so many channels; `wanted`, what
 * would; `outputsOf`, how many channels the bias has. Throws what the node should have instead.
 */
export function readConvNode(
  node: NodeReader,
  fits: (channels: number, weights: readonly number[], group: number) => boolean,
  wanted: string,
  outputsOf: (weights: readonly number[], group: number) => number,
): ConvNode {
  const input = node.input(0).shape;
  const weights = node.constant(1).shape;
  if (input.length !== 4) {
    throw node.error(`a convolution of ${formatShape(input)} has ${input.length - 2} spatial axes`, 'only 2-D convolutions are supported');
  }
  if (input[0] !== 1) throw node.error(`the input ${formatShape(input)} has a batch axis of ${input[0]} within one image`, '1xCxHxW');
  const group = node.int('group', 1);
  if (weights.length !== 4 || !fits(input[1]!, weights, group)) {
    throw node.error(`weights ${formatShape(weights)} in ${group} groups do not fit the input ${formatShape(input)}`, wanted);
  }
  const kernel = weights.slice(2);
  const declared = node.ints('kernel_shape') ?? kernel;
  if (declared.join() !== kernel.join()) {
    throw node.error(`kernel_shape is [${declared}]`, `[${kernel}], as the weights ${formatShape(weights)} have it`);
  }
  const outputs = outputsOf(weights, group);
  const bias = node.inputs[2] && node.constant(2).shape;
  if (bias && sizeOf(bias) !== outputs) {
    throw node.error(`a bias of ${formatShape(bias)} does not fit ${outputs} output channels`, `${outputs} numbers`);
  }
  const four = (shape: readonly number[]) => shape as readonly [number, number, number, number];
  return { input: four(input), weights: four(weights), group, kernel: [kernel[0]!, kernel[1]!] };
}
