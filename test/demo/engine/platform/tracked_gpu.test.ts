import { afterEach, expect, test, vi } from 'vitest';
import { TrackedGpu } from '../../../../demo/engine/platform/tracked_gpu.js';

// The tests of the page allow nothing on its console: so what a device did not expect must arrive there.

class FakeDevice extends EventTarget {
  readonly lost = new Promise<GPUDeviceLostInfo>((resolve) => {
    this.destroy = () => resolve({ reason: 'destroyed', message: '' } as GPUDeviceLostInfo);
  });
  declare destroy: () => void;
}

class GPUValidationError {
  constructor(readonly message: string) {}
}

const fakeGpu = () => ({ requestAdapter: async () => ({ requestDevice: async () => new FakeDevice() }) }) as unknown as GPU;

afterEach(() => {
  vi.restoreAllMocks();
});

test('an uncaptured error of a device is said on the console', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { tracked } = new TrackedGpu(fakeGpu(), () => {});
  const device = (await (await tracked.requestAdapter())!.requestDevice()) as unknown as EventTarget;
  device.dispatchEvent(Object.assign(new Event('uncapturederror'), { error: new GPUValidationError('planted') }));
  expect(said.mock.calls).toEqual([['GPUValidationError: planted']]);
});

test('a device after a lost one is told, and the first one is not', async () => {
  const rebuilt = vi.fn();
  const gpu = new TrackedGpu(fakeGpu(), rebuilt);
  const first = await (await gpu.tracked.requestAdapter())!.requestDevice();
  expect(rebuilt).not.toHaveBeenCalled();
  gpu.destroy();
  await first.lost;
  await (await gpu.tracked.requestAdapter())!.requestDevice();
  expect(rebuilt).toHaveBeenCalledOnce();
});
