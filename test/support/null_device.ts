import { afterAll, beforeAll } from 'vitest';
import { create, globals } from 'webgpu';
import { DeviceSource, type GpuDevice } from '../../src/gpu/device/device.js';

/** A device that validates like any other and runs nothing, so it needs no GPU: Dawn's null backend. */
export interface NullDevice {
  /** The device source of the tests' executors. */
  readonly source: DeviceSource;
  readonly gpu: GpuDevice;
  /** What offers its adapter. */
  readonly instance: GPU;
}

/** One such device for all tests of a file. Its members exist from the first `beforeAll` on. */
export function useNullDevice(): NullDevice {
  // The instance is kept, or the device dies.
  let instance: GPU | undefined;
  let source: DeviceSource | undefined;
  let gpu: GpuDevice | undefined;
  beforeAll(async () => {
    Object.assign(globalThis, globals);
    instance = create(['backend=null']);
    source = new DeviceSource(instance);
    gpu = await source.get();
  });
  afterAll(() => source?.destroy());
  return {
    get source() {
      return known(source);
    },
    get gpu() {
      return known(gpu);
    },
    get instance() {
      return known(instance);
    },
  };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the device is there from the first beforeAll on');
  return value;
}

/** Asks for a buffer that WebGPU refuses, by as many bytes above the limit. The first line of the error names its size. */
export function refuseBuffer(device: GPUDevice, above: number): void {
  device.createBuffer({ size: sizeOfRefused(device, above), usage: GPUBufferUsage.STORAGE });
}

export function sizeOfRefused(device: GPUDevice, above: number): number {
  return device.limits.maxBufferSize + above;
}

/** Takes the null backend's 512 MiB, and more. Destroy what it returns. */
export function exhaustMemory(device: GPUDevice): readonly GPUBuffer[] {
  const size = Math.min(device.limits.maxBufferSize, 2 ** 28);
  return Array.from({ length: Math.ceil((600 * 2 ** 20) / size) }, () => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }));
}
