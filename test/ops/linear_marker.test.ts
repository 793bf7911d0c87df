import { describe, expect, test } from 'vitest';
import { constantCases } from '../../src/doctor/cases/constant.js';
import { linearCases } from '../../src/doctor/cases/linear.js';
import { DEFAULT_RANGE, type OperatorCase } from '../../src/doctor/cases/operator_case.js';
import { operatorCases } from '../../src/doctor/cases/operators.js';
import { reductionCases } from '../../src/doctor/cases/reductions.js';
import { operatorOf } from '../../src/ops/index.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** Each non-empty choice of inputs that may depend on the image, as `active`: every one alone, and all together. */
function choices({ inputShapes, constants = [] }: OperatorCase): boolean[][] {
  const variable = inputShapes.map((_, position) => !constants.includes(position));
  const alone = variable.flatMap((is, position) => (is ? [variable.map((_, other) => other === position)] : []));
  return alone.length > 1 ? [...alone, variable] : alone;
}

/** How far f((x + x') / 2) and (f(x) + f(x')) / 2 are apart, relative to the largest value, x and x' differing in active inputs only. */
function curvature(operatorCase: OperatorCase, active: readonly boolean[]): number {
  const { attributes, inputShapes, outputShape, range: [low, high] = DEFAULT_RANGE } = operatorCase;
  const uniform = mulberry32(3);
  const inputs = inputShapes.map((shape, position) => {
    const draw = () => uniformArray(uniform, sizeOf(shape), low, high);
    const start = draw();
    const end = active[position] ? draw() : start;
    return { shape, start, end, middle: start.map((value, i) => (value + end[i]!) / 2) };
  });
  const [start, end, middle] = (['start', 'end', 'middle'] as const).map((at) =>
    operatorOf(operatorCase).forward({
      attributes,
      inputs: inputs.map((input) => ({ shape: input.shape, data: input[at] })),
      shape: outputShape,
    }),
  ) as [Float64Array, Float64Array, Float64Array];
  let [apart, largest] = [0, 1];
  middle.forEach((value, i) => {
    apart = Math.max(apart, Math.abs(value - (start[i]! + end[i]!) / 2));
    largest = Math.max(largest, Math.abs(start[i]!), Math.abs(end[i]!));
  });
  return apart / largest;
}

/** Float64 rounds at 1e-16; the longest sum of the cases has 143 terms. What is not affine in them bends by more than a thousandth. */
const ROUNDING = 1e-13;
const BENT = 1e-3;

describe('an operator says that it is linear in its active inputs exactly where it is', () => {
  const cases = [...operatorCases, ...linearCases, ...reductionCases, ...constantCases].flatMap((operatorCase) =>
    choices(operatorCase).map((active) => [`${operatorCase.name} [${active.map(Number)}]`, operatorCase, active] as const),
  );

  test.each(cases)('%s', (_, operatorCase, active) => {
    const { linear, flat } = operatorOf(operatorCase);
    const apart = curvature(operatorCase, active);
    if (linear?.(operatorCase.attributes, active)) expect(apart).toBeLessThan(ROUNDING);
    // One that is constant in pieces may have the same value at all three places.
    else if (flat && apart === 0) expect(operatorOf(operatorCase).jumps).toBe(true);
    else expect(apart).toBeGreaterThan(BENT);
  });
});
