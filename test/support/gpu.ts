import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type GpuDevice, requestDevice } from '../../src/gpu/device/device.js';
import { type Dawn, openDawn } from '../../src/node/dawn.js';

/** Which WebGPU a test ran on; the reporter counts them. */
declare module 'vitest' {
  interface TaskMeta {
    webgpu?: 'node' | 'chrome';
  }
}

/** What the tests of a file share. The members are there from the first `beforeAll` on. */
export interface TestDevice {
  /** Offers the software adapter. */
  readonly gpu: GPU;
  /** What a test that opens a device of its own should ask for. */
  readonly limits: 'adapter' | 'default';
  readonly opened: GpuDevice;
  /** The same as `opened.device`. */
  readonly device: GPUDevice;
  /** Errors that no scope captured on any device of this process, and lost devices, since the test began; asking forgets them. */
  takeErrors(): Promise<string[]>;
}

/**
 * One software device for the tests of this file, in Node. A machine that has none fails them: SwiftShader is a development dependency.
 * A test fails on any uncaptured error and on the loss of any device that was opened in this process, by it or by the code it tests.
 * The project `gpu` asks for the adapter's limits; `gpu-default-limits` runs some of the files on a device with the default ones.
 */
export function useDevice(): TestDevice {
  const limits = process.env.PATHLIGHT_TEST_LIMITS === 'default' ? 'default' : 'adapter';
  const errors: string[] = [];
  let dawn: Dawn | undefined;
  let opened: GpuDevice | undefined;

  async function takeErrors(): Promise<string[]> {
    await settle(opened!.device);
    return errors.splice(0);
  }

  beforeAll(async () => {
    const result = await openDawn({ adapter: 'software' });
    if (!('gpu' in result)) throw new Error(result.reason);
    dawn = result;
    watchDevices(errors);
    opened = await requestDevice(dawn.gpu, { limits });
  });
  beforeEach(({ task }) => {
    task.meta.webgpu = 'node';
  });
  afterEach(async () => {
    expect(await takeErrors(), 'uncaptured WebGPU errors').toEqual([]);
  });
  afterAll(() => {
    opened?.device.destroy();
    dawn?.release();
  });

  return {
    limits,
    takeErrors,
    get gpu() {
      return dawn!.gpu;
    },
    get opened() {
      return opened!;
    },
    get device() {
      return opened!.device;
    },
  };
}

/** Makes every device that is opened from now on report to `errors`. */
function watchDevices(errors: string[]): void {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault(); // Otherwise Dawn prints it, too.
      errors.push(`${event.error.constructor.name}: ${event.error.message}`);
    });
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
