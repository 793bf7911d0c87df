import { describe, expect, test } from 'vitest';
import type { Surroundings } from '../support/case_graph.js';
import { casesWithNew, comparableCases, compareWithReference, kernelParts, OPERATOR_TOLERANCE } from '../support/compare_executors.js';
import { useDevice } from '../support/gpu.js';
import { DEFAULT_RANGE, type OperatorCase } from '../support/operator_cases.js';

describe('operators on the GPU', () => {
  const shared = useDevice();

  const cases = comparableCases.map((each) => [each.name, each] as const);
  const check = async (operatorCase: OperatorCase, surroundings: Surroundings): Promise<void> => {
    const { outputs, gradients, outputsAtInput } = await compareWithReference(operatorCase, shared.source, surroundings);
    expect(outputs).toBeLessThan(OPERATOR_TOLERANCE);
    expect(gradients).toBeLessThan(OPERATOR_TOLERANCE);
    expect(outputsAtInput).toBeLessThan(OPERATOR_TOLERANCE);
  };

  test.each(cases)('%s', (_, operatorCase) => check(operatorCase, {}));
  // Convolutions unroll kernels for their shapes, which compile for a second or two in each place. Those that have the same constants, one by one, as
  // others are met alone; what stands in a convolution's kernel with it is in conv_epilogues.test.ts, too.
  const apart = new Set(casesWithNew(kernelParts));
  const elsewhere = cases.filter(([, each]) => each.op !== 'Conv' || apart.has(each));
  test.each(elsewhere)('%s, between nonlinearities', (_, operatorCase) => check(operatorCase, { before: 'LeakyRelu', after: 'Relu' }));

  // Divisors and the like must not be 0.
  const gated = elsewhere.filter(([, { op, range = DEFAULT_RANGE }]) => op !== 'Div' && range[0] < 0 && range[1] > 0);
  test.each(gated)('%s, behind gates', (_, operatorCase) => check(operatorCase, { before: 'gates' }));
});
