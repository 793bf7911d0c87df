import { expect, test } from 'vitest';
import { openAdapter, useDevice } from './gpu.js';

// Tests of the harness itself: whatever should fail a GPU test does fail it.
const gpu = useDevice();

/** y = 2 x, one invocation an element. */
const DOUBLE = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(4, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
  x[id.x] = 2.0 * x[id.x];
}`;

test('a compute shader runs on the device that the environment names', async () => {
  const asked = process.env.PATHLIGHT_TEST_ADAPTER;
  expect(gpu.opened.kind).toBe(asked === 'hardware' ? 'gpu' : 'software');
  if (asked === 'lavapipe') expect(gpu.opened.adapter).toMatch(/llvmpipe/);
  const { device } = gpu;
  const input = new Float32Array([1, -2, 0.5, 65504]);
  const storage = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  const readback = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(storage, 0, input);
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: DOUBLE }), entryPoint: 'main' },
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: storage } }] }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(storage, 0, readback, 0, 16);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  // Doubling is exact in binary floating point.
  expect(new Float32Array(readback.getMappedRange())).toEqual(input.map((x) => 2 * x));
});

test('an uncaptured validation error is caught', async () => {
  gpu.device.createBuffer({ size: 4, usage: 0 });
  expect(await gpu.takeErrors()).toEqual([expect.stringContaining('GPUValidationError')]);
});

test('an uncaptured error on a device that the tested code opened is caught too', async () => {
  const adapter = await gpu.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  device.createShaderModule({ code: 'fn broken( {' });
  device.pushErrorScope('validation');
  await device.popErrorScope();
  expect(await gpu.takeErrors()).toEqual([expect.stringContaining('GPUValidationError')]);
  device.destroy();
});

test('destroying a device is no loss', async () => {
  const adapter = await gpu.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  device.destroy();
  await device.lost;
  expect(await gpu.takeErrors()).toEqual([]);
});

test('an adapter that the machine lacks is refused in one line, and so is a misspelt one', async () => {
  const refusals = await Promise.all(
    ['hardware', 'lavapipe', 'lavapip'].map((name) => openAdapter(name).then(({ release }) => release(), String)),
  );
  for (const refusal of refusals) expect(refusal ?? 'Error: PATHLIGHT_TEST_ADAPTER=').toMatch(/^Error: PATHLIGHT_TEST_ADAPTER=.*$/);
  expect(refusals[2]).toBe('Error: PATHLIGHT_TEST_ADAPTER=lavapip (software, lavapipe, hardware)');
});
