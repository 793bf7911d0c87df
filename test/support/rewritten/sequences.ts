import { sizeOf } from '../../../src/tensor/tensor.js';
import { floatTensor, intTensor } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase } from './case.js';

const number = (value: number) => intTensor([value], []);

/** ReverseSequence of the image in this shape. */
function backwards(what: string, shape: readonly number[], lengths: readonly number[], batch: number, time: number): RewrittenCase {
  return rewrittenCase(
    `ReverseSequence, ${what}`,
    [1, sizeOf(shape)],
    [
      { op: 'Reshape', inputs: ['x', 'shape'], output: 'shaped' },
      { op: 'ReverseSequence', inputs: ['shaped', 'lengths'], output: 'y', attributes: { batch_axis: batch, time_axis: time } },
    ],
    { opset: 15, initializers: { shape: intTensor(shape), lengths: intTensor(lengths) } },
  );
}

/** Sequences of tensors: made, read, changed and joined; and sequences of elements, backwards. */
export const sequenceCases: readonly RewrittenCase[] = [
  backwards('each by a length of its own', [4, 3, 2], [3, 1, 4], 1, 0),
  backwards('all by one length', [2, 4, 3], [4, 4], 0, 1),
  rewrittenCase(
    'SplitToSequence into equal parts, of which the last is smaller',
    [1, 2, 5],
    [
      { op: 'SplitToSequence', inputs: ['x', 'two'], output: 's', attributes: { axis: -1 } },
      { op: 'SequenceAt', inputs: ['s', 'last'], output: 'c' },
      { op: 'SequenceAt', inputs: ['s', 'zero'], output: 'a' },
      { op: 'Mul', inputs: ['a', 'c'], output: 'y' },
    ],
    { initializers: { two: number(2), last: number(-1), zero: number(0) } },
  ),
  rewrittenCase(
    'SplitToSequence by sizes, one of them 0',
    [1, 5],
    [
      { op: 'SplitToSequence', inputs: ['x', 'sizes'], output: 's', attributes: { axis: 1 } },
      { op: 'SequenceInsert', inputs: ['s', 'x', 'one'], output: 't' },
      { op: 'SequenceErase', inputs: ['t', 'zero'], output: 'u' },
      { op: 'ConcatFromSequence', inputs: ['u'], output: 'y', attributes: { axis: 1 } },
    ],
    { initializers: { sizes: intTensor([2, 0, 3]), one: number(1), zero: number(0) } },
  ),
  rewrittenCase(
    'SplitToSequence into slices, stacked along a new axis with a constant',
    [1, 3],
    [
      { op: 'SplitToSequence', inputs: ['x'], output: 's', attributes: { axis: 1, keepdims: 0 } },
      { op: 'SequenceInsert', inputs: ['s', 'constant'], output: 't' },
      { op: 'SequenceErase', inputs: ['t'], output: 'u' },
      { op: 'SequenceInsert', inputs: ['u', 'constant'], output: 'v' },
      { op: 'ConcatFromSequence', inputs: ['v'], output: 'stack', attributes: { axis: -1, new_axis: 1 } },
      { op: 'SequenceLength', inputs: ['v'], output: 'length' },
      { op: 'Cast', inputs: ['length'], output: 'four', attributes: { to: 1 } },
      { op: 'Mul', inputs: ['stack', 'four'], output: 'y' },
    ],
    { initializers: { constant: floatTensor([1], [7]) } },
  ),
  rewrittenCase(
    'SequenceConstruct, and an element of it',
    [1, 3],
    [
      { op: 'Relu', inputs: ['x'], output: 'r' },
      { op: 'SequenceConstruct', inputs: ['r', 'x'], output: 's' },
      { op: 'ConcatFromSequence', inputs: ['s'], output: 'y', attributes: { axis: 1 } },
    ],
  ),
];

/** Tensors without elements. They do not depend on the image, and what is computed from them is constant. */
export const emptyCases = [
  rewrittenCase(
    'a Slice that takes nothing, reshaped and joined with something',
    [1, 2, 3],
    [
      { op: 'Slice', inputs: ['x', 'two', 'two', 'one'], output: 'none' },
      { op: 'Relu', inputs: ['none'], output: 'still none' },
      { op: 'Reshape', inputs: ['still none', 'shape'], output: 'reshaped' },
      { op: 'Concat', inputs: ['reshaped', 'x', 'reshaped'], output: 'y', attributes: { axis: 1 } },
    ],
    { initializers: { one: intTensor([1]), two: intTensor([2]), shape: intTensor([1, -1, 3]) } },
  ),
  rewrittenCase(
    'the sum over no elements is 0, and their product 1',
    [1, 3],
    [
      { op: 'Split', inputs: ['x', 'sizes'], output: ['none', 'all'], attributes: { axis: 1 } },
      { op: 'ReduceSum', inputs: ['none', 'axis'], output: 'sum' },
      { op: 'ReduceProd', inputs: ['none'], output: 'product', attributes: { axes: [1] } },
      { op: 'Sub', inputs: ['all', 'sum'], output: 'same' },
      { op: 'Mul', inputs: ['same', 'product'], output: 'y' },
    ],
    { initializers: { sizes: intTensor([0, 3]), axis: intTensor([1]) } },
  ),
  rewrittenCase(
    'ScatterND of no updates',
    [1, 3],
    [
      { op: 'Gather', inputs: ['x', 'none'], output: 'updates' },
      { op: 'ScatterND', inputs: ['x', 'rows', 'updates'], output: 'y' },
    ],
    { initializers: { none: intTensor([]), rows: intTensor([], [0, 1]) } },
  ),
];
