import { type Shape, sizeOf, stridesOf } from '../tensor/tensor.js';
import { axisParameters, checkRank, collapse, resolveAxes } from './axes.js';
import { cotangent, value } from './binary.js';
import type { Dispatch, Operator } from './operator.js';

export interface TransposeAttributes {
  /** Axis k of the output is axis perm[k] of the input. */
  readonly perm: readonly number[];
}

/**
 * Transpose: y[i_perm(0), ..., i_perm(n-1)] = x[i_0, ..., i_n-1], the axes reversed where no perm is given; dx is dy transposed by the
 * inverse permutation. https://onnx.ai/onnx/operators/onnx__Transpose.html
 */
export const transpose: Operator<TransposeAttributes> = {
  read(node) {
    const { shape } = node.input(0);
    checkRank(node, shape);
    const given = node.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
    const perm = resolveAxes(node, given, shape.length);
    if (perm.length !== shape.length) {
      throw node.error(`perm ${given.join(',')} for ${shape.length} axes`, 'every axis once');
    }
    return { attributes: { perm }, shape: perm.map((axis) => shape[axis]!) };
  },
  linear: () => true,
  forward({ inputs, attributes: { perm } }) {
    return transposed(inputs[0]!.data, inputs[0]!.shape, perm);
  },
  backward({ shape, cotangent, attributes: { perm }, wanted }) {
    return [wanted[0] ? transposed(cotangent, shape, inverse(perm)) : undefined];
  },
  lower({ inputs, output, attributes: { perm } }) {
    const x = inputs[0]!;
    const tiles = sizeOf(output.shape);
    return {
      forward: [
        {
          kernel: 'transpose_forward',
          bindings: [value(x.name), value(output.name)],
          parameters: gather(x.shape, perm),
          tiles,
        },
      ],
      backward: [
        {
          kernel: 'transpose_backward',
          bindings: [cotangent(output.name), cotangent(x.name)],
          parameters: gather(output.shape, inverse(perm)),
          tiles,
        },
      ],
    };
  },
};

function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

/** Sizes of the transposed tensor, and the strides in the original along its axes. */
function walk(shape: Shape, perm: readonly number[]): { shape: number[]; strides: number[] } {
  const strides = stridesOf(shape);
  return { shape: perm.map((axis) => shape[axis]!), strides: perm.map((axis) => strides[axis]!) };
}

function transposed(data: Float64Array, shape: Shape, perm: readonly number[]): Float64Array {
  const { shape: to, strides } = walk(shape, perm);
  const outer = stridesOf(to);
  return data.map((_, i) => data[outer.reduce((from, stride, axis) => from + (Math.floor(i / stride) % to[axis]!) * strides[axis]!, 0)]!);
}

function gather(shape: Shape, perm: readonly number[]): Dispatch['parameters'] {
  const { shape: to, strides } = walk(shape, perm);
  const collapsed = collapse({ shape: to, strides: [strides] });
  return {
    rank: collapsed.shape.length,
    ...axisParameters('shape', collapsed.shape),
    ...axisParameters('strides', collapsed.strides[0]!),
  };
}
