import { describe, expect, test } from 'vitest';
import { comparableCases } from '../../src/doctor/cases/index.js';
import { compareWithReference, OPERATOR_TOLERANCE } from '../support/compare_executors.js';
import { useDevice } from '../support/gpu.js';

/** Convolutions of every shape, with narrow tiles of two rows (vitest.config.ts). Wide ones are in operators.gpu.test.ts, with every pair of constants. */
describe('convolutions on the GPU', () => {
  const shared = useDevice();

  const cases = comparableCases.filter(({ op }) => op === 'Conv').map((each) => [each.name, each] as const);
  test.each(cases)('%s', async (_, operatorCase) => {
    const { outputs, gradients, outputsAtInput } = await compareWithReference(operatorCase, shared.source);
    expect(outputs).toBeLessThan(OPERATOR_TOLERANCE);
    expect(gradients).toBeLessThan(OPERATOR_TOLERANCE);
    expect(outputsAtInput).toBeLessThan(OPERATOR_TOLERANCE);
  });
});
