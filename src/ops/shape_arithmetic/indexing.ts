import { formatShape, sizeOf, type Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../operator.js';
import { checkFoldedShape } from './elementwise.js';
import type { FoldOperator } from './fold_operator.js';

/** Shape: the sizes of the axes `start` to `end` (opset 15; all of them before) of a value, which may be computed from the image. */
export const shape: FoldOperator = (node) => {
  const sizes = node.input(0).shape;
  const data = Float64Array.from(sizes.slice(node.int('start', 0), node.int('end', sizes.length)));
  return { shape: [data.length], type: 'int', data };
};

/** Size: the number of elements of a value, which may be computed from the image. */
export const size: FoldOperator = (node) => ({ shape: [], type: 'int', data: Float64Array.of(sizeOf(node.input(0).shape)) });

/** ConstantOfShape: a tensor of the shape that the input lists, filled with `value` (float 0 by default). */
export const constantOfShape: FoldOperator = (node) => {
  const sizes = Array.from(node.constant(0).data);
  checkFoldedShape(node, sizes);
  const value: Tensor = node.tensor('value') ?? { shape: [1], type: 'float', data: Float64Array.of(0) };
  return { shape: sizes, type: value.type, data: new Float64Array(sizeOf(sizes)).fill(value.data[0]!) };
};

/** Range: start, start + delta, ... up to but without the limit. */
export const range: FoldOperator = (node) => {
  const [start, limit, delta] = [0, 1, 2].map((position) => scalar(node, position)) as [number, number, number];
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  checkFoldedShape(node, [length]);
  return { shape: [length], type: node.constant(0).type, data: Float64Array.from({ length }, (_, i) => start + i * delta) };
};

function scalar(node: NodeReader, position: number): number {
  const { shape: axes, data } = node.constant(position);
  if (data.length !== 1) {
    throw node.error(`input ${position} of shape ${formatShape(axes)}`, 'one number');
  }
  return data[0]!;
}
