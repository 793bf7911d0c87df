import { describe, expect, test } from 'vitest';
import { hostMemoryOf, setHost } from '../../../src/gpu/device/host.js';
import { MemoryBudget } from '../../../src/gpu/device/memory_budget.js';
import { useNullDevice } from '../../support/null_device.js';

const GIB = 2 ** 30;

describe('the budget of GPU memory', () => {
  const shared = useNullDevice();
  const device = (kind: 'gpu' | 'software', hostMemory?: number) => ({ device: shared.gpu.device, kind, hostMemory });

  test('that somebody set stays as it is', async () => {
    const budget = new MemoryBudget(device('software', 64 * GIB), 5 * 2 ** 20);
    await budget.growTo(2 * GIB, 0);
    expect(budget.bytes).toBe(5 * 2 ** 20);
  });

  test('that nobody set is 1 GiB, and grows only as far as it is needed', async () => {
    const budget = new MemoryBudget(device('software', 64 * GIB));
    expect(budget.bytes).toBe(GIB);
    await budget.growTo(GIB / 2, 0);
    expect(budget.bytes).toBe(GIB);
    await budget.growTo(3 * GIB, 0);
    expect(budget.bytes).toBe(3 * GIB);
  });

  test.each([
    ['a quarter of the memory of the host', 8 * GIB, 2 * GIB],
    ['1 GiB where the host has little', 2 * GIB, GIB],
    ['1 GiB where nobody knows', undefined, GIB],
  ])('grows to %s', async (_, host, most) => {
    const budget = new MemoryBudget(device('software', host));
    await budget.growTo(100 * GIB, 0);
    expect(budget.bytes).toBe(most);
  });

  test('grows on a GPU as far as a trial allocation says', async () => {
    // The null backend has 512 MiB: 1.3 GiB with 1 GiB in use is there, 2.6 GiB is not, and neither are half and a quarter more.
    const budget = new MemoryBudget(device('gpu', 64 * GIB));
    await budget.growTo(1.3 * GIB, GIB);
    expect(budget.bytes).toBe(Math.floor(1.3 * GIB));
    await budget.growTo(8 * GIB, GIB);
    expect(budget.bytes).toBe(Math.floor(1.3 * GIB));
    await budget.growTo(1.9 * GIB, 1.2 * GIB);
    expect(budget.bytes, 'half of the growth').toBeCloseTo(1.6 * GIB, -1);
  });
});

test('the memory of the host is what was said of this implementation of WebGPU', () => {
  const gpu = {};
  setHost(gpu, { memory: 3 * GIB });
  expect(hostMemoryOf(gpu)).toBe(3 * GIB);
  expect(hostMemoryOf({})).toBeUndefined();
});
