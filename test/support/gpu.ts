import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { DeviceSource, type GpuDevice } from '../../src/gpu/device/device.js';
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
  /** What executors of tests run on; a test that destroys its device leaves the next one another. */
  readonly source: DeviceSource;
  /** The device of `source` as the file begins. */
  readonly opened: GpuDevice;
  /** The same as `opened.device`. */
  readonly device: GPUDevice;
  /** Errors that no scope captured on any device of this process, and lost devices, since the test began; asking forgets them. */
  takeErrors(): Promise<string[]>;
}

/** What all files share that one worker runs: Dawn, and a device with the kernels that it has compiled. The worker's end is their end. */
interface Worker {
  readonly dawn: Dawn;
  readonly source: DeviceSource;
  /** Errors that no scope captured on any device of this process, and lost devices, in the order of their arrival. */
  readonly errors: string[];
}

const limits = process.env.PATHLIGHT_TEST_LIMITS === 'default' ? 'default' : 'adapter';
let worker: Promise<Worker> | undefined;

async function openWorker(): Promise<Worker> {
  const dawn = await openDawn({ adapter: 'software' });
  if (!('gpu' in dawn)) throw new Error(dawn.reason);
  const errors: string[] = [];
  watchDevices(errors);
  return { dawn, source: new DeviceSource(dawn.gpu, { limits }), errors };
}

/**
 * A software device in Node, the same for all tests that a worker runs: what compiles for one file is there for the next. A machine that has no
 * such device fails them: SwiftShader is a development dependency.
 * A test fails on any uncaptured error and on the loss of any device that was opened in this process, by it or by the code it tests.
 * The project `gpu` asks for the adapter's limits; `gpu-default-limits` runs some of the files on a device with the default ones.
 */
export function useDevice(): TestDevice {
  let shared: Worker | undefined;
  let opened: GpuDevice | undefined;

  async function takeErrors(): Promise<string[]> {
    await settle(known(opened).device);
    return known(shared).errors.splice(0);
  }

  beforeAll(async () => {
    worker ??= openWorker();
    shared = await worker;
    // Another one, where a test of an earlier file has destroyed the first.
    opened = await shared.source.get();
  });
  beforeEach(({ task }) => {
    task.meta.webgpu = 'node';
  });
  afterEach(async () => {
    expect(await takeErrors(), 'uncaptured WebGPU errors').toEqual([]);
  });

  return {
    limits,
    takeErrors,
    get gpu() {
      return known(shared).dawn.gpu;
    },
    get source() {
      return known(shared).source;
    },
    get opened() {
      return known(opened);
    },
    get device() {
      return known(opened).device;
    },
  };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the device of the tests is there from the first beforeAll on');
  return value;
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
