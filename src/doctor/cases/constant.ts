import { resizedCases, whereCases } from './movements.js';
import type { OperatorCase } from './operator_case.js';
import { rewrittenCases } from './pointwise.js';

/** Arithmetic of the image with a constant on either side. Passes turn it into Affine, or into a lifted constant. */
const arithmeticCases: readonly OperatorCase[] = (['Add', 'Sub', 'Mul', 'Div'] as const).flatMap((op) =>
  [0, 1].flatMap((position) =>
    (
      [
        ['a scalar', [1, 3, 4, 5], []],
        ['one a channel', [1, 3, 4, 5], [3, 1, 1]],
        ['one an element', [1, 3, 5], [1, 3, 5]],
        ['a row', [1, 4, 5], [5]],
        ['that stretches the image', [1, 3, 1], [1, 3, 4]],
        ['of more axes', [3, 1], [1, 2, 3, 4]],
      ] as const
    ).map(
      ([what, x, constant]): OperatorCase => ({
        name: `${op}, a constant ${position === 0 ? 'first' : 'second'}: ${what}`,
        op,
        attributes: {},
        inputShapes: position === 0 ? [constant, x] : [x, constant],
        constants: [position],
        outputShape: what === 'that stretches the image' ? [1, 3, 4] : what === 'of more axes' ? [1, 2, 3, 4] : x,
        // Away from 0, where a quotient has no value.
        range: [0.5, 2],
      }),
    ),
  ),
);

/** Cases that passes rewrite: arithmetic with constants, and functions of one, three or more tensors. */
export const constantCases: readonly OperatorCase[] = [...arithmeticCases, ...whereCases, ...resizedCases, ...rewrittenCases];
