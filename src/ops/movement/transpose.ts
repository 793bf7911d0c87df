import { sizeAt } from '../../tensor/tensor.js';
import { resolveAxes } from '../shared/axes.js';
import { permuted } from './index_map.js';
import { movement } from './movement.js';

export interface TransposeAttributes {
  /** Axis k of the output is axis perm[k] of the input. */
  readonly perm: readonly number[];
}

/**
 * Transpose: y[i_perm(0), ..., i_perm(n-1)] = x[i_0, ..., i_n-1], the axes reversed where no perm is given; dx is dy transposed by the
 * inverse permutation. https://onnx.ai/onnx/operators/onnx__Transpose.html
 */
export const transpose = movement<TransposeAttributes>({
  since: 1,
  read(node) {
    const { shape } = node.input(0);
    const given = node.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
    const perm = resolveAxes(node, given, shape.length);
    if (perm.length !== shape.length) {
      throw node.error('axes.permutation', { perm: given, axes: shape.length });
    }
    return { attributes: { perm }, shape: perm.map((axis) => sizeAt(shape, axis)) };
  },
  moves: ({ perm }, x) => permuted(x, perm),
});
