import { sizeOf } from '../../../src/tensor/tensor.js';
import { intTensor } from '../onnx_builder.js';
import { type RewrittenCase, rewrittenCase, weights } from './case.js';

/** An Einsum of the image in the first shape, and of constants in the others. */
function einsum(equation: string, ...[first = [], ...others]: readonly (readonly number[])[]): RewrittenCase {
  const constants = Object.fromEntries(others.map((shape, k) => [`w${k}`, weights(shape, k + 1)]));
  const nodes = [
    { op: 'Reshape', inputs: ['x', 'shape'], output: 'a' },
    { op: 'Einsum', inputs: ['a', ...Object.keys(constants)], output: 'y', attributes: { equation } },
  ];
  const initializers = { ...constants, shape: intTensor(first) };
  return rewrittenCase(`Einsum, ${equation}`, [1, sizeOf(first)], nodes, { opset: 17, initializers });
}

export const einsumCases: readonly RewrittenCase[] = [
  einsum('bij->bji', [1, 2, 3]),
  einsum('bij -> bi', [1, 2, 3]),
  einsum('cba', [2, 3, 2]),
  einsum('...ij->...ji', [1, 2, 2, 3]),
  einsum('bii->bi', [2, 3, 3]),
  einsum('iji->j', [2, 3, 2]),
  einsum('ij,jk,kl->il', [2, 3], [3, 2], [2, 4]),
  einsum('bi,ij,bj->b', [2, 3], [3, 2], [2, 2]),
  einsum('...i,ij,jk->...k', [2, 2, 3], [3, 2], [2, 2]),
  einsum('ij,kl,k->i', [2, 3], [2, 3], [2]),
  einsum('bij,bj->i', [2, 2, 3], [2, 3]),
];
