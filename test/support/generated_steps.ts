import { TensorProto_DataType as DataType } from '../../src/onnx/onnx_pb.js';
import type { Draw, GeneratedInput, Generator } from './generated_cases.js';
import { floatTensor, intTensor, rawTensor } from './onnx_builder.js';

/* Functions that are constant in pieces, and what chooses by them. */

/** A function of one tensor. Its kernel is a fragment of the frame of all pointwise functions, which the operator cases run on a GPU. */
function step(op: string, opset: number, rest: Partial<Generator> = {}): Generator {
  return {
    op,
    opsets: [opset],
    count: 24,
    gpuCases: 0,
    generate: (draw) => ({ inputs: [{ shape: draw.shape(draw.integer(1, 5)), range: [-4, 4] }] }),
    ...rest,
  };
}

/** Two operands that stretch to each other's shape. One may be a constant number. */
function pair(draw: Draw, as?: 'bool' | 'int'): GeneratedInput[] {
  const shape = draw.shape(draw.integer(1, 4));
  const computed: GeneratedInput = { shape, ...(as && { as }), range: [-3, 3] };
  const other: GeneratedInput = { shape: draw.stretchable(shape), ...(as && { as }), range: [-3, 3] };
  if (as !== undefined || draw.chance(0.7)) return draw.shuffle([computed, other]);
  return draw.shuffle([computed, floatTensor([], [draw.number(-1, 1)])]);
}

function comparison(op: string, opsets: readonly number[], as?: 'bool' | 'int'): Generator {
  return { op, opsets, count: 24, gpuCases: 2, generate: (draw) => ({ inputs: pair(draw, as), castToFloat: true }) };
}

/** Remainders of numbers and of integers, of either sign, by divisors away from 0. */
const remainder: Generator = {
  op: 'Mod',
  opsets: [10, 13],
  count: 60,
  generate(draw) {
    const shape = draw.shape(draw.integer(1, 4));
    const positive = draw.chance(0.5);
    const range: readonly [number, number] = positive ? [1.5, 4] : [-4, -1.5];
    if (draw.chance(0.5)) {
      const x: GeneratedInput = { shape, range: [-9, 9], as: 'int' };
      return { inputs: [x, { shape: draw.stretchable(shape), range: positive ? [2, 5] : [-5, -2], as: 'int' }], castToFloat: true };
    }
    const divisor = draw.chance(0.5) ? draw.floats(draw.stretchable(shape), ...range) : { shape: draw.stretchable(shape), range };
    return { inputs: [{ shape, range: [-9, 9] }, divisor], attributes: { fmod: 1 } };
  },
};

/** A condition of the image, or a constant one, and branches of which one may be constant. */
const choice: Generator = {
  op: 'Where',
  opsets: [9, 16],
  count: 60,
  generate(draw) {
    const shape = draw.shape(draw.integer(1, 4));
    const branch = (): GeneratedInput => {
      const own = draw.stretchable(shape);
      return draw.chance(0.3) ? draw.floats(own) : { shape: own };
    };
    const wide: GeneratedInput = { shape };
    return { inputs: [{ shape: draw.stretchable(shape), as: 'bool' }, ...draw.shuffle([wide, branch()])] };
  },
};

const cast: Generator = {
  op: 'Cast',
  opsets: [9, 13],
  count: 24,
  generate: (draw) => ({
    inputs: [
      { shape: draw.shape(draw.integer(1, 4)), range: [-3, 3], ...(draw.chance(0.5) && { as: draw.pick(['bool', 'int'] as const) }) },
    ],
    attributes: { to: draw.pick([DataType.FLOAT, DataType.DOUBLE, DataType.INT32, DataType.INT64, DataType.BOOL]) },
    castToFloat: true,
  }),
};

const castLike: Generator = {
  op: 'CastLike',
  opsets: [15],
  count: 12,
  gpuCases: 2,
  generate: (draw) => ({
    inputs: [
      { shape: draw.shape(draw.integer(1, 4)), range: [-3, 3] },
      draw.pick([floatTensor([1], [0]), intTensor([0]), rawTensor(DataType.BOOL, [1], Uint8Array.of(0))]),
    ],
    castToFloat: true,
  }),
};

export const stepGenerators: readonly Generator[] = [
  step('Sign', 9),
  step('Floor', 7),
  step('Ceil', 7),
  step('Round', 11),
  step('IsNaN', 9, { generate: (draw) => ({ inputs: [{ shape: draw.shape(3) }], castToFloat: true }) }),
  step('IsInf', 10, {
    generate: (draw) => ({
      inputs: [{ shape: draw.shape(3) }],
      castToFloat: true,
      attributes: draw.chance(0.5) ? { detect_negative: draw.integer(0, 1), detect_positive: draw.integer(0, 1) } : {},
    }),
  }),
  comparison('Equal', [11]),
  comparison('Greater', [7, 13]),
  comparison('GreaterOrEqual', [12]),
  comparison('Less', [7, 13]),
  comparison('LessOrEqual', [12]),
  comparison('And', [7], 'bool'),
  comparison('Or', [7], 'bool'),
  comparison('Xor', [7], 'bool'),
  {
    op: 'Not',
    opsets: [7],
    count: 12,
    gpuCases: 2,
    generate: (draw) => ({ inputs: [{ shape: draw.shape(3), as: 'bool' }], castToFloat: true }),
  },
  remainder,
  choice,
  cast,
  castLike,
];
