import { describe, expect, test } from 'vitest';
import { DEFAULT_RANGE, type OperatorCase } from '../../src/doctor/cases/operator_case.js';
import { operatorCases } from '../../src/doctor/cases/operators.js';
import { operatorOf, operators } from '../../src/ops/index.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { checkBackward } from '../support/gradient_check.js';
import { mulberry32, uniformArray } from '../support/random.js';

function operandsOf({ inputShapes, range: [low, high] = DEFAULT_RANGE }: OperatorCase, seed: number) {
  const uniform = mulberry32(seed);
  return inputShapes.map((shape) => ({ shape, data: uniformArray(uniform, sizeOf(shape), low, high) }));
}

// The third derivatives of Div are at most 6 a / b^4 = 6 * 2 / 0.5^4 = 192; all others stay below 100 in the ranges of the cases.
const THIRD_DERIVATIVE = 200;

describe('the float64 backward of every operator agrees with central differences', () => {
  const differentiable = operatorCases.filter(({ inputShapes, constants }) => inputShapes.length > (constants?.length ?? 0));

  test.each(differentiable.map((c) => [c.name, c] as const))('%s', (_, operatorCase) => {
    const { attributes, outputShape, constants } = operatorCase;
    for (const seed of [1, 2]) {
      checkBackward(operatorOf(operatorCase), attributes, operandsOf(operatorCase, seed), outputShape, {
        seed,
        thirdDerivative: THIRD_DERIVATIVE,
        ...(constants && { constants }),
      });
    }
  });

  test('case names are unique', () => {
    const names = operatorCases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('a lifted constant is itself', () => {
  const operand = { shape: [3], data: Float64Array.of(1, -2, 3) };
  expect(operators.Replicate.forward({ attributes: {}, inputs: [operand], shape: [3] })).toEqual(operand.data);
  expect(operators.Replicate.backward).toBeUndefined();
});
