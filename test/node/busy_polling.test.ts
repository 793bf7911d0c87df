import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { spacePolls } from '../../src/node/busy_polling.js';
import { type Dawn, openDawn } from '../../src/node/dawn.js';

/** A loop that a software adapter runs for a tenth of a second and more: one invocation, 2^24 dependent multiply-adds. */
const LOOP = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(1, 1, 1)
fn main() {
  var sum = x[0];
  for (var i = 0u; i < 16777216u; i++) { sum = fma(sum, 0.999, x[i & 3u]); }
  x[0] = sum;
}`;

async function openSoftware(): Promise<Dawn> {
  const opened = await openDawn({ adapter: 'software' });
  if (!('gpu' in opened)) throw new Error(opened.reason);
  return opened;
}

describe('spacePolls', () => {
  test('waiting for a device leaves the main thread idle', async () => {
    const { gpu, release } = await openSoftware();
    onTestFinished(release);
    const device = await (await gpu.requestAdapter())!.requestDevice();
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code: LOOP }), entryPoint: 'main' },
    });
    const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
    const bindings = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] });
    const wait = async () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(1);
      pass.end();
      const before = performance.eventLoopUtilization();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.eventLoopUtilization(before);
    };
    // The best of up to five: a thread that other work keeps from its processor counts as active.
    let { active, idle } = await wait();
    for (let again = 0; again < 4 && !(idle > active); again++) ({ active, idle } = await wait());
    // So long the dispatch must have run for this to say anything; polls at once had no idle time at all.
    expect(active + idle).toBeGreaterThan(50);
    expect(idle).toBeGreaterThan(active);
    device.destroy();
  });

  test('what others ask of setImmediate is done at once, and as before', async () => {
    const original = globalThis.setImmediate;
    const end = spacePolls();
    expect(globalThis.setImmediate).not.toBe(original);
    const order: unknown[] = [];
    setImmediate((...args) => order.push(...args), 'first', 1);
    await new Promise<void>((resolve) => setImmediate(resolve));
    clearImmediate(setImmediate(() => order.push('cleared')));
    order.push(await promisify(setImmediate)('promised'));
    expect(order).toEqual(['first', 1, 'promised']);
    end();
    expect(globalThis.setImmediate).toBe(original);
  });

  test('it lasts until the last who asked for it ends it, however often', () => {
    const original = globalThis.setImmediate;
    const [one, other] = [spacePolls(), spacePolls()];
    one();
    one();
    expect(globalThis.setImmediate).not.toBe(original);
    other();
    expect(globalThis.setImmediate).toBe(original);
  });
});
