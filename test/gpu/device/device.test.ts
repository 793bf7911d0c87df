import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DeviceSource } from '../../../src/gpu/device/device.js';
import { createSession, predict } from '../../../src/index.js';

// When a device is opened, and when it is not. No adapter is needed: what counts is how often one is asked.

/** WebGPU whose devices do nothing, and can be lost. `refuse` is asked before each. */
function fakeGpu(refuse: () => boolean = () => false) {
  const devices: { lose: () => void; destroyed: boolean }[] = [];
  const requestDevice = async () => {
    if (refuse()) throw new Error('no device today');
    const device = { lose: () => {}, destroyed: false };
    devices.push(device);
    return {
      lost: new Promise((resolve) => {
        device.lose = () => resolve({ message: 'pulled out', reason: 'unknown' });
      }),
      limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
      features: new Set(),
      addEventListener() {},
      destroy() {
        device.destroyed = true;
      },
    };
  };
  const info = { vendor: 'fake', architecture: '', description: '', device: '' };
  const gpu = { requestAdapter: async () => ({ limits: {}, info, features: new Set(), requestDevice }) };
  return { gpu: gpu as never, devices };
}

test('requests that come at once get one device, and later ones the same', async () => {
  const { gpu, devices } = fakeGpu();
  const source = new DeviceSource(gpu);
  const [first, second, third] = await Promise.all([source.get(), source.get(), source.get()]);
  expect([second === first, third === first, (await source.get()) === first, devices.length]).toEqual([true, true, true, 1]);
});

test('an opening that fails is tried again by the next request', async () => {
  const answers = [true, false];
  const { gpu, devices } = fakeGpu(() => answers.shift() === true);
  const source = new DeviceSource(gpu);
  const failed = await Promise.allSettled([source.get(), source.get()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await source.get();
  expect(devices.length).toBe(1);
});

test('a device that is lost, or destroyed while it opens, is not handed out again', async () => {
  const { gpu, devices } = fakeGpu();
  const source = new DeviceSource(gpu);
  const first = await source.get();
  devices[0]?.lose();
  await first.device.lost;
  const [second, third] = await Promise.all([source.get(), source.get()]);
  expect([second === first, third === second, devices.length]).toEqual([false, true, 2]);
  await source.destroy();
  const opening = source.get();
  await Promise.all([source.destroy(), opening]);
  expect(devices.map(({ destroyed }) => destroyed)).toEqual([false, true, true]);
});

test('a session opens its device again after a failure, and none after it was destroyed', async () => {
  const answers = [true, false];
  const { gpu, devices } = fakeGpu(() => answers.shift() === true);
  const session = await createSession(readFileSync('models/digits-naive.onnx'), { gpu });
  await expect(session.executor()).rejects.toThrow('no device today');
  expect((await session.executor()).adapter).toBe('fake');
  await session.destroy();
  await session.destroy();
  await expect(predict(session, new Float32Array(784))).rejects.toThrow('the session was destroyed (a new one)');
  expect(devices.map(({ destroyed }) => destroyed)).toEqual([true]);
});
