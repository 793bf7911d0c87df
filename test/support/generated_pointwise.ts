import type { Draw, GeneratedInput, GeneratedNode, Generator } from './generated_cases.js';
import { type AttributeDescription, float, floatTensor } from './onnx_builder.js';

/** Two operands that stretch to each other's shape; now and then one is constant. */
function pair(draw: Draw, range: readonly [number, number]): GeneratedInput[] {
  const shape = draw.shape(draw.integer(1, 5));
  const shapes = draw.shuffle([draw.chance(0.5) ? shape : draw.stretchable(shape), draw.stretchable(shape)]);
  const constant = draw.chance(0.3) ? draw.integer(0, 1) : -1;
  return shapes.map((own, position) => (position === constant ? draw.floats(own, ...range) : { shape: own, range }));
}

function binary(op: string, opsets: readonly number[], range: readonly [number, number] = [-2, 2]): Generator {
  return { op, opsets, count: 200, generate: (draw) => ({ inputs: pair(draw, range) }) };
}

/** One to four operands, some of them constant; now and then one is a single number. */
function several(draw: Draw): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 5));
  const count = draw.integer(1, 4);
  const computed = draw.integer(0, count - 1);
  return {
    inputs: Array.from({ length: count }, (_, position) => {
      const own = position === computed && draw.chance(0.5) ? shape : draw.stretchable(shape);
      if (position === computed || draw.chance(0.5)) return { shape: own };
      return draw.chance(0.5) ? floatTensor([], [draw.pick([0, 0.5, -0.5])]) : draw.floats(own);
    }),
  };
}

/** Bounds as attributes and as inputs, both, one or none. */
function clip(draw: Draw, opset: number): GeneratedNode {
  const x = { shape: draw.shape(draw.integer(1, 5)) };
  const [low, high] = [draw.number(-1.5, 0), draw.number(0.1, 1.5)];
  const [lower, upper] = [draw.chance(0.7), draw.chance(0.7)];
  if (opset < 11) return { inputs: [x], attributes: { ...(lower && { min: float(low) }), ...(upper && { max: float(high) }) } };
  return { inputs: [x, lower ? floatTensor([], [low]) : null, ...(upper ? [floatTensor([], [high])] : [])] };
}

/** A slope that stretches to x, computed or constant. */
function prelu(draw: Draw): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 5));
  const slope = draw.stretchable(shape);
  return { inputs: [{ shape }, draw.chance(0.5) ? draw.floats(slope) : { shape: slope }] };
}

/** Bases above 0 to any power, and negative ones to whole powers. */
function power(draw: Draw): GeneratedNode {
  const shape = draw.shape(draw.integer(1, 4));
  const exponents = draw.stretchable(shape);
  switch (draw.integer(0, 3)) {
    case 0:
      return { inputs: [{ shape, range: [-2, 2] }, floatTensor([], [draw.pick([1, 2, 3, 4, 5])])] };
    case 1:
      return { inputs: [{ shape, range: [0.5, 2] }, floatTensor([1], [draw.pick([-3, -2, -1, -0.5, 0, 0.3, 0.5, 1.7])])] };
    case 2:
      return { inputs: [{ shape: draw.stretchable(shape), range: [0.5, 2] }, draw.floats(shape, -3, 3)] };
    default:
      return { inputs: [draw.chance(0.5) ? draw.floats(shape, 0.5, 2) : { shape, range: [0.5, 2] }, { shape: exponents, range: [-3, 3] }] };
  }
}

type Range = readonly [number, number];

/** A function of one tensor: many shapes, and ranges that reach into every part of the function. */
function unary(
  op: string,
  opsets: readonly number[],
  ranges: readonly Range[] = [[-2, 2]],
  attributes: (draw: Draw) => Readonly<Record<string, AttributeDescription>> = () => ({}),
  rest: Partial<Generator> = {},
): Generator {
  return {
    op,
    opsets,
    count: 120,
    generate: (draw) => ({ inputs: [{ shape: draw.shape(draw.integer(1, 5)), range: draw.pick(ranges) }], attributes: attributes(draw) }),
    ...rest,
  };
}

/** An attribute that is there in half of the cases. */
export function maybe(draw: Draw, name: string, low: number, high: number): Readonly<Record<string, AttributeDescription>> {
  return draw.chance(0.5) ? { [name]: float(draw.number(low, high)) } : {};
}

/** ONNX Runtime computes e^x - 1 as a plain difference, which loses digits near 0. */
const CANCELS = { tolerance: 1e-4 };

const WIDE: readonly Range[] = [
  [-0.1, 0.1],
  [-2, 2],
  [-7, 7],
  [-30, 30],
];

/** A function without attributes or opsets that differ, and with a fragment, which the operator cases run on a GPU. */
function smooth(op: string, opset: number, ranges: readonly Range[]): Generator {
  return unary(op, [opset], ranges, () => ({}), { count: 24, gpuCases: 0, tolerance: 1e-5, thirdDerivative: 4000 });
}

export const pointwiseGenerators: readonly Generator[] = [
  unary('Abs', [7, 13], WIDE),
  unary('Neg', [7, 13], WIDE),
  unary('Erf', [9, 13], WIDE),
  unary(
    'Exp',
    [7, 13],
    [
      [-0.1, 0.1],
      [-4, 4],
    ],
  ),
  // The third derivatives 2 / x^3, 3 / 8 x^-2.5 and 6 / x^4 stay below 100.
  unary(
    'Log',
    [7, 13],
    [
      [0.3, 3],
      [0.9, 1.1],
      [1, 1000],
    ],
  ),
  unary(
    'Sqrt',
    [7, 13],
    [
      [0.2, 2],
      [1, 1000],
    ],
  ),
  unary(
    'Reciprocal',
    [7, 13],
    [
      [0.5, 2],
      [-4, -1],
    ],
  ),
  smooth('Sin', 7, WIDE),
  smooth('Cos', 7, WIDE),
  smooth('Tan', 7, [[-1.2, 1.2]]),
  smooth('Asin', 7, [[-0.9, 0.9]]),
  smooth('Acos', 7, [[-0.9, 0.9]]),
  smooth('Atan', 7, WIDE),
  smooth('Sinh', 9, [[-4, 4]]),
  smooth('Cosh', 9, [[-4, 4]]),
  smooth('Asinh', 9, WIDE),
  smooth('Acosh', 9, [[1.2, 9]]),
  smooth('Atanh', 9, [[-0.9, 0.9]]),
  unary('Softsign', [7], WIDE),
  unary('Mish', [18], WIDE),
  unary('HardSwish', [14], [[-5, 5]]),
  unary('Relu', [7, 13, 14], WIDE),
  // ONNX Runtime approximates Sigmoid with a fixed absolute error, so few digits are right in the left tail.
  unary('Sigmoid', [7, 13], WIDE, () => ({}), { tolerance: 1e-4 }),
  unary('Tanh', [7, 13], WIDE),
  unary('Softplus', [7], WIDE),
  unary('LeakyRelu', [7, 16], WIDE, (draw) => maybe(draw, 'alpha', -1, 1)),
  unary('ThresholdedRelu', [10], WIDE, (draw) => maybe(draw, 'alpha', -1, 2)),
  unary('HardSigmoid', [7], [[-5, 5]], (draw) => ({ ...maybe(draw, 'alpha', -1, 1), ...maybe(draw, 'beta', 0, 1) })),
  { op: 'Clip', opsets: [7, 11, 12, 13], count: 120, generate: clip },
  { op: 'PRelu', opsets: [7, 16], count: 200, generate: prelu },
  unary('Elu', [7], WIDE, (draw) => maybe(draw, 'alpha', -2, 3), CANCELS),
  unary('Selu', [7], WIDE, (draw) => ({ ...maybe(draw, 'alpha', 0.5, 3), ...maybe(draw, 'gamma', 0.5, 3) }), CANCELS),
  unary('Celu', [12], WIDE, (draw) => maybe(draw, 'alpha', 0.5, 3), CANCELS),
  unary('Gelu', [20], WIDE, (draw) => (draw.chance(0.7) ? { approximate: draw.pick(['none', 'tanh']) } : {})),
  { op: 'Sum', opsets: [8, 13], count: 100, generate: several },
  { op: 'Mean', opsets: [8, 13], count: 100, generate: several },
  { op: 'Max', opsets: [8, 13], count: 200, generate: several },
  { op: 'Min', opsets: [8, 13], count: 200, generate: several },
  // Negative powers have third derivatives of up to 3 * 2 * 1 * 0.5^-6 = 384: b (b - 1) (b - 2) a^(b - 3) = 60 * 2^6.
  { op: 'Pow', opsets: [7, 13, 15], count: 300, generate: power, thirdDerivative: 4000 },
  binary('Add', [7, 14]),
  binary('Sub', [7, 14]),
  binary('Mul', [7, 14]),
  binary('Div', [7, 14], [0.5, 2]),
];
