import { itemAt } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Dispatch, Operator } from '../operator.js';
import { checkRank, resolveAxis, sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import type { IndexMap } from './index_map.js';
import { moveForth, QUADS } from './movement.js';

export interface ConcatAttributes {
  readonly axis: number;
}

/**
 * Concat: y is the inputs one after the other along an axis; dx_k is the piece of dy where x_k lies.
 * From the axis inwards, a tensor is rows of (axis size * elements inside the axis) elements. A row of y is the inputs' rows joined.
 * https://onnx.ai/onnx/operators/onnx__Concat.html
 */
export const concat: Operator<ConcatAttributes> = {
  since: 1,
  inputs: [1, Number.POSITIVE_INFINITY],
  read(node) {
    const { shape } = node.input(0);
    checkRank(node, shape);
    const axis = resolveAxis(node, node.int('axis'), shape.length);
    const joined = [...shape];
    for (let position = 1; position < node.inputs.length; position++) {
      const next = node.input(position).shape;
      if (next.length !== shape.length || next.some((size, k) => k !== axis && size !== shape[k])) {
        throw node.error('concat.shapes', { first: shape, next, axis, batch: node.batch });
      }
      joined[axis] = sizeAt(joined, axis) + sizeAt(next, axis);
    }
    return { attributes: { axis }, shape: joined };
  },
  linear: () => true,
  forward({ inputs, shape, attributes: { axis } }) {
    const result = new Float64Array(sizeOf(shape));
    const { row, pieces } = locate(inputs, shape, axis);
    for (const { input, offset, length } of pieces) {
      input.data.forEach((x, i) => {
        result[Math.floor(i / length) * row + offset + (i % length)] = x;
      });
    }
    return result;
  },
  backward({ inputs, shape, cotangent, attributes: { axis }, wanted }) {
    const { row, pieces } = locate(inputs, shape, axis);
    return pieces.map(({ input, offset, length }, position) => {
      if (!wanted[position]) return undefined;
      return input.data.map((_, i) => itemAt(cotangent, Math.floor(i / length) * row + offset + (i % length)));
    });
  },
  lower({ inputs, output, attributes: { axis } }) {
    const { row, pieces } = locate(inputs, output.shape, axis);
    const rows = sizeBetween(output.shape, 0, axis);
    return {
      forward: pieces.map(
        ({ input: { name, shape }, offset, length }): Dispatch => ({
          kernel: 'concat_forward',
          bindings: [value(name), value(output.name)],
          parameters: { offset, row_x: length, row_y: row, elements_y: sizeOf(output.shape) },
          quads: QUADS,
          tiles: sizeOf(shape),
        }),
      ),
      backward: pieces.map(({ input: { name, shape }, offset, length }) => {
        const piece: IndexMap = {
          sizes: [rows, row],
          axes: [
            { from: 0, count: rows },
            { from: 1, begin: offset, count: length },
          ],
        };
        const dy = { binding: cotangent(output.name), shape: output.shape };
        return moveForth(dy, { binding: cotangent(name), shape }, piece);
      }),
    };
  },
};

/** The length of a row of the output, and where the rows of each input begin in it. */
function locate<T extends { readonly shape: Shape }>(inputs: readonly T[], shape: Shape, axis: number) {
  let offset = 0;
  const pieces = inputs.map((input) => {
    const length = sizeBetween(input.shape, axis);
    offset += length;
    return { input, offset: offset - length, length };
  });
  return { row: sizeBetween(shape, axis), pieces };
}
