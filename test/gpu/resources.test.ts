import { describe, expect, test } from 'vitest';
import { GpuDeviceLostError, GpuOutOfMemoryError, GpuValidationError } from '../../src/gpu/device/errors.js';
import { MemoryBudget } from '../../src/gpu/device/memory_budget.js';
import { GpuResources } from '../../src/gpu/resources.js';
import { exhaustMemory, refuseBuffer, sizeOfRefused, useNullDevice } from '../support/null_device.js';

describe('checked work', () => {
  const shared = useNullDevice();
  const create = () => new GpuResources(shared.gpu, new MemoryBudget(shared.gpu));

  test('gives its result, or its own error', async () => {
    const resources = create();
    expect(await resources.checked(async () => 3)).toBe(3);
    const own = new Error('own');
    await expect(
      resources.checked(async () => {
        throw own;
      }),
    ).rejects.toBe(own);
  });

  test('with a validation error inside its scopes throws that, whether it returned or failed after it', async () => {
    const resources = create();
    const refused = (after: () => number) =>
      resources.checked(async () => {
        resources.encoder();
        refuseBuffer(shared.gpu.device, 4);
        return after();
      });
    const expectRefused = async (work: Promise<number>) => {
      const error = await work.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(GpuValidationError);
      expect(error).toMatchObject({ code: 'gpu.refused' });
      expect(String(error)).toContain(String(sizeOfRefused(shared.gpu.device, 4)));
    };
    await expectRefused(refused(() => 1));
    await expectRefused(
      refused(() => {
        throw new Error('a failure that follows from it');
      }),
    );
    expect(await resources.checked(async () => 4), 'what was told once is not told again').toBe(4);
  });

  test('for which memory is lacking says so', async () => {
    const resources = create();
    const work = resources.checked(async () => {
      resources.encoder();
      for (const buffer of exhaustMemory(shared.gpu.device)) buffer.destroy();
    });
    await expect(work).rejects.toBeInstanceOf(GpuOutOfMemoryError);
    await expect(work).rejects.toMatchObject({ code: 'gpu.out-of-memory' });
  });

  test('throws an error that no scope caught, the oldest first, each once', async () => {
    const { device } = shared.gpu;
    const resources = create();
    for (const above of [4, 8]) {
      const told = new Promise<void>((resolve) => {
        const listen = (event: GPUUncapturedErrorEvent) => {
          event.preventDefault(); // Otherwise Dawn prints it, too.
          resolve();
        };
        device.addEventListener('uncapturederror', listen, { once: true });
      });
      refuseBuffer(device, above);
      await told;
    }
    for (const above of [4, 8]) {
      const work = resources.checked(async () => 1);
      await expect(work).rejects.toBeInstanceOf(GpuValidationError);
      await expect(work).rejects.toMatchObject({ code: 'gpu.error' });
      await expect(work).rejects.toThrow(String(sizeOfRefused(device, above)));
    }
    expect(await resources.checked(async () => 2)).toBe(2);
  });

  test('on a lost device says that, whatever else went wrong', async () => {
    const resources = new GpuResources(
      { ...shared.gpu, lost: { reason: 'unknown', message: 'unplugged' } as GPUDeviceLostInfo },
      new MemoryBudget(shared.gpu),
    );
    const work = resources.checked(async () => {
      throw new Error('what follows from it');
    });
    await expect(work).rejects.toBeInstanceOf(GpuDeviceLostError);
    await expect(work).rejects.toThrow('unplugged');
  });
});
