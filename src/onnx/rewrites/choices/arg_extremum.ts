import { resolveAxis } from '../../../ops/shared/axes.js';
import { itemAt } from '../../../tensor/items.js';
import type { Shape } from '../../../tensor/tensor.js';
import { FLOAT, integer, integers, type NodeWriter, type RewrittenOperator, reshaped } from '../rewrite.js';

/** The numbers 0, 1, .. along an axis of tensors of this rank. */
export function positionsAlong(write: NodeWriter, axis: number, size: number, rank: number): string {
  const shape = Array.from({ length: rank }, (_, k) => (k === axis ? size : 1));
  return write.addConstant(
    shape,
    new Float64Array(size).map((_, position) => position),
    'int',
  );
}

/** The place of the largest or smallest element along an axis, which is kept. Of equal ones it is the first, or the last. */
export function placeOfExtremum(write: NodeWriter, op: 'ReduceMax' | 'ReduceMin', x: string, axis: number, last: boolean): string {
  const shape = write.shape(x);
  const size = itemAt(shape, axis);
  const equal = write.add('Equal', [x, write.add(op, [x, integers(write, [axis])])]);
  const places = write.add('Where', [equal, positionsAlong(write, axis, size, shape.length), integer(write, last ? -1 : size)]);
  return write.add(last ? 'ReduceMax' : 'ReduceMin', [places, integers(write, [axis])]);
}

function argExtremum(op: 'ReduceMax' | 'ReduceMin'): RewrittenOperator {
  return {
    since: 1,
    inputs: [1, 1],
    attributes: ['axis', 'keepdims', 'select_last_index'],
    notes: { note: 'constant in pieces; at the very end of a network it is taken off' },
    rewrite(node, write) {
      const { name: x, shape } = node.input(0);
      const axis = resolveAxis(node, node.int('axis', 0), shape.length);
      const place = placeOfExtremum(write, op, x, axis, node.int('select_last_index', 0) === 1);
      return [node.int('keepdims', 1) === 0 ? reshaped(write, place, without(shape, axis)) : place];
    },
  };
}

function without(shape: Shape, axis: number): Shape {
  return shape.filter((_, k) => k !== axis);
}

/** ArgMax: the place of the largest element along an axis. https://onnx.ai/onnx/operators/onnx__ArgMax.html */
export const argMax = argExtremum('ReduceMax');

/** ArgMin: the place of the smallest element along an axis. https://onnx.ai/onnx/operators/onnx__ArgMin.html */
export const argMin = argExtremum('ReduceMin');

/**
 * Hardmax: 1 at the first of the largest elements along an axis, else 0. Up to opset 12 the axes from `axis` on (default 1) count as one. From
 * 13 on it is a single axis, by default the last. https://onnx.ai/onnx/operators/onnx__Hardmax.html
 */
export const hardmax: RewrittenOperator = {
  since: 1,
  inputs: [1, 1],
  attributes: ['axis'],
  notes: { note: 'constant in pieces' },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const single = node.opset >= 13;
    const axis = resolveAxis(node, node.int('axis', single ? -1 : 1), shape.length);
    const joined = single ? x : reshaped(write, x, [...shape.slice(0, axis), shape.slice(axis).reduce((size, each) => size * each, 1)]);
    const own = write.shape(joined);
    const chosen = placeOfExtremum(write, 'ReduceMax', joined, axis, false);
    const places = positionsAlong(write, axis, itemAt(own, axis), own.length);
    return [reshaped(write, write.add('Cast', [write.add('Equal', [places, chosen])], { to: FLOAT }), shape)];
  },
};
