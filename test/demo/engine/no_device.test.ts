import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEngine, smallModel } from './host.js';

// A WebGPU that fails in every way it can before it gives a device. The page then computes on the processor, within 5 seconds, and has the reason.

const never = new AbortController().signal;
const hang = () => new Promise<never>(() => {});
const fail = () => {
  throw new DOMException('the driver is on a list', 'OperationError');
};
const adapter = (requestDevice: () => unknown) => ({ limits: {}, features: new Set(), info: { vendor: 'fake' }, requestDevice });
const fake = (requestAdapter: () => unknown) => createEngine({ requestAdapter } as unknown as GPU);

// The clock of the limits; messages between page and worker take real time.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Opens a model while the clock runs, and says what it runs on and how many seconds passed. */
async function open(engine: ReturnType<typeof createEngine>) {
  const from = performance.now();
  let ended = false;
  const opening = engine.open(smallModel(), never).finally(() => {
    ended = true;
  });
  while (!ended) {
    await new Promise((resolve) => setImmediate(resolve));
    // While nothing waits for the clock, the processor works and modules are loaded, for as long as this machine takes.
    if (vi.getTimerCount() > 0) await vi.advanceTimersByTimeAsync(100);
  }
  const { device } = await opening;
  const reading = await engine.predict(new Float32Array(784), never);
  expect(reading.probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1);
  return { kind: device.kind, reason: device.reason?.message, seconds: (performance.now() - from) / 1000 };
}

test('requestAdapter that throws', async () => {
  expect(await open(fake(fail))).toMatchObject({
    kind: 'cpu',
    reason: 'WebGPU failed to give an adapter: the driver is on a list (reload the page to try again)',
  });
});

test('requestAdapter that never answers; the next model does not wait for it again', async () => {
  const engine = fake(hang);
  const reason = 'WebGPU was asked for an adapter and did not answer within 4 seconds (the page will use it when it answers)';
  const first = await open(engine);
  expect(first).toMatchObject({ kind: 'cpu', reason });
  expect(first.seconds).toBeLessThan(5);
  const second = await open(engine);
  expect(second).toMatchObject({ kind: 'cpu', reason });
  expect(second.seconds).toBeLessThan(2);
});

test('requestDevice that fails', async () => {
  expect(await open(fake(async () => adapter(async () => fail())))).toMatchObject({
    kind: 'cpu',
    reason: 'WebGPU failed to give a device: the driver is on a list (reload the page to try again)',
  });
});

test('requestDevice that never answers, after an adapter that took its time', async () => {
  const slow = () => new Promise((resolve) => setTimeout(() => resolve(adapter(hang)), 3000));
  const { seconds, ...rest } = await open(fake(slow));
  expect(rest).toEqual({
    kind: 'cpu',
    reason: 'WebGPU was asked for a device and did not answer within 4 seconds (the page will use it when it answers)',
  });
  expect(seconds).toBeLessThan(5);
});

describe('the edges', () => {
  test('no adapter', async () => {
    expect(await open(fake(async () => null))).toMatchObject({ kind: 'cpu', reason: expect.stringMatching(/^WebGPU has no adapter here/) });
  });

  test('an adapter without a description, as of an implementation that is not finished', async () => {
    const bare = async () => ({ ...adapter(hang), info: undefined });
    expect(await open(fake(bare))).toMatchObject({ kind: 'cpu', reason: expect.stringMatching(/^WebGPU failed to give a device: /) });
  });

  test('an adapter that comes too late, and is none, leaves the model on the processor, with that reason', async () => {
    let answer: (given: null) => void = () => {};
    const requestAdapter = vi.fn(
      () =>
        new Promise<null>((resolve) => {
          answer = resolve;
        }),
    );
    const engine = fake(requestAdapter);
    const heard = new Promise<string | undefined>((resolve) => engine.onDevice(({ reason }) => resolve(reason?.message)));
    await open(engine);
    requestAdapter.mockResolvedValue(null);
    answer(null);
    expect(await heard).toMatch(/^WebGPU has no adapter here/);
    expect((await open(engine)).reason).toMatch(/^WebGPU has no adapter here/);
    expect(requestAdapter).toHaveBeenCalledTimes(3);
  });

  test('a device that comes too late is destroyed', async () => {
    const destroy = vi.fn();
    const late = () => new Promise((resolve) => setTimeout(() => resolve({ destroy }), 6000));
    await open(fake(async () => adapter(late)));
    await vi.advanceTimersByTimeAsync(6000);
    expect(destroy).toHaveBeenCalledOnce();
  });

  test('a device that is lost, and not given again: the processor takes over, and the page hears of it', async () => {
    let lose: (info: unknown) => void = () => {};
    const device = Object.assign(new EventTarget(), {
      limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
      lost: new Promise((resolve) => {
        lose = resolve;
      }),
      destroy: () => {},
    });
    const requestDevice = vi.fn().mockResolvedValueOnce(device).mockImplementation(fail);
    const engine = fake(async () => ({ ...adapter(requestDevice), info: { vendor: 'fake', description: 'SwiftShader' } }));
    const told: (string | undefined)[] = [];
    engine.onDevice(({ kind, reason }) => told.push(kind, reason?.message));
    vi.useRealTimers();
    const opened = await engine.open(smallModel(), never);
    expect(opened.device.kind).toBe('software');
    lose({ reason: 'unknown', message: 'the GPU process crashed' });
    const image = new Float32Array(784).fill(0.5);
    const request = {
      image,
      questions: [{ target: 0 }],
      method: 'ig',
      steps: 'exact',
      rule: 'midpoint',
      baseline: 'zero',
      output: 'logit',
    } as const;
    const { maps, cost } = await engine.attribute(request, never);
    expect([maps.length, cost.plan]).toEqual([1, 'cpu']);
    expect(told).toEqual(['cpu', 'WebGPU failed to give a device: the driver is on a list (reload the page to try again)']);
    expect((await engine.predict(image, never)).probabilities).toHaveLength(10);
  });

  test('a fault of the model is said as such', async () => {
    const corrupt = { name: 'corrupt.onnx', bytes: Uint8Array.of(1, 2, 3) };
    await expect(fake(hang).open(corrupt, never)).rejects.toMatchObject({ said: { code: expect.stringMatching(/^onnx\./) } });
  });
});
