import type { OperatorAttributes, OpType } from '../../ops/index.js';
import type { Shape } from '../../tensor/tensor.js';
import { movementCases, resampledCases } from './movements.js';
import { caseOf, type OperatorCase } from './operator_case.js';
import { pointwiseCases } from './pointwise.js';

function elementwise<Op extends OpType>(
  op: Op,
  what: string,
  attributes: OperatorAttributes[Op],
  shape: Shape,
  range?: readonly [number, number],
): OperatorCase<Op> {
  return caseOf(op, what, attributes, [shape], shape, range && { range });
}

const elementwiseCases: readonly OperatorCase[] = [
  elementwise('Relu', 'an odd number of elements', {}, [1, 3, 5, 7]),
  elementwise('Relu', 'one element', {}, [1, 1]),
  elementwise('Relu', 'several rows in front', {}, [3, 5, 2]),
  elementwise('Relu', 'one axis', {}, [11]),
  elementwise('LeakyRelu', 'the default slope', { alpha: 0.01 }, [1, 17]),
  elementwise('LeakyRelu', 'a negative slope', { alpha: -0.5 }, [1, 3, 5]),
  elementwise('LeakyRelu', 'a slope of 0', { alpha: 0 }, [1, 9]),
  elementwise('Elu', 'the default', { alpha: 1 }, [1, 2, 3, 5]),
  elementwise('Elu', 'a steep one far out', { alpha: 2.5 }, [1, 33], [-40, 40]),
  elementwise('Elu', 'close to 0', { alpha: -1.5 }, [1, 33], [-0.2, 0.2]),
  elementwise('Sigmoid', 'the middle', {}, [1, 31]),
  elementwise('Sigmoid', 'both tails', {}, [1, 31], [-30, 30]),
  elementwise('Tanh', 'the middle', {}, [1, 31]),
  elementwise('Tanh', 'close to 0', {}, [1, 31], [-0.3, 0.3]),
  elementwise('Tanh', 'both tails', {}, [1, 31], [-60, 60]),
  elementwise('Softplus', 'the middle', {}, [1, 31]),
  elementwise('Softplus', 'both tails', {}, [1, 31], [-60, 60]),
  elementwise('Clip', 'ReLU6', { min: 0, max: 6 }, [1, 5, 7], [-3, 9]),
  elementwise('Clip', 'no upper bound', { min: -0.5, max: Infinity }, [1, 13]),
  elementwise('Clip', 'no lower bound', { min: -Infinity, max: 0.25 }, [1, 13]),
  elementwise('Clip', 'no bound', { min: -Infinity, max: Infinity }, [1, 13]),
  elementwise('Clip', 'bounds that cross', { min: 1, max: -1 }, [1, 13]),
  elementwise('HardSigmoid', 'the default', { alpha: 0.2, beta: 0.5 }, [1, 29], [-4, 4]),
  elementwise('HardSigmoid', 'falling', { alpha: -0.4, beta: 0.75 }, [1, 29], [-4, 4]),
  elementwise('HardSwish', 'all three pieces', {}, [1, 29], [-5, 5]),
];

/** Pairs of shapes that stretch in every way: not at all, one operand, both, missing axes, scalars, inner and outer axes. */
const broadcasts: readonly (readonly [what: string, a: Shape, b: Shape, y: Shape])[] = [
  ['equal shapes', [1, 3, 5, 7], [1, 3, 5, 7], [1, 3, 5, 7]],
  ['a channel', [1, 3, 5, 7], [1, 3, 1, 1], [1, 3, 5, 7]],
  ['a row against a column', [1, 1, 5], [1, 4, 1], [1, 4, 5]],
  ['missing axes', [5], [1, 2, 3, 5], [1, 2, 3, 5]],
  ['a scalar', [1, 2, 3], [], [1, 2, 3]],
  ['inner and outer axes of both', [2, 1, 3, 1, 5, 1], [3, 1, 4, 1, 2], [2, 3, 3, 4, 5, 2]],
  ['a long sum', [1, 2, 13, 11], [1, 2, 1, 1], [1, 2, 13, 11]],
];

const binaryCases: readonly OperatorCase[] = (['Add', 'Sub', 'Mul', 'Div'] as const).flatMap((op) =>
  // A divisor stays clear of 0.
  broadcasts.map(([what, a, b, y]) => caseOf(op, what, {}, [a, b], y, op === 'Div' ? { range: [0.5, 2] } : {})),
);

const sumCases: readonly OperatorCase[] = [
  caseOf('Sum', 'one input', {}, [[1, 5]], [1, 5]),
  caseOf('Sum', 'three inputs that stretch', {}, [[1, 3, 1], [5], [1, 1, 5]], [1, 3, 5]),
];

const channelCases: readonly OperatorCase[] = [
  caseOf(
    'PRelu',
    'a constant slope a channel',
    {},
    [
      [1, 3, 5, 7],
      [3, 1, 1],
    ],
    [1, 3, 5, 7],
    { constants: [1] },
  ),
  caseOf('PRelu', 'one constant slope', {}, [[1, 13], [1]], [1, 13], { constants: [1] }),
  caseOf(
    'PRelu',
    'a constant slope along two axes apart',
    {},
    [
      [1, 3, 5, 2],
      [3, 1, 2],
    ],
    [1, 3, 5, 2],
    { constants: [1] },
  ),
  caseOf(
    'PRelu',
    'a computed slope a channel',
    {},
    [
      [1, 3, 5, 7],
      [1, 3, 1, 1],
    ],
    [1, 3, 5, 7],
  ),
  caseOf(
    'PRelu',
    'a computed slope an element',
    {},
    [
      [1, 3, 5],
      [1, 3, 5],
    ],
    [1, 3, 5],
  ),
  caseOf(
    'Affine',
    'a channel',
    {},
    [
      [1, 3, 5, 7],
      [3, 1, 1],
      [1, 3, 1, 1],
    ],
    [1, 3, 5, 7],
    { constants: [1, 2] },
  ),
  caseOf('Affine', 'a column and a scalar', {}, [[1, 3, 5], [5], []], [1, 3, 5], { constants: [1, 2] }),
  caseOf(
    'Affine',
    'every element, and two axes apart',
    {},
    [
      [1, 3, 5, 2],
      [1, 3, 5, 2],
      [3, 1, 2],
    ],
    [1, 3, 5, 2],
    { constants: [1, 2] },
  ),
  caseOf('Replicate', 'a plane', {}, [[1, 3, 7]], [1, 3, 7], { constants: [0] }),
  // Variances must be positive, so all inputs are here.
  caseOf('BatchNormalization', 'planes', { epsilon: 1e-5 }, [[1, 3, 5, 2], [3], [3], [3], [3]], [1, 3, 5, 2], {
    constants: [1, 2, 3, 4],
    range: [0.5, 2],
  }),
  caseOf('BatchNormalization', 'a vector', { epsilon: 0.1 }, [[1, 7], [7], [7], [7], [7]], [1, 7], {
    constants: [1, 2, 3, 4],
    range: [0.5, 2],
  }),
];

const concatCases: readonly OperatorCase[] = [
  caseOf(
    'Concat',
    'channels',
    { axis: 1 },
    [
      [1, 2, 3, 5],
      [1, 4, 3, 5],
      [1, 1, 3, 5],
    ],
    [1, 7, 3, 5],
  ),
  caseOf(
    'Concat',
    'columns',
    { axis: 2 },
    [
      [1, 3, 5],
      [1, 3, 2],
    ],
    [1, 3, 7],
  ),
  caseOf(
    'Concat',
    'the outermost axis',
    { axis: 0 },
    [
      [1, 3],
      [2, 3],
    ],
    [3, 3],
  ),
  caseOf('Concat', 'one input', { axis: 1 }, [[1, 5]], [1, 5]),
];

const viewCases: readonly OperatorCase[] = [
  caseOf('Reshape', 'a view', {}, [[1, 6, 2]], [1, 3, 4]),
  caseOf('Flatten', 'a view', {}, [[1, 3, 5]], [1, 15]),
  caseOf('Squeeze', 'a view', {}, [[1, 3, 1]], [1, 3]),
  caseOf('Unsqueeze', 'a view', {}, [[1, 3]], [1, 3, 1]),
  caseOf('Identity', 'a view', {}, [[1, 3]], [1, 3]),
  caseOf('Dropout', 'a view', {}, [[1, 3]], [1, 3]),
];

/** All operators except convolutions, products, pools, reductions and softmax (linear.ts, reductions.ts). */
export const operatorCases: readonly OperatorCase[] = [
  ...elementwiseCases,
  ...binaryCases,
  ...sumCases,
  ...channelCases,
  ...concatCases,
  ...movementCases,
  ...resampledCases,
  ...viewCases,
  ...pointwiseCases,
];
