import { describe, expect, test } from 'vitest';
import { type CandidateBatch, NO_PATCH, readLayer } from '../../src/executor.js';
import { GpuExecutor } from '../../src/gpu/gpu_executor.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { useNullDevice } from '../support/null_device.js';
import { buildModel } from '../support/onnx_builder.js';

// A device has one stack of error scopes, so no request may begin before the one before it has ended, whichever executor it is of.

const { graph } = importModel(
  buildModel({
    inputs: { image: ['N', 2] },
    nodes: [
      { op: 'LeakyRelu', inputs: ['image'], output: 'a' },
      { op: 'Relu', inputs: ['a'], output: 'y' },
    ],
    outputs: ['y'],
  }),
);
const [image, other, seed] = [Float32Array.of(1, 2), Float32Array.of(0, 0), Float32Array.of(1, 0)];
const path = { count: 1, inputs: image, baselines: other, seeds: seed };
const batch: CandidateBatch = {
  image,
  paint: other,
  pixels: { pixels: 2, channels: 1, layout: 'nchw' },
  patches: { labels: Uint32Array.of(0, 1), count: 2 },
  ranks: Uint32Array.of(0, 1),
  candidates: Uint32Array.of(0, 1, NO_PATCH, NO_PATCH),
};

const requests: Readonly<Record<string, (executor: GpuExecutor) => Promise<object>>> = {
  forward: (executor) => executor.forward(image, 1),
  pathGradient: (executor) => executor.pathGradient({ ...path, alphas: Float64Array.of(1), weights: Float64Array.of(1) }),
  gradients: (executor) => executor.gradients({ images: image, seed }),
  gradientMoments: (executor) => executor.gradientMoments({ images: image, seed }),
  layerGradients: (executor) => readLayer(executor, { images: image, seed, layer: 'a' }),
  multipliers: (executor) => executor.multipliers({ ...path, rule: 'rescale' }),
  regions: (executor) => executor.regions({ input: image, baseline: other, alphas: Float64Array.of(0.5) }),
  evaluate: (executor) => executor.evaluate(batch, 1),
};

describe('requests on one device', () => {
  const shared = useNullDevice();

  test.each(Object.entries(requests))('%s waits until the work before it has ended, well or not', async (_, request) => {
    const executor = await GpuExecutor.create(shared.source, canonicalise(graph));
    const { device } = shared.gpu;
    let scopes = 0;
    const push = device.pushErrorScope.bind(device);
    device.pushErrorScope = (filter) => {
      scopes++;
      return push(filter);
    };
    let fail: (reason: Error) => void = () => undefined;
    const ahead = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const failed = shared.source.exclusively(() => ahead).catch((reason: unknown) => reason);
    const [first, second] = [request(executor), request(executor)];
    await device.queue.onSubmittedWorkDone();
    await new Promise((resolve) => setImmediate(resolve));
    expect(scopes, 'scopes before the work ahead has ended').toBe(0);
    fail(new Error('that work failed'));
    expect(await failed).toEqual(new Error('that work failed'));
    await Promise.all([first, second]);
    expect(scopes).toBeGreaterThan(0);
    device.pushErrorScope = push;
    executor.destroy();
  });

  test('work of one device source runs in the order in which it was given', async () => {
    const log: string[] = [];
    const work = (name: string) =>
      shared.source.exclusively(async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${name} ends`);
        return name;
      });
    expect(await Promise.all([work('a'), work('b'), work('c')])).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});
