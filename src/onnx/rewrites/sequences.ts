import type { NodeInput, NodeReader } from '../../ops/node_reader.js';
import { resolveAxis } from '../../ops/shared/axes.js';
import { itemAt } from '../../tensor/items.js';
import { sizeAt, type Tensor } from '../../tensor/tensor.js';
import { integers, type NodeWriter, type RewrittenOperator, sliced } from './rewrite.js';

/*
 * Sequences of tensors. As far as their lengths and positions are constant, they are lists of names while the file is read, and the graph has
 * only the tensors.
 */

/** The most tensors of a sequence that is made of one tensor. Each is a node. */
const LONGEST = 1024;

/** The tensors of the sequence at this position. Throws where the input is a tensor. */
function sequenceAt(node: NodeReader, position: number): readonly NodeInput[] {
  const { name, sequence } = node.input(position);
  if (sequence === undefined) throw node.error('sequence.tensor', { position, input: name });
  return sequence;
}

const namesOf = (inputs: readonly NodeInput[]): string[] => inputs.map(({ name }) => name);

/** A position in a sequence of `length` tensors, counted from the front. */
function placeIn(node: NodeReader, position: number, length: number): number {
  const index = Number(node.constant(position).data[0]);
  if (!Number.isInteger(index) || index < -length || index >= length) throw node.error('fold.index', { index, size: length });
  return index < 0 ? index + length : index;
}

/** SequenceConstruct and SequenceEmpty. https://onnx.ai/onnx/operators/onnx__SequenceConstruct.html */
export const sequenceConstruct: RewrittenOperator = {
  since: 11,
  inputs: [0, Number.POSITIVE_INFINITY],
  rewrite: (node) => [node.inputs.flatMap((input) => (input === undefined ? [] : [input.name]))],
};

/** SplitToSequence. https://onnx.ai/onnx/operators/onnx__SplitToSequence.html */
export const splitToSequence: RewrittenOperator = {
  since: 11,
  inputs: [1, 2],
  attributes: ['axis', 'keepdims'],
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const axis = resolveAxis(node, node.int('axis', 0), shape.length);
    const given = node.inputs[1] === undefined ? undefined : node.constant(1);
    const sizes = partsOf(node, sizeAt(shape, axis), given);
    const squeezes = given === undefined && node.int('keepdims', 1) === 0;
    let start = 0;
    const parts = sizes.map((size) => {
      start += size;
      const part = sliced(write, x, axis, start - size, start);
      return squeezes ? write.add('Squeeze', [part, integers(write, [axis])]) : part;
    });
    return [parts];
  },
};

/** The sizes of the parts of an axis: 1 by default, a number for all, of which the last may be smaller, or a list. */
function partsOf(node: NodeReader, size: number, tensor: Tensor | undefined): number[] {
  const isNumber = tensor === undefined || tensor.shape.length === 0;
  const given = tensor?.data ?? [1];
  const [each = 0] = given;
  const count = Math.ceil(size / each);
  if (given.length > LONGEST || (isNumber && !(each >= 1 && count <= LONGEST))) {
    throw node.error('sequence.long', { size, parts: isNumber ? [each] : Array.from(given).slice(0, 3), most: LONGEST });
  }
  const parts = isNumber ? Array.from({ length: count }, (_, k) => Math.min(each, size - k * each)) : Array.from(given);
  const whole = parts.every((part) => Number.isInteger(part) && part >= 0);
  if (!whole || parts.reduce((sum, part) => sum + part, 0) !== size) {
    throw node.error('split.sizes', { size, sizes: parts, outputs: parts.length });
  }
  return parts;
}

/** SequenceAt. https://onnx.ai/onnx/operators/onnx__SequenceAt.html */
export const sequenceElement: RewrittenOperator = {
  since: 11,
  inputs: [2, 2],
  rewrite(node) {
    const names = namesOf(sequenceAt(node, 0));
    return [itemAt(names, placeIn(node, 1, names.length))];
  },
};

/** SequenceInsert: before a position, or at the end. https://onnx.ai/onnx/operators/onnx__SequenceInsert.html */
export const sequenceInsert: RewrittenOperator = {
  since: 11,
  inputs: [2, 3],
  rewrite(node) {
    const names = namesOf(sequenceAt(node, 0));
    const at = node.inputs[2] === undefined ? names.length : placeIn(node, 2, names.length + 1);
    return [[...names.slice(0, at), node.input(1).name, ...names.slice(at)]];
  },
};

/** SequenceErase: the tensor at a position, or the last. https://onnx.ai/onnx/operators/onnx__SequenceErase.html */
export const sequenceErase: RewrittenOperator = {
  since: 11,
  inputs: [1, 2],
  rewrite(node) {
    const names = namesOf(sequenceAt(node, 0));
    const at = node.inputs[1] === undefined ? names.length - 1 : placeIn(node, 1, names.length);
    return [names.filter((_, k) => k !== at)];
  },
};

/** SequenceLength. https://onnx.ai/onnx/operators/onnx__SequenceLength.html */
export const sequenceLength: RewrittenOperator = {
  since: 11,
  inputs: [1, 1],
  rewrite: (node, write) => [write.addConstant([], Float64Array.of(sequenceAt(node, 0).length), 'int')],
};

/** ConcatFromSequence: along an axis of the tensors, or along a new one. https://onnx.ai/onnx/operators/onnx__ConcatFromSequence.html */
export const concatFromSequence: RewrittenOperator = {
  since: 11,
  inputs: [1, 1],
  attributes: ['axis', 'new_axis'],
  rewrite(node, write) {
    const names = namesOf(sequenceAt(node, 0));
    const axis = node.int('axis');
    const parts = node.int('new_axis', 0) === 0 ? names : names.map((name) => unsqueezed(write, name, axis));
    return [write.add('Concat', parts, { axis })];
  },
};

function unsqueezed(write: NodeWriter, name: string, axis: number): string {
  return write.add('Unsqueeze', [name, integers(write, [axis])]);
}
