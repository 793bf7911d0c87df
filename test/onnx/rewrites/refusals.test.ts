import { expect, test } from 'vitest';
import { buildModel, intTensor, type NodeDescription } from '../../support/onnx_builder.js';
import { refusal } from '../../support/refusal.js';

const indices = intTensor([0, 1, 2, 0], [1, 4]);

test.each<[string, Pick<NodeDescription, 'op' | 'inputs' | 'attributes'>, string]>([
  [
    'an unknown reduction',
    { op: 'ScatterElements', inputs: ['x', 'indices', 'x'], attributes: { axis: 1, reduction: 'mean' } },
    'ScatterElements "n", opset 18: reduction is mean (none, add, mul, max, min)',
  ],
  [
    'updates that do not fit',
    { op: 'ScatterND', inputs: ['x', 'indices', 'x'], attributes: { reduction: 'add' } },
    'ScatterND "n", opset 18: updates 1x4 at indices 1x4 of 1x4 (an update for each index)',
  ],
  [
    'columns of which fewer would fit',
    { op: 'Col2Im', inputs: ['x', 'image', 'block'] },
    'Col2Im "n", opset 18: blocks of 1x2 of an image of 2x2 with strides [1,1], dilations [1,1], pads [0,0,0,0] in 1x4 (batch, channels times elements of a block, and as many columns as blocks fit)',
  ],
  [
    'a sequence in the place of a tensor',
    { op: 'Relu', inputs: ['pair'] },
    'Relu "n", opset 18: input 0, "pair", is a sequence of tensors (a tensor, as SequenceAt takes one)',
  ],
  [
    'a tensor in the place of a sequence',
    { op: 'ConcatFromSequence', inputs: ['x'] },
    'ConcatFromSequence "n", opset 18: input 0, "x", is a tensor (a sequence of tensors)',
  ],
  [
    'a position behind the last tensor',
    { op: 'SequenceAt', inputs: ['pair', 'two'] },
    'SequenceAt "n", opset 18: index 2 into an axis of 2 (-2 to 1)',
  ],
  [
    'parts that are not the whole',
    { op: 'SplitToSequence', inputs: ['x', 'image'] },
    'SplitToSequence "n", opset 18: splits 1 into 2 + 2 for 2 outputs (a size an output, together the axis)',
  ],
  [
    'no parts at all',
    { op: 'SplitToSequence', inputs: ['x', 'nothing'] },
    'SplitToSequence "n", opset 18: splits 1 into parts of 0 (sizes of at least 0, at most 1024 parts)',
  ],
  [
    'a transform along the parts of complex numbers',
    { op: 'DFT', inputs: ['x'], attributes: { axis: 1 } },
    'DFT "n", opset 18: transforms axis 1 of 1x4 (another axis than the last, which holds real numbers, or their real and imaginary parts)',
  ],
  [
    'lengths for more sequences than there are',
    { op: 'ReverseSequence', inputs: ['x', 'block'], attributes: { batch_axis: 0, time_axis: 1 } },
    'ReverseSequence "n", opset 18: 2 lengths for 1 sequences (a length each)',
  ],
  [
    'a grid for no planes',
    { op: 'GridSample', inputs: ['x', 'x'] },
    'GridSample "n", opset 18: a grid of 1x4 for 1x4 (planes [batch, channels, rows, columns] and a grid [batch, rows, columns, 2], or volumes and a grid with 3 numbers)',
  ],
  [
    'an unknown padding',
    { op: 'GridSample', inputs: ['x', 'x'], attributes: { padding_mode: 'wrap' } },
    'GridSample "n", opset 18: padding_mode is wrap (zeros, border, reflection)',
  ],
  [
    'offsets for no window',
    { op: 'DeformConv', inputs: ['x', 'x', 'x'] },
    'DeformConv "n", opset 18: weights 1x4 and offsets 1x4 for 1x4 with group 1, offset_group 1 (planes [batch, channels, rows, columns], two offsets for every element of the window at each of its places, and one factor of a mask)',
  ],
  [
    'windows of maxima that overlap',
    { op: 'MaxUnpool', inputs: ['planes', 'planes'], attributes: { kernel_shape: [2, 2], strides: [1, 1] } },
    'MaxUnpool "n", opset 18: lays 1x1x2x2 at places 1x1x2x2 of windows of [2,2] in planes of [3,3] (a place for each element, windows that do not overlap, and planes that hold them)',
  ],
  ['a determinant of a row', { op: 'Det', inputs: ['x'] }, 'Det "n", opset 18: determinants of 1x4 (square matrices of at most 10 rows)'],
  [
    'computed weights of a ConvTranspose that do not fit',
    { op: 'ConvTranspose', inputs: ['planes', 'planes'], attributes: { group: 2 } },
    'ConvTranspose "n", opset 18: weights 1x1x2x2 in 2 groups do not fit the input 1x1x2x2 (weights [channels, outputs / group, rows, columns], channels a multiple of group)',
  ],
  [
    'padding that leaves nothing of a ConvTranspose',
    { op: 'ConvTranspose', inputs: ['planes', 'planes'], attributes: { pads: [2, 0, 2, 0] } },
    'ConvTranspose "n", opset 18: an output of -1x3 (at least one row and column)',
  ],
  [
    'a matrix for no grid',
    { op: 'AffineGrid', inputs: ['x', 'image'] },
    'AffineGrid "n", opset 18: theta of 1x4 for a grid of [2,2] ([batch, 2, 3] for planes, [batch, 3, 4] for volumes, at most 16777216 pixels)',
  ],
])('%s', (_, node, message) => {
  const model = buildModel({
    opset: 18,
    inputs: { x: [1, 4] },
    outputs: ['y'],
    initializers: {
      indices,
      plane: intTensor([1, 1, 2, 2]),
      image: intTensor([2, 2]),
      block: intTensor([1, 2]),
      two: intTensor([2], []),
      nothing: intTensor([0], []),
    },
    nodes: [
      { op: 'SequenceConstruct', inputs: ['x', 'x'], output: 'pair' },
      { op: 'Reshape', inputs: ['x', 'plane'], output: 'planes' },
      { ...node, name: 'n', output: 'y' },
    ],
  });
  expect(refusal(model)).toBe(message);
});
