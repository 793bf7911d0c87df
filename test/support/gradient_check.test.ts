import { describe, expect, test } from 'vitest';
import type { BackwardEvaluation, Operator } from '../../src/ops/operator.js';
import { checkBackward } from './gradient_check.js';

/** y = x^2 with the given backward. */
function square(backward: (evaluation: BackwardEvaluation<object>) => (Float64Array | undefined)[]): Operator<object> {
  return {
    since: 1,
    read: () => ({ attributes: {}, shape: [2] }),
    forward: ({ inputs }) => inputs[0]!.data.map((x) => x * x),
    backward,
  };
}

const inputs = [{ shape: [2], data: Float64Array.of(0.5, -1.5) }];
const right = ({ inputs: [x], cotangent }: BackwardEvaluation<object>) => cotangent.map((dy, i) => 2 * x!.data[i]! * dy);

describe('checkBackward', () => {
  test('accepts the right derivative', () => {
    checkBackward(
      square((evaluation) => [right(evaluation)]),
      {},
      inputs,
      [2],
    );
  });

  test('throws at a derivative that is wrong by a millionth', () => {
    const wrong = square((evaluation) => [right(evaluation).map((dx) => dx * (1 + 1e-6))]);
    expect(() => checkBackward(wrong, {}, inputs, [2])).toThrow(/input 0 \(2\) at element 0 is .* by central differences/);
  });

  test('throws at a derivative that is not a number', () => {
    const wrong = square(({ cotangent }) => [cotangent.map(() => Number.NaN)]);
    expect(() => checkBackward(wrong, {}, inputs, [2])).toThrow('is NaN');
  });

  test('throws where a cotangent is missing, has the wrong length or was not wanted', () => {
    expect(() =>
      checkBackward(
        square(() => []),
        {},
        inputs,
        [2],
      ),
    ).toThrow('input 0 is missing');
    expect(() =>
      checkBackward(
        square(() => [new Float64Array(3)]),
        {},
        inputs,
        [2],
      ),
    ).toThrow('3 elements instead of the 2 of 2');
    const eager = square((evaluation) => [right(evaluation)]);
    expect(() => checkBackward(eager, {}, inputs, [2], { constants: [0] })).toThrow('nobody wanted it');
  });

  test('throws where an input is changed', () => {
    const careless = square((evaluation) => {
      evaluation.inputs[0]!.data[0] = 7;
      return [right(evaluation)];
    });
    expect(() => checkBackward(careless, {}, [{ shape: [2], data: Float64Array.of(1, 2) }], [2])).toThrow('input 0 was changed');
  });
});
