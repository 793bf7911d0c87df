import type { OperatorAttributes, OpType } from '../../ops/index.js';
import type { NoAttributes } from '../../ops/operator.js';
import type { Shape } from '../../tensor/tensor.js';
import type { OperatorCase } from './operator_case.js';

type Range = readonly [number, number];

/** Operators without attributes. */
type Plain = { [Op in OpType]: NoAttributes extends OperatorAttributes[Op] ? Op : never }[OpType];

function unary(op: Plain, what: string, range: Range): OperatorCase {
  return withAttributes(op, what, range, {});
}

function withAttributes<Op extends OpType>(op: Op, what: string, range: Range, attributes: OperatorAttributes[Op]): OperatorCase<Op> {
  const shape = [1, 3, 11];
  return { name: `${op}, ${what}`, op, attributes, inputShapes: [shape], outputShape: shape, range };
}

function several(
  op: 'Equal' | 'Greater' | 'GreaterOrEqual' | 'Less' | 'LessOrEqual' | 'Max' | 'Min' | 'Pow' | 'Sum' | 'Mean',
  what: string,
  inputShapes: readonly Shape[],
  outputShape: Shape,
  range: Range = [-2, 2],
): OperatorCase {
  return { name: `${op}, ${what}`, op, attributes: {}, inputShapes, outputShape, range };
}

/** Functions of single elements and of pairs, in all parts of their ranges. */
export const pointwiseCases: readonly OperatorCase[] = [
  unary('Abs', 'both sides', [-2, 2]),
  unary('Neg', 'both sides', [-2, 2]),
  unary('Erf', 'the middle', [-2, 2]),
  unary('Erf', 'both tails', [-9, 9]),
  unary('Exp', 'the middle', [-4, 4]),
  unary('Log', 'around 1', [0.5, 1.5]),
  unary('Log', 'large numbers', [100, 1e6]),
  unary('Sqrt', 'the middle', [0.2, 4]),
  unary('Reciprocal', 'above 0', [0.5, 3]),
  unary('Reciprocal', 'below 0', [-3, -0.5]),
  unary('Sign', 'both sides', [-2, 2]),
  unary('Floor', 'several steps', [-4, 4]),
  unary('Ceil', 'several steps', [-4, 4]),
  unary('Round', 'several steps', [-4, 4]),
  unary('Cast', 'several integers', [-4, 4]),
  unary('IsNaN', 'numbers', [-4, 4]),
  withAttributes('IsInf', 'numbers', [-4, 4], { negative: true, positive: true }),
  unary('Sin', 'several periods', [-20, 20]),
  unary('Cos', 'several periods', [-20, 20]),
  unary('Tan', 'around 0', [-1.2, 1.2]),
  unary('Asin', 'both sides of a half', [-0.9, 0.9]),
  unary('Acos', 'both sides of a half', [-0.9, 0.9]),
  unary('Atan', 'all parts', [-4, 4]),
  unary('Sinh', 'both sides', [-4, 4]),
  unary('Cosh', 'both sides', [-4, 4]),
  unary('Asinh', 'both sides', [-4, 4]),
  unary('Acosh', 'above 1', [1.2, 9]),
  unary('Atanh', 'inside', [-0.9, 0.9]),
  ...(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'] as const).map((op) =>
    several(
      op,
      'a channel',
      [
        [1, 3, 4, 5],
        [1, 3, 1, 1],
      ],
      [1, 3, 4, 5],
    ),
  ),
  ...[true, false].map(
    (truncated): OperatorCase => ({
      name: `Mod, the sign of the ${truncated ? 'dividend' : 'divisor'}`,
      op: 'Mod',
      attributes: { truncated },
      inputShapes: [
        [1, 3, 5],
        [1, 3, 1],
      ],
      outputShape: [1, 3, 5],
      range: [0.5, 4],
    }),
  ),
  {
    name: 'Where, a condition that is a value',
    op: 'Where',
    attributes: {},
    inputShapes: [
      [3, 5],
      [1, 3, 5],
      [1, 3, 1],
    ],
    constants: [0],
    outputShape: [1, 3, 5],
  },
  unary('Mish', 'the middle', [-2, 2]),
  unary('Mish', 'both tails', [-60, 60]),
  unary('Softsign', 'the middle', [-2, 2]),
  withAttributes('Selu', 'the default', [-3, 3], { alpha: 1.6732631921768188, gamma: 1.0507010221481323 }),
  withAttributes('Celu', 'a flat one', [-3, 3], { alpha: 0.5 }),
  withAttributes('ThresholdedRelu', 'both sides of a number above 0', [-2, 2], { alpha: 0.5 }),
  withAttributes('ThresholdedRelu', 'both sides of a number below 0', [-2, 2], { alpha: -0.5 }),
  withAttributes('Gelu', 'exact', [-2, 2], { approximate: 'none' }),
  withAttributes('Gelu', 'exact, both tails', [-8, 8], { approximate: 'none' }),
  withAttributes('Gelu', 'by tanh', [-2, 2], { approximate: 'tanh' }),
  withAttributes('Gelu', 'by tanh, both tails', [-60, 60], { approximate: 'tanh' }),
  withAttributes('Pow', 'squares of all signs', [-2, 2], { exponent: 2 }),
  withAttributes('Pow', 'cubes of all signs', [-2, 2], { exponent: 3 }),
  withAttributes('Pow', 'fifth powers of all signs', [-2, 2], { exponent: 5 }),
  withAttributes('Pow', 'roots', [0.2, 4], { exponent: 0.5 }),
  withAttributes('Pow', 'reciprocals', [-3, -0.5], { exponent: -1 }),
  withAttributes('Pow', 'inverse squares of negative numbers', [-3, -0.5], { exponent: -2 }),
  withAttributes('Pow', 'a broken power', [0.5, 2], { exponent: 1.7 }),
  withAttributes('Pow', 'a power of 0', [0.5, 2], { exponent: 0 }),
  withAttributes('Pow', 'a power of 1', [-2, 2], { exponent: 1 }),
  several(
    'Pow',
    'two tensors',
    [
      [1, 3, 5],
      [1, 3, 5],
    ],
    [1, 3, 5],
    [0.5, 2],
  ),
  several(
    'Pow',
    'both stretched',
    [
      [1, 3, 1],
      [1, 1, 5],
    ],
    [1, 3, 5],
    [0.5, 2],
  ),
  ...(['Max', 'Min'] as const).flatMap((op) => [
    several(
      op,
      'two tensors',
      [
        [1, 3, 5],
        [1, 3, 5],
      ],
      [1, 3, 5],
    ),
    several(
      op,
      'a channel',
      [
        [1, 3, 4, 5],
        [1, 3, 1, 1],
      ],
      [1, 3, 4, 5],
    ),
  ]),
];

/** Functions that passes rewrite before they run on a GPU. */
export const rewrittenCases: readonly OperatorCase[] = (['Max', 'Min'] as const).flatMap((op) => [
  several(op, 'one input', [[1, 7]], [1, 7]),
  several(op, 'three that stretch', [[1, 3, 1], [5], [1, 1, 5]], [1, 3, 5]),
  { ...several(op, 'a constant number second', [[1, 3, 5], []], [1, 3, 5]), constants: [1] },
  {
    ...several(
      op,
      'a constant an element first',
      [
        [1, 3, 5],
        [1, 3, 5],
      ],
      [1, 3, 5],
    ),
    constants: [0],
  },
]);
