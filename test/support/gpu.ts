import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { DeviceSource, type GpuDevice } from '../../src/gpu/device/device.js';
import { type Dawn, openDawn } from '../../src/node/dawn.js';

/** Which WebGPU a test ran on. The reporter counts them. */
declare module 'vitest' {
  interface TaskMeta {
    webgpu?: 'node' | 'chrome';
  }
}

/** What the tests of a file share. Its members exist from the first `beforeAll` on. */
export interface TestDevice {
  /** Offers one adapter: the software adapter, unless PATHLIGHT_TEST_ADAPTER names another. */
  readonly gpu: GPU;
  /** The limits that a test should ask for if it opens a device of its own. */
  readonly limits: 'adapter' | 'default';
  /** The device source of the tests' executors. If a test destroys its device, the next test gets another one. */
  readonly source: DeviceSource;
  /** The device of `source` as the file begins. */
  readonly opened: GpuDevice;
  /** The same as `opened.device`. */
  readonly device: GPUDevice;
  /** Errors that no scope captured on any device of this process, and lost devices, since the test began. A call clears the list. */
  takeErrors(): Promise<string[]>;
}

/** What all files of one worker share: Dawn, and a device with its compiled kernels. They live as long as the worker. */
interface Worker {
  readonly dawn: Dawn;
  readonly source: DeviceSource;
  /** Errors that no scope captured on any device of this process, and lost devices, in the order of their arrival. */
  readonly errors: string[];
}

/** The adapters that PATHLIGHT_TEST_ADAPTER may name, and their own names. */
const ADAPTERS = new Map([
  ['software', /./],
  ['lavapipe', /llvmpipe/],
  ['hardware', /./],
]);

const limits = process.env.PATHLIGHT_TEST_LIMITS === 'default' ? 'default' : 'adapter';
let worker: Promise<Worker> | undefined;

async function openWorker(): Promise<Worker> {
  const dawn = await openAdapter(process.env.PATHLIGHT_TEST_ADAPTER ?? 'software');
  const errors: string[] = [];
  watchDevices(errors);
  return { dawn, source: new DeviceSource(dawn.gpu, { limits }), errors };
}

/** The adapter that the environment names. Throws in one line where the machine has none: another would hide what was to be tested. */
export async function openAdapter(name: string): Promise<Dawn> {
  const variable = `PATHLIGHT_TEST_ADAPTER=${name}`;
  const own = ADAPTERS.get(name);
  if (own === undefined) throw new Error(`${variable} (${[...ADAPTERS.keys()].join(', ')})`);
  const dawn = await openDawn({ adapter: name === 'hardware' ? name : 'software' });
  if (!('gpu' in dawn)) throw new Error(`${variable}: ${dawn.reason}`);
  if (own.test(dawn.adapter)) return dawn;
  dawn.release();
  throw new Error(
    `${variable}: the software adapter here is ${dawn.adapter} (for lavapipe Mesa 25 or newer: apt install mesa-vulkan-drivers)`,
  );
}

/**
 * A device in Node, the same for all tests of a worker, so that later files find what earlier ones compiled. On a machine without
 * such a device the tests fail, because SwiftShader is a development dependency. It is another than SwiftShader where PATHLIGHT_TEST_ADAPTER says so. A test fails on any uncaptured error and on the loss of
 * any device that the test, or the code under test, opened in this process. The project `gpu` asks for the adapter's limits;
 * `gpu-default-limits` runs some of the files on a device with the default ones.
 */
export function useDevice(): TestDevice {
  let shared: Worker | undefined;
  let opened: GpuDevice | undefined;

  async function takeErrors(): Promise<string[]> {
    await settle(known(opened).device);
    // A device tells its next user of errors that nobody captured. That is another test, or another file, for which they were not meant.
    known(opened).uncaptured.length = 0;
    return known(shared).errors.splice(0);
  }

  beforeAll(async () => {
    worker ??= openWorker();
    shared = await worker;
    // Another device, if a test of an earlier file destroyed the first.
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

/** Waits until all errors of submitted work have been delivered: they come before the answer to an error scope. */
async function settle(device: GPUDevice): Promise<void> {
  device.pushErrorScope('validation');
  await device.popErrorScope();
  await device.queue.onSubmittedWorkDone();
  await new Promise((resolve) => setImmediate(resolve));
}
