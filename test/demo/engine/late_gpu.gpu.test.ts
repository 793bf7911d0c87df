import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OpenModel } from '../../../demo/engine/contract/models.js';
import { useDevice } from '../../support/gpu.js';
import { createEngine, smallModel } from './host.js';

// WebGPU that answers after the page has turned to the processor, as on a machine that starts many programs at once.

const shared = useDevice();
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A `navigator.gpu` whose first request for an adapter waits until it is released. */
function lateGpu() {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    await released;
    return shared.gpu.requestAdapter(options);
  };
  return { gpu: { requestAdapter } as GPU, release };
}

/** Lets the clock of the limits run until the promise settles. */
async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
  let ended = false;
  void promise.finally(() => {
    ended = true;
  });
  while (!ended) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(100);
  }
  return promise;
}

test('a model that was opened on the processor moves to the adapter when it answers, and reads the same', async () => {
  const { gpu, release } = lateGpu();
  const engine = createEngine(gpu);
  const heard = new Promise<OpenModel['device']>((resolve) => engine.onDevice(resolve));
  const { device } = await whileTimePasses(engine.open(smallModel(), never));
  expect(device).toMatchObject({ kind: 'cpu', reason: { code: 'page.gpu-silent' } });
  const image = Float32Array.from({ length: 784 }, (_, i) => (i % 7) / 7);
  const { logits: byProcessor } = await whileTimePasses(engine.predict(image, never));
  release();
  expect(await whileTimePasses(heard)).toMatchObject({ kind: shared.opened.kind, adapter: expect.stringMatching(/\w/) });
  expect(await heard).not.toHaveProperty('reason');
  const questions = [{ target: 1, contrast: 2 }];
  const request = { image, questions, method: 'ig', steps: 8, rule: 'midpoint', baseline: 'black', output: 'logit' } as const;
  // Until the kernels are compiled the processor answers.
  let dispatches = 0;
  while (dispatches === 0) ({ dispatches } = (await whileTimePasses(engine.attribute(request, never))).cost);
  const { logits } = await whileTimePasses(engine.predict(image, never));
  logits.forEach((value, i) => {
    expect(value).toBeCloseTo(byProcessor[i] ?? Number.NaN, 4);
  });
});
