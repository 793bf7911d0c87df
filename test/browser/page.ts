import { comparableCases } from '../../src/doctor/cases/index.js';
import { dispatchesOf } from '../../src/doctor/selection.js';
import { DeviceSource } from '../../src/gpu/device/device.js';
import { kernelSource } from '../../src/gpu/kernels/source.js';
import { createSession, integratedGradients, repair } from '../../src/index.js';
import { compareWithReference } from '../support/compare_executors.js';
import { DEVICES, variantsOf } from '../support/variants.js';

/**
 * The functions that tests in Chrome call, as members of `window.tests`. Their arguments and results are plain and serialisable. To run a
 * test case of Node's in Chrome too, put the case into a module that both import, and add the function that runs it here.
 */
const tests = { describeAdapter, double, compareOperator, checkShaders, explainAndRepair };

export type Tests = typeof tests;

declare global {
  interface Window {
    tests: Tests;
  }
}
window.tests = tests;

/** The adapter that Chrome offers. */
async function describeAdapter(): Promise<{ vendor: string; architecture: string; isFallbackAdapter: boolean }> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('no WebGPU adapter');
  const { vendor, architecture, isFallbackAdapter } = adapter.info;
  return { vendor, architecture, isFallbackAdapter };
}

let source: DeviceSource | undefined;

/** Compares an operator case, given by name, on Chrome's WebGPU with its float64 reference. */
async function compareOperator(name: string) {
  source ??= new DeviceSource(navigator.gpu);
  return compareWithReference(comparableCases.find((each) => each.name === name)!, source);
}

/** Checks the shaders of all operator cases, in every variant. Returns how many there are, and the browser's errors. */
async function checkShaders(): Promise<{ checked: number; faults: string[] }> {
  source ??= new DeviceSource(navigator.gpu);
  const { device } = await source.get();
  const dispatches = comparableCases.flatMap((each) => dispatchesOf(each));
  const variants = variantsOf(dispatches, [DEVICES['a GPU']!, DEVICES.SwiftShader!]);
  const faults: string[] = [];
  for (const [name, { kernel, constants }] of variants) {
    const { messages } = await device.createShaderModule({ code: kernelSource(kernel, constants) }).getCompilationInfo();
    faults.push(...messages.map(({ lineNum, message }) => `${name}, line ${lineNum}: ${message}`));
  }
  return { checked: variants.length, faults };
}

/** Runs the public API in a browser: Integrated Gradients of an image, and its repair by flips. */
async function explainAndRepair(model: number[], image: number[], target: number) {
  const session = await createSession(Uint8Array.from(model), { gpu: navigator.gpu });
  const pixels = Float32Array.from(image);
  const [result] = await integratedGradients(session, pixels, { target, contrast: 'predicted', steps: 32 });
  const { repaired, changedPixels, order, verified } = await repair(session, pixels, { target, strategy: 'flip' });
  const { kind } = await session.executor();
  await session.destroy();
  return {
    kind,
    values: [...result!.values],
    prediction: result!.prediction,
    delta: result!.delta,
    dispatches: result!.cost.dispatches,
    repair: { repaired, changedPixels, order: [...order], verified },
  };
}

/** Doubles every element with a shader. `usage` is the usage of the storage buffer, so that tests can plant a wrong one. */
async function double(values: number[], usage: number = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC) {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  const size = 4 * values.length;
  const storage = device.createBuffer({ size, usage });
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(storage, 0, new Float32Array(values));
  const code = /* wgsl */ `
    @group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @compute @workgroup_size(1, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      x[id.x] = 2.0 * x[id.x];
    }`;
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const layout = pipeline.getBindGroupLayout(0);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: storage } }] }));
  pass.dispatchWorkgroups(values.length);
  pass.end();
  encoder.copyBufferToBuffer(storage, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  const doubled = [...new Float32Array(readback.getMappedRange())];
  device.destroy();
  return doubled;
}
