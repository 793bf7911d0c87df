import { describe, expect, test } from 'vitest';
import { layoutOf, quadsOf, workgroupsFor } from '../../src/gpu/compile/layout.js';
import { type Chunk, parametersOf, type Schedule, type ScheduledBinding, STAGES } from '../../src/gpu/compile/schedule.js';
import { fusedPathSchedule } from '../../src/gpu/fused/path.js';
import { reflectKernel, writeParameters } from '../../src/gpu/kernels/interface.js';
import { kernelNames, kernelSource, variantName } from '../../src/gpu/kernels/source.js';
import type { TemplateConstants } from '../../src/gpu/kernels/template.js';
import { chooseVariant, type Variant } from '../../src/gpu/kernels/variant.js';
import { candidateSchedule, forwardSchedule } from '../../src/gpu/requests/evaluate.js';
import { momentSchedule } from '../../src/gpu/requests/gradients.js';
import { multiplierSchedule } from '../../src/gpu/requests/multipliers.js';
import { pathSchedule } from '../../src/gpu/requests/path/path_schedule.js';
import type { Graph } from '../../src/graph/graph.js';
import { canonicalise } from '../../src/graph/passes/canonicalise.js';
import { importModel } from '../../src/onnx/import.js';
import { sizeOf } from '../../src/tensor/tensor.js';
import { graphOfCase, type Surroundings } from '../support/case_graph.js';
import { epilogueCases, gatedModel, modelOf } from '../support/conv_epilogues.js';
import { countWrites } from '../support/count_writes.js';
import { useDevice } from '../support/gpu.js';
import { buildModel } from '../support/onnx_builder.js';
import { type OperatorCase, operatorCases } from '../support/operator_cases.js';
import { constantCases } from '../support/operator_cases_constant.js';
import { linearCases } from '../support/operator_cases_linear.js';
import { reductionCases } from '../support/operator_cases_reductions.js';
import { coverPairs } from '../support/variants.js';

/**
 * No two invocations of a kernel may write the same element: every kernel runs on the device with a count of every write, on the largest
 * operator case that uses it, for 72 samples (two blocks of 16 lanes); of kernels with many variants on those that cover all pairs of constants. Inside a kernel a buffer that is written is read, if at all, at
 * the element that is written next (a cotangent that is added to), so counts above 1 are all the races there can be.
 */
const SAMPLES = 72;
const layout = layoutOf(SAMPLES);

interface Launch {
  readonly dispatch: Schedule['dispatches'][number];
  readonly graph: Graph;
}

/** For every variant of every kernel the launch with the most invocations. */
function largestLaunches(): ReadonlyMap<string, Launch> {
  const largest = new Map<string, Launch>();
  const cases: OperatorCase[] = [...operatorCases, ...linearCases, ...reductionCases, ...constantCases].filter(
    ({ op }) => op !== 'Replicate',
  );
  const surroundings: Surroundings[] = [{}, { before: 'LeakyRelu', after: 'Relu' }, { before: 'gates' }];
  const graphs = [
    ...cases.flatMap((each) => surroundings.map((around) => graphOfCase(each, 1, 7, around).graph)),
    ...[...Object.values(epilogueCases).map(modelOf), gatedModel].map((description) => importModel(buildModel(description)).graph),
  ];
  for (const graph of graphs.map(canonicalise)) {
    const paths = [pathSchedule(graph), fusedPathSchedule(graph)];
    const schedules = [forwardSchedule(graph), candidateSchedule(graph), ...paths, multiplierSchedule(graph, 'rescale')];
    // Of these only the kernel at the end is another one.
    const moments = (['moments', 'products'] as const).map((ending) => momentSchedule(graph, ending).dispatches.at(-1)!);
    for (const dispatch of [...schedules.flatMap(({ dispatches }) => dispatches), ...moments]) {
      const name = variantName(dispatch.kernel, constantsOf(dispatch));
      const known = largest.get(name);
      if (!known || dispatch.tiles > known.dispatch.tiles) largest.set(name, { dispatch, graph });
    }
  }
  return largest;
}

/** How a dispatch runs in the layout of these tests. */
function variantOf(dispatch: Launch['dispatch']): Variant {
  return chooseVariant(dispatch, layout, { broadcasts: true });
}

function constantsOf(dispatch: Launch['dispatch']): TemplateConstants {
  return { ...dispatch.constants, ...variantOf(dispatch).constants };
}

/** A chunk that is a whole request: paths of twelve steps, or candidates. */
function chunkOf({ graph }: Launch): Chunk {
  const pixels = sizeOf(graph.input.shape);
  const steps = 12;
  return {
    stages: new Set(STAGES),
    samples: SAMPLES,
    offset: 0,
    allSamples: SAMPLES,
    steps,
    // As many as there is room for, once or twice an image; those with samples are fewer.
    images: 4 * SAMPLES,
    firstImage: 0,
    imagesHere: SAMPLES / steps,
    quads: { samples: quadsOf(layout), ends: quadsOf(layout), images: quadsOf(layout) },
    layouts: { samples: layout, ends: layout, images: layout },
    numbers: { nodes: 10, pixels, patches: pixels, channels: 1, channelsLast: 0, wanted: 0 },
  };
}

describe('races', () => {
  const shared = useDevice();
  const launches = largestLaunches();

  /** The largest number of writes of one element, over all buffers that the kernel writes, and how many elements were written. */
  async function mostWrites(source: string, launch: Launch): Promise<{ most: number; written: number }> {
    const { device } = shared;
    const { dispatch, graph } = launch;
    const { source: code, counted } = countWrites(dispatch.kernel, source);
    const reflected = reflectKernel(dispatch.kernel, source);
    const parameters = new DataView(new ArrayBuffer(reflected.parameters.size));
    const grid = {
      'grid.lanes': layout.lanes,
      'grid.quads': quadsOf(layout),
      'grid.tiles': variantOf(dispatch).tiles,
      'grid.accumulate': 1,
    };
    writeParameters(dispatch.kernel, reflected, { ...parametersOf(dispatch, chunkOf(launch)), ...grid }, parameters);
    const bytesOf = (binding: ScheduledBinding): number => {
      if (binding.kind === 'constant') return binding.data.byteLength;
      if (binding.kind === 'external') return 2 ** 20;
      return 16 * quadsOf(layout) * (binding.kind === 'saved' ? binding.words / 4 : sizeOf(graph.shapes.get(binding.name)!));
    };
    const create = (size: number, usage: number) => device.createBuffer({ size: Math.max(16, Math.ceil(size / 16) * 16), usage });
    const uniform = create(parameters.byteLength, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    device.queue.writeBuffer(uniform, 0, parameters.buffer);
    const storage = dispatch.bindings.map((binding) => create(bytesOf(binding), GPUBufferUsage.STORAGE));
    const counts = counted.map(({ binding }) =>
      create(bytesOf(dispatch.bindings[binding - 1]!), GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC),
    );
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
    });
    const buffers = [uniform, ...storage, ...counts];
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    );
    const { tiles, quads, workgroup } = variantOf(dispatch);
    pass.dispatchWorkgroups(...workgroupsFor((tiles * quadsOf(layout)) / quads, 65535, workgroup));
    pass.end();
    const size = counts.reduce((sum, buffer) => sum + buffer.size, 0);
    const readback = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    let offset = 0;
    for (const buffer of counts) {
      encoder.copyBufferToBuffer(buffer, 0, readback, offset, buffer.size);
      offset += buffer.size;
    }
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const writes = new Uint32Array(readback.getMappedRange().slice(0));
    for (const buffer of [...buffers, readback]) buffer.destroy();
    return { most: writes.reduce((most, count) => Math.max(most, count), 0), written: writes.filter((count) => count > 0).length };
  }

  test('every kernel is launched by some operator case', () => {
    // Kernels of regions narrow them with atomics: their order of arrival changes nothing.
    const counted = kernelNames.filter((name) => name !== 'region_points' && !/atomic/.test(kernelSource(name)));
    expect([...new Set([...launches.values()].map(({ dispatch }) => dispatch.kernel))].sort()).toEqual(counted);
  });

  // Of 240 variants of the tiles of convolutions, each of which compiles for a second, no more than their pairs of constants need.
  const chosen = coverPairs([...launches.values()].map(({ dispatch }) => ({ kernel: dispatch.kernel, constants: constantsOf(dispatch) })));
  test.each([...launches].filter(([name]) => chosen.has(name)))('%s has none', async (_, launch) => {
    const { most, written } = await mostWrites(kernelSource(launch.dispatch.kernel, constantsOf(launch.dispatch)), launch);
    expect(written).toBeGreaterThan(0);
    expect(most).toBe(1);
  });

  test('a planted race is found', async () => {
    const planted = kernelSource('relu_forward').replace('y[index] =', 'y[index / 2u] =');
    expect(planted).not.toBe(kernelSource('relu_forward'));
    expect((await mostWrites(planted, launches.get('relu_forward')!)).most).toBe(2);
  });

  test('no kernel has barriers or shares memory: what this check rests on', () => {
    for (const name of kernelNames) expect(kernelSource(name), name).not.toMatch(/Barrier\(|var<workgroup>/);
  });
});
