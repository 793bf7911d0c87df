import { afterEach, describe, expect, test, vi } from 'vitest';
import { comparableCases } from '../../src/doctor/cases/index.js';
import { GpuValidationError } from '../../src/gpu/device/errors.js';
import { operators } from '../../src/ops/index.js';
import type { Lowered } from '../../src/ops/operator.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { compareWithReference, OPERATOR_TOLERANCE } from '../support/compare_executors.js';
import { useDevice } from '../support/gpu.js';

/** That the checks of these tests can fail: each kind of defect is planted and must be seen. (Races: races.test.ts.) */
describe('a planted', () => {
  const shared = useDevice();
  afterEach(() => vi.restoreAllMocks());

  const relu = comparableCases.find(({ op }) => op === 'Relu')!;
  const elements = sizeOf(relu.outputShape);
  /** Where its kernels are its own: neither in the linear prefix nor in those of the node before it. */
  const alone = { before: 'LeakyRelu' } as const;
  const plant = (change: (lowered: Lowered) => Lowered): void => {
    const lower = operators.Relu.lower!;
    vi.spyOn(operators.Relu, 'lower').mockImplementation((lowering) => change(lower(lowering)));
  };

  test('nothing passes', async () => {
    expect((await compareWithReference(relu, shared.source, alone)).gradients).toBeLessThan(OPERATOR_TOLERANCE);
  });

  test('wrong gradient is seen: a slope of 0.001 where Relu has 0', async () => {
    plant((lowered) => ({
      ...lowered,
      backward: lowered.backward.map(({ bindings: [, dy, dx] }) => ({
        kernel: 'leaky_relu',
        constants: { BACKWARD: 1 },
        bindings: [lowered.forward[0]!.bindings.at(-1)!, dy!, dx!],
        parameters: { alpha: 0.001 },
        tiles: elements,
      })),
    }));
    const { outputs, gradients } = await compareWithReference(relu, shared.source, alone);
    expect(outputs).toBeLessThan(OPERATOR_TOLERANCE);
    expect(gradients).toBeGreaterThan(OPERATOR_TOLERANCE);
  });

  test('wrong forward is seen: sigmoid for Relu', async () => {
    plant((lowered) => ({
      ...lowered,
      forward: lowered.forward.map(({ bindings: [x, , y] }) => ({
        kernel: 'sigmoid',
        bindings: [x!, y!],
        parameters: {},
        tiles: elements,
      })),
    }));
    expect((await compareWithReference(relu, shared.source, alone)).outputs).toBeGreaterThan(OPERATOR_TOLERANCE);
  });

  test('validation error is seen: a binding less than the kernel has', async () => {
    plant((lowered) => ({
      ...lowered,
      forward: lowered.forward.map((dispatch) => ({ ...dispatch, bindings: dispatch.bindings.slice(1) })),
    }));
    await expect(compareWithReference(relu, shared.source, alone)).rejects.toThrow(GpuValidationError);
  });

  test('misspelt parameter is seen', async () => {
    plant((lowered) => ({
      ...lowered,
      forward: lowered.forward.map((dispatch) => ({ ...dispatch, parameters: { ...dispatch.parameters, alhpa: 1 } })),
    }));
    await expect(compareWithReference(relu, shared.source, alone)).rejects.toThrow('kernel relu_forward has no parameter alhpa');
  });
});
