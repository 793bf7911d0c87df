import { sizeOf } from '../../../src/tensor/tensor.js';
import { intTensor, type ModelDescription, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** One node of this operator, from the image in this shape and constants. */
function windowed(
  what: string,
  op: string,
  shape: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
  initializers: NonNullable<ModelDescription['initializers']> = {},
): RewrittenCase {
  const cut: NodeDescription = { op: 'Reshape', inputs: ['x', 'shape'], output: 'shaped' };
  const node = { op, inputs: ['shaped', ...Object.keys(initializers)], output: 'y', attributes };
  const constants = { ...initializers, shape: intTensor(shape) };
  return rewrittenCase(`${op}, ${what}`, [1, sizeOf(shape)], [cut, node], { opset: 19, initializers: constants });
}

/** The places of a MaxPool's maxima, as numbers beside the maxima. */
function places(what: string, shape: readonly number[], attributes: NonNullable<NodeDescription['attributes']>): RewrittenCase {
  const nodes: NodeDescription[] = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'shaped' },
    { op: 'MaxPool', inputs: ['shaped'], output: ['m', 'i'], attributes },
    { op: 'Cast', inputs: ['i'], output: 'f', attributes: { to: 1 } },
    { op: 'Add', inputs: ['m', 'f'], output: 'y' },
  ];
  return rewrittenCase(`places of MaxPool, ${what}`, [1, sizeOf(shape)], nodes, { opset: 12, initializers: { shape: intTensor(shape) } });
}

/** A MaxUnpool of twice the maxima of a MaxPool to their places. */
function unpooled(
  what: string,
  shape: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
  size?: readonly number[],
) {
  const nodes: NodeDescription[] = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'shaped' },
    { op: 'MaxPool', inputs: ['shaped'], output: ['m', 'i'], attributes },
    { op: 'Add', inputs: ['m', 'm'], output: 'twice' },
    { op: 'MaxUnpool', inputs: ['twice', 'i', ...(size ? ['size'] : [])], output: 'y', attributes },
  ];
  const initializers = { shape: intTensor(shape), ...(size && { size: intTensor(size) }) };
  return rewrittenCase(`MaxUnpool, ${what}`, [1, sizeOf(shape)], nodes, { opset: 12, initializers });
}

export const placeCases: readonly RewrittenCase[] = [
  places('all attributes', [1, 2, 7, 6], { kernel_shape: [3, 2], strides: [2, 1], dilations: [1, 2], pads: [1, 0, 1, 1], ceil_mode: 1 }),
  places('SAME_LOWER, columns first', [1, 2, 5, 4], { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'SAME_LOWER', storage_order: 1 }),
  places('one axis', [1, 3, 8], { kernel_shape: [3], strides: [2] }),
  places('three axes', [1, 2, 3, 4, 3], { kernel_shape: [2, 2, 2], pads: [0, 1, 0, 1, 0, 0] }),
  unpooled('two axes', [1, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
  unpooled('one axis', [1, 2, 8], { kernel_shape: [2], strides: [3], pads: [0, 0] }),
  unpooled('three axes', [1, 2, 4, 2, 4], { kernel_shape: [2, 1, 2], strides: [2, 1, 2] }),
  rewrittenCase(
    'MaxUnpool, constant places and a size',
    [1, 1, 2, 2],
    [{ op: 'MaxUnpool', inputs: ['x', 'i', 'size'], output: 'y', attributes: { kernel_shape: [2, 2], strides: [2, 2] } }],
    { opset: 11, initializers: { i: intTensor([5, 7, 13, 15], [1, 1, 2, 2]), size: intTensor([1, 1, 5, 6]) } },
  ),
];

/** Windows along one axis, and along three. */
export const windowCases: readonly RewrittenCase[] = [
  windowed(
    'one axis, with all attributes',
    'Conv',
    [1, 4, 9],
    { kernel_shape: [3], group: 2, strides: [2], dilations: [2], pads: [1, 2] },
    { w: weights([6, 2, 3], 1), b: weights([6], 2) },
  ),
  windowed('one axis, SAME_LOWER', 'Conv', [1, 2, 5], { auto_pad: 'SAME_LOWER', strides: [2] }, { w: weights([3, 2, 4], 3) }),
  windowed('one axis of two stacks', 'Conv', [2, 2, 4], {}, { w: weights([3, 2, 2], 4) }),
  windowed(
    'one axis, with all attributes',
    'ConvTranspose',
    [1, 4, 4],
    { strides: [3], pads: [1, 0], output_padding: [1], group: 2, dilations: [2] },
    { w: weights([4, 2, 3], 5), b: weights([4], 6) },
  ),
  windowed('one axis to a given size', 'ConvTranspose', [1, 2, 4], { strides: [2], output_shape: [8] }, { w: weights([2, 3, 3], 7) }),
  windowed(
    'three axes, with all attributes',
    'ConvTranspose',
    [1, 4, 2, 3, 2],
    { group: 2, strides: [2, 1, 3], dilations: [1, 2, 1], pads: [1, 0, 2, 0, 1, 1], output_padding: [1, 0, 2] },
    { w: weights([4, 2, 3, 2, 2], 11), b: weights([4], 12) },
  ),
  windowed(
    'three axes to a given size',
    'ConvTranspose',
    [1, 2, 2, 3, 2],
    { strides: [2, 2, 2], output_shape: [3, 5, 4] },
    { w: weights([2, 1, 3, 2, 3], 13) },
  ),
  windowed('one axis, ceil_mode', 'MaxPool', [1, 2, 8], { kernel_shape: [3], strides: [2], ceil_mode: 1, pads: [1, 0] }),
  windowed('one axis, the padding counts', 'AveragePool', [1, 2, 7], {
    kernel_shape: [3],
    strides: [2],
    pads: [1, 1],
    count_include_pad: 1,
  }),
  windowed('three axes that overlap', 'MaxPool', [1, 2, 4, 3, 5], {
    kernel_shape: [3, 2, 3],
    strides: [1, 1, 2],
    pads: [1, 0, 1, 1, 0, 1],
  }),
  windowed('three axes, ceil_mode', 'AveragePool', [1, 1, 5, 4, 3], { kernel_shape: [2, 3, 2], strides: [2, 2, 1], ceil_mode: 1 }),
  windowed('three axes, the padding counts', 'AveragePool', [1, 1, 3, 4, 2], {
    kernel_shape: [2, 2, 2],
    pads: [1, 0, 1, 0, 1, 0],
    count_include_pad: 1,
  }),
  windowed('channels as a plane, as local response normalisation writes it', 'AveragePool', [1, 1, 6, 2, 3], {
    kernel_shape: [3, 1, 1],
    strides: [1, 1, 1],
  }),
  windowed('the first and the last of three axes', 'MaxPool', [1, 2, 4, 2, 3], { kernel_shape: [2, 1, 2], strides: [2, 1, 1] }),
  windowed(
    'three axes, with all attributes',
    'Conv',
    [1, 4, 5, 4, 3],
    { group: 2, strides: [2, 1, 1], dilations: [2, 1, 1], pads: [1, 0, 1, 2, 1, 0] },
    { w: weights([4, 2, 3, 2, 2], 8), b: weights([4], 9) },
  ),
  windowed(
    'three axes, SAME_UPPER',
    'Conv',
    [1, 1, 4, 3, 3],
    { auto_pad: 'SAME_UPPER', strides: [2, 2, 1] },
    { w: weights([2, 1, 3, 2, 2], 10) },
  ),
];
