import { itemAt } from '../../tensor/items.js';
import { sizeOf, stridesOf, type Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import type { FoldOperator } from './fold_operator.js';

/** Shape: the sizes of the axes of a value, which may be computed from the image. From opset 15 on, of the axes `start` to `end`. */
export const shape: FoldOperator = (node) => {
  const sizes = node.input(0).shape;
  const data = Float64Array.from(sizes.slice(node.int('start', 0), node.int('end', sizes.length)));
  return { shape: [data.length], type: 'int', make: () => data };
};

/** Size: the number of elements of a value, which may be computed from the image. */
export const size: FoldOperator = (node) => ({
  shape: [],
  type: 'int',
  make: () => Float64Array.of(sizeOf(node.input(0).shape)),
});

/** ConstantOfShape: a tensor of the shape that the input lists, filled with `value` (float 0 by default). */
export const constantOfShape: FoldOperator = (node) => {
  const sizes = Array.from(node.constant(0).data);
  const value: Tensor = node.tensor('value') ?? { shape: [1], type: 'float', data: Float64Array.of(0) };
  return { shape: sizes, type: value.type, make: () => new Float64Array(sizeOf(sizes)).fill(itemAt(value.data, 0)) };
};

/** Range: start, start + delta, ... up to, but without, the limit. */
export const range: FoldOperator = (node) => {
  const [start, limit, delta] = [scalar(node, 0), scalar(node, 1), scalar(node, 2)];
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  return { shape: [length], type: node.constant(0).type, make: () => new Float64Array(length).map((_, i) => start + i * delta) };
};

function scalar(node: NodeReader, position: number): number {
  const { shape: axes, data } = node.constant(position);
  if (data.length !== 1) {
    throw node.error('fold.one-number', { position, shape: axes });
  }
  return itemAt(data, 0);
}

/** NonZero: the places of the elements that are not 0, in C order. The result has a row for each axis and a column for each place. */
export const nonZero: FoldOperator = (node) => {
  const { shape: sizes, data } = node.constant(0);
  let found = 0;
  for (const value of data) found += Number(value !== 0);
  return {
    shape: [sizes.length, found],
    type: 'int',
    make() {
      const places = new Float64Array(sizes.length * found);
      stridesOf(sizes).forEach((stride, axis) => {
        const size = itemAt(sizes, axis);
        let at = axis * found;
        data.forEach((value, i) => {
          if (value !== 0) places[at++] = Math.floor(i / stride) % size;
        });
      });
      return places;
    },
    operations: sizes.length * data.length,
  };
};
