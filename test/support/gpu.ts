import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Dawn, openDawn } from '../../src/node/dawn.js';

/** Which WebGPU a test ran on; the reporter counts them. */
declare module 'vitest' {
  interface TaskMeta {
    webgpu?: 'node' | 'chrome';
  }
}

/** What the tests of a file share. The members are there from the first `beforeAll` on. */
export interface TestDevice {
  readonly gpu: GPU;
  /** What gpu.requestAdapter needs to find the software adapter again. */
  readonly options: GPURequestAdapterOptions;
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
  /** Errors that no scope captured on any device of this process, and lost devices, since the test began; asking forgets them. */
  takeErrors(): Promise<string[]>;
}

/** Limits that the kernels' sizes depend on: a device has the specification's defaults unless it asks for the adapter's. */
const LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage', 'maxComputeWorkgroupStorageSize'] as const;

/**
 * One software device for the tests of this file, in Node. A machine that has none fails them: SwiftShader is a development dependency.
 * A test fails on any uncaptured error and on the loss of any device that was opened in this process, by it or by the code it tests.
 * The project `gpu` asks for the adapter's limits; `gpu-default-limits` runs the same files on a device with the default ones.
 */
export function useDevice(): TestDevice {
  let dawn: Dawn | undefined;
  let adapter: GPUAdapter | undefined;
  let device: GPUDevice | undefined;
  const errors: string[] = [];

  async function takeErrors(): Promise<string[]> {
    await settle(device!);
    return errors.splice(0);
  }

  beforeAll(async () => {
    const opened = await openDawn({ adapter: 'software' });
    if (!('gpu' in opened)) throw new Error(opened.reason);
    dawn = opened;
    watchDevices(errors);
    adapter = (await dawn.gpu.requestAdapter(dawn.options))!;
    const { limits } = adapter;
    const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, limits[name]]));
    device = await adapter.requestDevice(process.env.PATHLIGHT_TEST_LIMITS === 'default' ? {} : { requiredLimits });
  });
  beforeEach(({ task }) => {
    task.meta.webgpu = 'node';
    errors.length = 0;
  });
  afterEach(async () => {
    expect(await takeErrors(), 'uncaptured WebGPU errors').toEqual([]);
  });
  afterAll(() => {
    device?.destroy();
    dawn?.release();
  });

  return {
    get gpu() {
      return dawn!.gpu;
    },
    get options() {
      return dawn!.options;
    },
    get adapter() {
      return adapter!;
    },
    get device() {
      return device!;
    },
    takeErrors,
  };
}

/** Makes every device that is opened from now on report to `errors`. */
function watchDevices(errors: string[]): void {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    device.addEventListener('uncapturederror', ({ error }) => errors.push(`${error.constructor.name}: ${error.message}`));
    device.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') errors.push(`device lost: ${reason}: ${message}`);
    });
    return device;
  };
}

/** Waits until the errors of all that was submitted have been delivered: the answer to a scope comes after them. */
async function settle(device: GPUDevice): Promise<void> {
  device.pushErrorScope('validation');
  await device.popErrorScope();
  await device.queue.onSubmittedWorkDone();
  await new Promise((resolve) => setImmediate(resolve));
}
