import type { Operand, Operator } from '../../src/ops/operator.js';
import { formatShape, type Shape, sizeOf } from '../../src/tensor/tensor.js';
import { mulberry32, normalArray } from './random.js';

export interface GradientCheckOptions {
  /** Positions of constant inputs, whose cotangents are not asked for. */
  readonly constants?: readonly number[];
  readonly seed?: number;
  /** A bound on the third derivative of every output with respect to one input element. Default 100. */
  readonly thirdDerivative?: number;
}

const STEP = 1e-6;

/**
 * Compares an operator's backward with central differences, for a random cotangent c: d(c . f)/dx_j against sum_i c_i (f_i(x + h e_j) -
 * f_i(x - h e_j)) / 2h. Throws at the first element whose difference exceeds the sum of these errors:
 * - truncation: h^2 / 6 times the third derivative;
 * - rounding: an output is known to some units in its last place, or in the last place of the terms of its sum. 64 epsilon times max(1,
 *   |f_i|) covers sums of a few hundred terms of order 1. Divided by h, and only for outputs that depend on x_j;
 * - resolution: a rise below one unit in the last place (a saturated sigmoid) does not show at all: epsilon / 2h times the largest |c_i
 *   f_i|. Also checks that the inputs stay unchanged, and that exactly the wanted cotangents are returned.
 */
export function checkBackward<A>(
  operator: Operator<A>,
  attributes: A,
  inputs: readonly Operand[],
  shape: Shape,
  { constants = [], seed = 1, thirdDerivative = 100 }: GradientCheckOptions = {},
): void {
  if (operator.backward === undefined) {
    throw new Error('the operator has no backward');
  }
  const before = inputs.map(({ data }) => data.slice());
  const output = operator.forward({ attributes, inputs, shape });
  expectLength('output', output, shape);
  const cotangent = normalArray(mulberry32(seed), output.length);
  const wanted = inputs.map((_, position) => !constants.includes(position));
  const evaluation = { attributes, inputs, shape, output: output.slice(), cotangent: cotangent.slice(), wanted };
  const cotangents = operator.backward(evaluation);
  inputs.forEach(({ data }, position) => {
    if (data.some((x, i) => !Object.is(x, before[position]![i]))) {
      throw new Error(`input ${position} was changed`);
    }
  });

  for (const [position, operand] of inputs.entries()) {
    const actual = cotangents[position];
    if (!wanted[position]) {
      if (actual !== undefined) {
        throw new Error(`the cotangent of input ${position} was returned though nobody wanted it`);
      }
      continue;
    }
    if (actual === undefined) {
      throw new Error(`the cotangent of input ${position} is missing`);
    }
    expectLength(`cotangent ${position}`, actual, operand.shape);
    for (let j = 0; j < operand.data.length; j++) {
      const { difference, tolerance } = centralDifference(operator, { attributes, inputs, shape }, cotangent, position, j, thirdDerivative);
      if (!(Math.abs(actual[j]! - difference) <= tolerance)) {
        throw new Error(
          `the cotangent of input ${position} (${formatShape(operand.shape)}) at element ${j} is ${actual[j]}, ` +
            `by central differences ${difference} (+- ${tolerance.toExponential(1)})`,
        );
      }
    }
    checkAlone(operator, evaluation, position, actual);
  }
}

function centralDifference<A>(
  operator: Operator<A>,
  { attributes, inputs, shape }: { attributes: A; inputs: readonly Operand[]; shape: Shape },
  cotangent: Float64Array,
  position: number,
  element: number,
  thirdDerivative: number,
): { difference: number; tolerance: number } {
  const outputAt = (offset: number): Float64Array => {
    const data = inputs[position]!.data.slice();
    data[element]! += offset;
    return operator.forward({ attributes, inputs: inputs.map((operand, k) => (k === position ? { ...operand, data } : operand)), shape });
  };
  const above = outputAt(STEP);
  const below = outputAt(-STEP);
  let difference = 0;
  let tolerance =
    (Number.EPSILON / (2 * STEP)) * cotangent.reduce((most, c, i) => Math.max(most, Math.abs(c) * Math.max(1, Math.abs(above[i]!))), 0);
  cotangent.forEach((c, i) => {
    const rise = above[i]! - below[i]!;
    if (rise !== 0) {
      difference += (c * rise) / (2 * STEP);
      tolerance += Math.abs(c) * ((64 * Number.EPSILON * Math.max(1, Math.abs(above[i]!))) / STEP + (thirdDerivative * STEP ** 2) / 6);
    }
  });
  return { difference, tolerance };
}

/** Asking for one cotangent alone must give the same numbers, and no other cotangent. */
function checkAlone<A>(
  operator: Operator<A>,
  evaluation: Parameters<NonNullable<Operator<A>['backward']>>[0],
  position: number,
  expected: Float64Array,
): void {
  const alone = operator.backward!({ ...evaluation, wanted: evaluation.wanted.map((_, k) => k === position) });
  if (alone.some((data, k) => k !== position && data !== undefined)) {
    throw new Error(`more than the cotangent of input ${position} was returned`);
  }
  if (expected.some((x, i) => x !== alone[position]?.[i])) {
    throw new Error(`the cotangent of input ${position} depends on which others are wanted`);
  }
}

function expectLength(what: string, data: Float64Array, shape: Shape): void {
  if (data.length !== sizeOf(shape)) {
    throw new Error(`${what} has ${data.length} elements instead of the ${sizeOf(shape)} of ${formatShape(shape)}`);
  }
}
