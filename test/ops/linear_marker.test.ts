import { describe, expect, test } from 'vitest';
import { operators } from '../../src/ops/index.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { DEFAULT_RANGE, type OperatorCase, operatorCases } from '../support/operator_cases.js';
import { constantCases } from '../support/operator_cases_constant.js';
import { linearCases } from '../support/operator_cases_linear.js';
import { mulberry32, uniformArray } from '../support/random.js';

/** Each non-empty choice of inputs that may depend on the image, as `active`: every one alone, and all together. */
function choices({ inputShapes, constants = [] }: OperatorCase): boolean[][] {
  const variable = inputShapes.map((_, position) => !constants.includes(position));
  const alone = variable.flatMap((is, position) => (is ? [variable.map((_, other) => other === position)] : []));
  return alone.length > 1 ? [...alone, variable] : alone;
}

/** How far f(x + h) - f(x) and f(x' + h) - f(x') are apart, relative to the largest value, x, x' and h differing in active inputs only. */
function curvature(operatorCase: OperatorCase, active: readonly boolean[]): number {
  const { op, attributes, inputShapes, outputShape, range: [low, high] = DEFAULT_RANGE } = operatorCase;
  const uniform = mulberry32(3);
  const inputs = inputShapes.map((shape, position) => {
    const draw = () => uniformArray(uniform, sizeOf(shape), low, high);
    const x = draw();
    const [end, other] = active[position] ? [draw(), draw()] : [x, x];
    return { shape, x, end, other, otherEnd: other.map((value, i) => value + end[i]! - x[i]!) };
  });
  const [start, end, other, otherEnd] = (['x', 'end', 'other', 'otherEnd'] as const).map((at) =>
    operators[op]!.forward({ attributes, inputs: inputs.map((input) => ({ shape: input.shape, data: input[at] })), shape: outputShape }),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  let [apart, largest] = [0, 1];
  end.forEach((value, i) => {
    apart = Math.max(apart, Math.abs(value - start[i]! - (otherEnd[i]! - other[i]!)));
    largest = Math.max(largest, Math.abs(value), Math.abs(otherEnd[i]!));
  });
  return apart / largest;
}

/** Float64 rounds at 1e-16; the longest sum of the cases has 143 terms. What is not affine in them bends by more than a thousandth. */
const ROUNDING = 1e-13;
const BENT = 1e-3;

describe('an operator says that it is linear in its active inputs exactly where it is', () => {
  const cases = [...operatorCases, ...linearCases, ...constantCases].flatMap((operatorCase) =>
    choices(operatorCase).map((active) => [`${operatorCase.name} [${active.map(Number)}]`, operatorCase, active] as const),
  );

  test.each(cases)('%s', (_, operatorCase, active) => {
    const { op, attributes } = operatorCase;
    const apart = curvature(operatorCase, active);
    if (operators[op]!.linear?.(attributes, active)) expect(apart).toBeLessThan(ROUNDING);
    else expect(apart).toBeGreaterThan(BENT);
  });
});
