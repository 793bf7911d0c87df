import { sizeOf } from '../../../src/tensor/tensor.js';
import { intTensor, type ModelDescription, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** A Conv, or ConvTranspose, whose input is the image in this shape, and whose weights are the sums of constants and of numbers that the image decides. */
function dynamic(
  what: string,
  shape: readonly number[],
  filters: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
  more: NonNullable<ModelDescription['initializers']> = {},
  op = 'Conv',
): RewrittenCase {
  const nodes: NodeDescription[] = [
    { op: 'Tanh', inputs: ['x'], output: 't' },
    { op: 'MatMul', inputs: ['t', 'mix'], output: 'mixed' },
    { op: 'Reshape', inputs: ['mixed', 'filters'], output: 'w' },
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'planes' },
    { op, inputs: ['planes', 'w', ...Object.keys(more)], output: 'y', attributes },
  ];
  const initializers = { mix: weights([sizeOf(shape), sizeOf(filters)], 1), filters: intTensor(filters), shape: intTensor(shape), ...more };
  return rewrittenCase(`${op} with weights of the image, ${what}`, [1, sizeOf(shape)], nodes, { opset: 17, initializers });
}

export const dynamicConvolutionCases: readonly RewrittenCase[] = [
  dynamic(
    'with all attributes',
    [1, 2, 4, 5],
    [4, 1, 2, 3],
    { group: 2, strides: [1, 2], dilations: [2, 1], pads: [1, 0, 1, 1] },
    { b: weights([4], 2) },
  ),
  dynamic('a channel each, SAME_UPPER', [1, 3, 3, 4], [3, 1, 2, 2], { group: 3, auto_pad: 'SAME_UPPER' }),
  dynamic('pointwise', [1, 3, 2, 3], [2, 3, 1, 1], {}),
  dynamic('of two stacks', [2, 2, 3, 3], [2, 2, 2, 2], {}),
  dynamic('one axis', [1, 2, 6], [3, 2, 3], { pads: [1, 1] }),
  dynamic(
    'with all attributes',
    [1, 4, 2, 3],
    [4, 1, 2, 3],
    { group: 2, strides: [2, 3], dilations: [2, 1], pads: [1, 0, 1, 2], output_padding: [1, 0] },
    { b: weights([2], 2) },
    'ConvTranspose',
  ),
  dynamic('SAME_LOWER', [1, 2, 3, 3], [2, 2, 3, 3], { auto_pad: 'SAME_LOWER', strides: [2, 2] }, {}, 'ConvTranspose'),
  dynamic('of two stacks, one axis', [2, 2, 4], [2, 3, 2], { strides: [2] }, {}, 'ConvTranspose'),
  dynamic('more padding than kernel', [1, 1, 4, 4], [1, 2, 2, 2], { pads: [2, 0, 1, 3] }, {}, 'ConvTranspose'),
];
