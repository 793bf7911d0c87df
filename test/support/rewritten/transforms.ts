import { sizeOf } from '../../../src/tensor/tensor.js';
import { intTensor, type NodeDescription } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase } from './case.js';

/** The discrete Fourier transform of the image in this shape; `length` and `axis` are inputs of the node where they are given. */
function transformed(
  what: string,
  shape: readonly number[],
  attributes: NonNullable<NodeDescription['attributes']>,
  { length, axis, opset = 20 }: { readonly length?: number; readonly axis?: number; readonly opset?: number } = {},
): RewrittenCase {
  const inputs = ['shaped', length === undefined ? '' : 'length', ...(axis === undefined ? [] : ['axis'])];
  return rewrittenCase(
    `DFT, ${what}`,
    [1, sizeOf(shape)],
    [
      { op: 'Reshape', inputs: ['x', 'shape'], output: 'shaped' },
      { op: 'DFT', inputs, output: 'y', attributes },
    ],
    {
      opset,
      initializers: {
        shape: intTensor(shape),
        ...(length !== undefined && { length: intTensor([length], []) }),
        ...(axis !== undefined && { axis: intTensor([axis], []) }),
      },
    },
  );
}

export const transformCases: readonly RewrittenCase[] = [
  transformed('of real numbers', [1, 2, 5, 1], {}),
  transformed('half of it', [1, 3, 6, 1], { onesided: 1 }),
  transformed('of complex numbers, along an axis', [1, 3, 4, 2], {}, { axis: 1 }),
  transformed('back', [1, 2, 5, 2], { inverse: 1 }),
  transformed('half of a spectrum of an even length back', [1, 2, 4, 2], { inverse: 1, onesided: 1 }, { length: 6 }),
  transformed('half of a spectrum of an odd length back', [1, 2, 3, 2], { inverse: 1, onesided: 1 }, { length: 5 }),
  transformed('cut off', [1, 2, 6, 1], {}, { length: 4 }),
  transformed('filled up', [1, 2, 3, 2], {}, { length: 5 }),
  transformed('the axis an attribute', [1, 4, 3, 1], { axis: 1 }, { opset: 17 }),
];
