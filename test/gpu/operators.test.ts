import { beforeAll, describe, expect, test } from 'vitest';
import { DeviceSource } from '../../src/gpu/device.js';
import { comparableCases, compareWithReference, OPERATOR_TOLERANCE } from '../support/compare_executors.js';
import { useDevice } from '../support/gpu.js';

describe('operators on the GPU', () => {
  const shared = useDevice();
  let source: DeviceSource;
  beforeAll(() => {
    source = new DeviceSource(shared.gpu, { limits: shared.limits });
    return () => source.destroy();
  });

  test.each(comparableCases.map((each) => [each.name, each] as const))('%s', async (_, operatorCase) => {
    const { outputs, gradients, outputsAtInput } = await compareWithReference(operatorCase, source);
    expect(outputs).toBeLessThan(OPERATOR_TOLERANCE);
    expect(gradients).toBeLessThan(OPERATOR_TOLERANCE);
    expect(outputsAtInput).toBeLessThan(OPERATOR_TOLERANCE);
  });
});
