import { describe, expect, test } from 'vitest';
import { plainNode } from '../../../src/doctor/cases/plain_node.js';
import { operators } from '../../../src/ops/index.js';
import type { Shape } from '../../../src/tensor/tensor.js';

const read = (equation: string, ...inputs: Shape[]) => operators.Einsum.read(plainNode({ op: 'Einsum', inputs, attributes: { equation } }));

describe('Einsum', () => {
  test.each<[string, Shape, Shape, Shape]>([
    ['bhqd,bhkd->bhqk', [2, 3, 4, 5], [2, 3, 6, 5], [2, 3, 4, 6]],
    ['ij,jk', [3, 4], [4, 2], [3, 2]],
    ['ba,bc', [3, 4], [3, 2], [4, 2]],
    ['...ij,jk', [7, 1, 3, 4], [4, 2], [7, 1, 3, 2]],
    ['...ij,...jk->ik...', [7, 3, 4], [1, 4, 2], [3, 2, 7]],
    ['i,i->', [3], [3], []],
  ])('%s', (equation, a, b, shape) => {
    expect(read(equation, a, b).shape).toEqual(shape);
  });

  test.each<[string, Shape[], string]>([
    [
      'ii,ij->j',
      [
        [2, 2],
        [2, 3],
      ],
      'the equation "ii,ij->j" takes a diagonal: "i" stands twice in "ii" (each label once an operand)',
    ],
    [
      'ij,jk,kl->il',
      [
        [2, 2],
        [2, 2],
        [2, 2],
      ],
      'the equation "ij,jk,kl->il" of 3 operands (a product of two operands)',
    ],
    ['ij->ji', [[2, 3]], 'the equation "ij->ji" of 1 operands (a product of two operands)'],
    ['ij,k->k', [[2, 3], [4]], 'the equation "ij,k->k" sums "i" of one operand (a label of both operands, or of the output)'],
    [
      'ij,jk->iz',
      [
        [2, 3],
        [3, 4],
      ],
      'the equation "ij,jk->iz" makes an axis "z" of nothing (a label of an operand)',
    ],
    [
      'ij,jk->ik',
      [
        [2, 3],
        [4, 4],
      ],
      'the equation "ij,jk->ik" gives "j" the sizes 3 and 4 (one size a label)',
    ],
    [
      'ij,jk->ik',
      [
        [2, 3, 1],
        [3, 4],
      ],
      'the equation "ij,jk->ik" has the labels "ij" for 3 axes (a label an axis, and at most one ellipsis)',
    ],
    ['...i,i->i', [[2, 3], [3]], 'the equation "...i,i->i" sums over the axes of an ellipsis (an ellipsis in the output)'],
    ['i1,j->ij', [[2], [3]], 'the equation "i1,j->ij" (labels of axes, as in "bij,bjk->bik")'],
  ])('refuses %s', (equation, inputs, message) => {
    expect(() => read(equation, ...inputs)).toThrow(`Einsum "n": ${message}`);
  });
});
