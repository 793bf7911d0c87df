import { describe, expect, test } from 'vitest';
import { compareWithReference, OPERATOR_TOLERANCE, placements } from '../support/compare_executors.js';
import { useDevice } from '../support/gpu.js';

describe('operators on the GPU', () => {
  const shared = useDevice();

  const cases = Object.entries(placements()).flatMap(([place, placed]) =>
    placed.map(([operatorCase, around]) => [`${operatorCase.name}, ${place}`, operatorCase, around] as const),
  );
  test.each(cases)('%s', async (_, operatorCase, surroundings) => {
    const { outputs, gradients, outputsAtInput } = await compareWithReference(operatorCase, shared.source, surroundings);
    expect(outputs).toBeLessThan(OPERATOR_TOLERANCE);
    expect(gradients).toBeLessThan(OPERATOR_TOLERANCE);
    expect(outputsAtInput).toBeLessThan(OPERATOR_TOLERANCE);
  });
});
