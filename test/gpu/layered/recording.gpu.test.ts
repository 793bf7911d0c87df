import { expect, test } from 'vitest';
import { layoutOf } from '../../../src/gpu/compile/layout.js';
import { chooseResidency } from '../../../src/gpu/compile/residency.js';
import { type Chunk, type ScheduledDispatch, withMemory } from '../../../src/gpu/compile/schedule.js';
import { KernelCache } from '../../../src/gpu/kernels/cache.js';
import { kernelSource } from '../../../src/gpu/kernels/source.js';
import { ConstantStore, Recording } from '../../../src/gpu/layered/recording.js';
import { CHUNK, loadDispatch, storeDispatch } from '../../../src/gpu/requests/dispatches.js';
import type { Graph } from '../../../src/graph/graph.js';
import { useDevice } from '../../support/gpu.js';

const SAMPLES = 64;
const ELEMENTS = 4;

/** Takes the place of relu_forward: y = x from the last invocation of the workgroup to the first, through workgroup memory. */
const PLANTED = `${kernelSource('lib/grid')}
struct Parameters { grid: Grid, }
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
var<workgroup> tile: array<vec4f, 64>;
@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = place(parameters.grid, id, groups);
  tile[local] = x[at.linear];
  workgroupBarrier();
  y[at.linear] = tile[63u - local];
}
`;

const shared = useDevice();

test('a kernel of the layered plan may use workgroup memory and barriers', async () => {
  const { device } = shared;
  const shape = [1, ELEMENTS];
  const [x, y] = [
    { kind: 'value', name: 'x' },
    { kind: 'value', name: 'y' },
  ] as const;
  const graph: Graph = {
    name: 'planted',
    opset: 21,
    input: { name: 'x', shape },
    output: { name: 'y', shape },
    nodes: [],
    shapes: new Map([
      ['x', shape],
      ['y', shape],
    ]),
    constants: new Map(),
  };
  const dispatches: ScheduledDispatch[] = [
    loadDispatch(graph),
    { ...CHUNK, kernel: 'relu_forward', bindings: [x, y], parameters: {}, tiles: ELEMENTS },
    storeDispatch(graph, y, 'outputs'),
  ];
  const layout = layoutOf(SAMPLES);
  const layouts = { samples: layout, ends: layout, images: layout };
  const kernels = new KernelCache(device, (name, constants) => (name === 'relu_forward' ? PLANTED : kernelSource(name, constants)));
  const store = new ConstantStore(device);
  const schedule = withMemory({ graph, rootOf: (name) => name }, dispatches);
  const tuning = { tuner: shared.opened.tuner, measures: false };
  const recording = await Recording.create(shared.opened, kernels, store, schedule, layouts, chooseResidency(dispatches, 0), tuning);
  const images = Float32Array.from({ length: SAMPLES * ELEMENTS }, (_, i) => i);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const externals = {
    images: device.createBuffer({ size: images.byteLength, usage }),
    outputs: device.createBuffer({ size: images.byteLength, usage }),
  };
  device.queue.writeBuffer(externals.images, 0, images);
  const readback = device.createBuffer({ size: images.byteLength, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  const chunk: Chunk = {
    stages: new Set(['chunk']),
    samples: SAMPLES,
    offset: 0,
    allSamples: SAMPLES,
    steps: 1,
    images: 0,
    firstImage: 0,
    imagesHere: 0,
    quads: { samples: SAMPLES / 4, ends: 0, images: 0 },
    layouts,
    numbers: {},
  };
  const turns = recording.turns(chunk, new Map(Object.entries(externals)));
  expect(turns.map((turn) => [turn.upload(), turn.encode(encoder)])).toEqual([[0, 3]]);
  encoder.copyBufferToBuffer(externals.outputs, 0, readback, 0, images.byteLength);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  // Elements lie as [element][lane] of vec4f, 16 lanes: one workgroup, turned round. Samples of a quad stay where they are in it.
  const sampleAcross = (sample: number) => 4 * (15 - Math.floor(sample / 4)) + (sample % 4);
  const expected = images.map((_, i) => sampleAcross(Math.floor(i / ELEMENTS)) * ELEMENTS + (ELEMENTS - 1 - (i % ELEMENTS)));
  expect(new Float32Array(readback.getMappedRange())).toEqual(expected);
  recording.destroy();
  store.destroy();
  for (const buffer of [...Object.values(externals), readback]) buffer.destroy();
});
