import { resolveAxis } from '../../../ops/shared/axes.js';
import { itemAt } from '../../../tensor/items.js';
import { integer, type NodeWriter, type RewrittenOperator, reshaped, scalar, sliced } from '../rewrite.js';
import { positionsAlong } from './arg_extremum.js';

/**
 * OneHot: the second of two values where the new axis has the position that an index names, else the first. Negative indices count from the end;
 * others outside name none. https://onnx.ai/onnx/operators/onnx__OneHot.html
 */
export const oneHot: RewrittenOperator = {
  since: 9,
  inputs: [3, 3],
  attributes: ['axis'],
  notes: { note: 'the depth constant; constant in pieces' },
  rewrite(node, write) {
    const { name: indices, shape } = node.input(0);
    const depth = Math.trunc(itemAt(node.constant(1).data, 0));
    const axis = resolveAxis(node, node.int('axis', -1), shape.length + 1);
    const negative = write.add('Less', [indices, scalar(write, 0)]);
    const counted = write.add('Where', [negative, write.add('Add', [indices, integer(write, depth)]), indices]);
    const places = reshaped(write, counted, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
    const named = write.add('Equal', [places, positionsAlong(write, axis, depth, shape.length + 1)]);
    const { name: values } = node.input(2);
    const [off, on] = [0, 1].map((position) => reshaped(write, sliced(write, values, 0, position, position + 1), []));
    return [write.add('Where', [named, on, off])];
  },
};

/**
 * Trilu: x where it lies in the upper (or lower) triangle of the matrices in the last two axes, counted from diagonal k, and 0 elsewhere.
 * https://onnx.ai/onnx/operators/onnx__Trilu.html
 */
export const trilu: RewrittenOperator = {
  since: 14,
  inputs: [1, 2],
  attributes: ['upper'],
  notes: { note: 'the diagonal constant' },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    if (shape.length < 2) throw node.error('axes.axis', { axis: -2, axes: shape.length });
    const diagonal = node.inputs[1] === undefined ? 0 : itemAt(node.constant(1).data, 0);
    const upper = node.int('upper', 1) !== 0;
    const inside = diagonals(write, itemAt(shape, shape.length - 2), itemAt(shape, shape.length - 1), (ahead) =>
      upper ? ahead >= diagonal : ahead <= diagonal,
    );
    return [write.add('Where', [inside, x, write.add('CastLike', [scalar(write, 0), x])])];
  },
};

/** A matrix of booleans: whether the column is this much ahead of the row. */
export function diagonals(write: NodeWriter, rows: number, columns: number, holds: (ahead: number) => boolean): string {
  const data = new Float64Array(rows * columns).map((_, i) => Number(holds((i % columns) - Math.floor(i / columns))));
  return write.addConstant([rows, columns], data, 'bool');
}
