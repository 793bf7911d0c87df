import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import { graphOfCase } from '../../../src/doctor/case_graph.js';
import { comparableCases } from '../../../src/doctor/cases/index.js';
import { choosePlan, chooseShape, fusedDoesNotFit, lanesFor } from '../../../src/gpu/fused/choose.js';
import { KEPT_CONSTANTS, linkedKernels } from '../../../src/gpu/fused/kernels.js';
import { WORKGROUP_ONLY } from '../../../src/gpu/fused/link.js';
import { fusedPathSchedule } from '../../../src/gpu/fused/path.js';
import { baseOf, type FusedProgram, fuse, fusedBytes, groupsOf, regionsOf, shapeOf, withEnds } from '../../../src/gpu/fused/program.js';
import { kernelSource } from '../../../src/gpu/kernels/source.js';
import { candidateSchedule, forwardSchedule } from '../../../src/gpu/requests/evaluate.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { smallNetworks } from '../../support/small_networks.js';

const FUSED = { kernels: linkedKernels };
const MIB = 2 ** 20;
const ROOMY = { budget: 1024 * MIB, buffer: 1024 * MIB };

describe('choosePlan', () => {
  const small = { samples: 64, multiplyAdds: 20_000, dispatches: 10, fits: true };

  test('a software adapter runs layers, since a linked shader compiles for longer than it saves', () => {
    expect(choosePlan({ ...small, kind: 'software' })).toBe('layered');
    expect(choosePlan({ ...small, kind: 'software', samples: 1e6 })).toBe('layered');
  });

  test('a GPU runs networks fused whose dispatches have at most a million multiply-adds', () => {
    expect(choosePlan({ ...small, kind: 'gpu', samples: 500 })).toBe('fused');
    expect(choosePlan({ ...small, kind: 'gpu', samples: 501 })).toBe('layered');
  });

  test('what does not fit runs in layers', () => {
    expect(choosePlan({ ...small, kind: 'gpu', fits: false })).toBe('layered');
  });
});

test.each([
  ['software', 1, 4],
  ['software', 100_000, 4],
  ['gpu', 8191, 1],
  ['gpu', 8192, 32],
] as const)('on a %s adapter %i samples lie in blocks of %i quads', (kind, samples, lanes) => {
  expect(lanesFor(kind, samples)).toBe(lanes);
});

describe('shapes', () => {
  const program = (sizes: Partial<FusedProgram['sizes']['memory']>): FusedProgram => ({
    lanes: 4,
    parts: [],
    hasEnds: true,
    sizes: { memory: { kept: 0, scratch: 0, ends: 0, images: 0, ...sizes }, words: { kept: 0, scratch: 0, ends: 0, images: 0 } },
  });

  test('blocks are shared out in rounds among at most so many workgroups', () => {
    expect(shapeOf(4, 16 * 16, 1, 16)).toMatchObject({ blocks: 16, rounds: 1 });
    const more = shapeOf(4, 16 * 16 + 1, 1, 16);
    expect(more).toMatchObject({ blocks: 17, rounds: 2 });
    expect(groupsOf(more)).toBe(9);
  });

  test.each([
    [1, 1028, 1],
    [8, 1028, 2],
    [64, 4, 3],
    [65, 20, 2],
  ])('%i images of %i steps: the ends that a block of 16 samples meets take at most %i quads', (images, steps, quads) => {
    const { groupEnds, blocks } = withEnds(shapeOf(4, images * steps, images, 1e9), steps);
    expect(groupEnds).toBeLessThanOrEqual(quads);
    for (let first = 0; first < 16 * blocks; first += 16) {
      const last = Math.min(first + 15, images * steps - 1);
      const quadOf = (sample: number) => Math.floor(sample / steps / 2);
      expect(quadOf(last) - quadOf(first) + 1).toBeLessThanOrEqual(groupEnds);
    }
  });

  // Workgroups are not at the same row: what one holds must not lie where another holds something, be it another tensor of the slot.
  test.each(['scratch', 'images'] as const)('what workgroups hold in %s lies apart, whatever shares a slot', (region) => {
    const held = program({ [region]: 100 });
    const shape = shapeOf(4, 5 * 64, 5 * 4, 1e9);
    const rangeOf = (elements: number, group: number) => {
      const [start, perGroup, perBlock] = baseOf(held, { buffer: 'memory', region, offset: 0, elements }, shape);
      const lanes = region === 'scratch' ? 4 : 1;
      const first = start! + group * perGroup! - group * perBlock! + group * elements * lanes; // the kernel adds the last for its block
      return [first, first + elements * lanes] as const;
    };
    for (const [one, other] of [0, 1, 2, 3, 4].flatMap((a) => [0, 1, 2, 3, 4].filter((b) => b !== a).map((b) => [a, b] as const))) {
      const [first, end] = rangeOf(100, one);
      const [from, to] = rangeOf(36, other);
      expect(from >= end || to <= first, `workgroups ${one} and ${other}`).toBe(true);
    }
  });

  test('regions follow each other, and scratch is needed once a workgroup', () => {
    const shape = withEnds(shapeOf(4, 1024, 1, 16), 1024);
    const sizes = { kept: 2, scratch: 100, ends: 10, images: 3 };
    expect(regionsOf(program(sizes), 'memory', shape)).toEqual({
      images: 0,
      kept: 3,
      scratch: 3 + 2 * 256,
      ends: 3 + 2 * 256 + 100 * 4 * 16,
      total: 3 + 2 * 256 + 100 * 4 * 16 + 10 * 16,
    });
  });

  test('where memory is short there are fewer workgroups first, then fewer samples, then nothing', () => {
    const large = program({ kept: 1000, scratch: 100_000 });
    const request = { samples: 1024, images: 0 };
    const bytes = (workgroups: number) => fusedBytes(large, shapeOf(4, 1024, 0, workgroups)).memory;
    expect(chooseShape(large, 'software', request, 0, ROOMY)).toMatchObject({ blocks: 64, rounds: 4 });
    expect(chooseShape(large, 'software', request, 0, { budget: bytes(16) - 1, buffer: 1024 * MIB })).toMatchObject({
      blocks: 64,
      rounds: 8,
    });
    expect(chooseShape(large, 'software', request, 0, { budget: 1024 * MIB, buffer: bytes(4) - 1 })).toMatchObject({
      blocks: 32,
      rounds: 8,
    });
    expect(chooseShape(large, 'software', request, 0, { budget: 6 * MIB, buffer: 6 * MIB })).toBeUndefined();
    expect(fusedDoesNotFit(large, { budget: 6 * MIB, buffer: 5 * MIB }).message).toBe(
      '--plan fused does not fit: 16 samples of this network need 6.2 MiB at once (at most 5.0 MiB a buffer and 6.0 MiB in all; --plan layered splits them)',
    );
  });
});

describe('linked schedules are valid WGSL', () => {
  // Dawn's null backend validates as any other and runs nothing. The instance is kept, or the device dies.
  let instance: GPU;
  let device: GPUDevice;
  beforeAll(async () => {
    Object.assign(globalThis, globals);
    instance = create(['backend=null']);
    device = await (await instance.requestAdapter())!.requestDevice();
  });
  afterAll(() => device.destroy());

  /** Texts that are valid. Most cases of an operator have the same text, since sizes are parameters. */
  const valid = new Set<string>();

  async function check({ parts }: FusedProgram): Promise<void> {
    for (const { source } of parts) {
      if (valid.has(source)) continue;
      device.pushErrorScope('validation');
      const module = device.createShaderModule({ code: source });
      await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }).catch(() => undefined);
      expect((await device.popErrorScope())?.message).toBeUndefined();
      valid.add(source);
    }
  }

  test('no kernel that they name has workgroup memory or a barrier; products and convolutions have only the constants that are kept', () => {
    const schedules = comparableCases.flatMap((operatorCase) => {
      const { graph } = graphOfCase(operatorCase, 1, 7, { before: 'LeakyRelu', after: 'Relu' });
      const canonical = canonicalise(graph);
      return [fusedPathSchedule(canonical), forwardSchedule(canonical, FUSED), candidateSchedule(canonical, FUSED)];
    });
    const dispatches = schedules.flatMap((schedule) => schedule.dispatches);
    const named = new Set(dispatches.map(({ kernel }) => kernel));
    expect([...named].filter((kernel) => WORKGROUP_ONLY.test(kernelSource(kernel)))).toEqual([]);
    expect([...named]).toEqual(expect.arrayContaining(Object.keys(KEPT_CONSTANTS)));
    for (const { kernel, constants = {} } of dispatches) {
      const kept = KEPT_CONSTANTS[kernel];
      if (kept !== undefined) expect([...kept, 'GATED']).toEqual(expect.arrayContaining(Object.keys(constants)));
    }
  });

  test.each(comparableCases.map((each) => [each.name, each] as const))('%s', async (_, operatorCase) => {
    const graph = canonicalise(graphOfCase(operatorCase, 1, 7, { before: 'LeakyRelu', after: 'Relu' }).graph);
    await check(fuse(fusedPathSchedule(graph), { lanes: 4 }));
  });

  test.each(['M1', 'M2'] as const)('%s, in all walks; without rows that are shared there is no barrier', async (name) => {
    const graph = smallNetworks[name]();
    for (const lanes of [1, 4, 32]) {
      for (const schedule of [forwardSchedule(graph, FUSED), candidateSchedule(graph, FUSED), fusedPathSchedule(graph)]) {
        const program = fuse(schedule, { lanes });
        await check(program);
        expect(program.parts).toHaveLength(program.hasEnds ? 2 : 1);
        const shared = lanes === 1 || program.hasEnds;
        expect(program.parts[0]!.source.includes('Barrier()')).toBe(shared);
        expect(program.parts[0]!.invocations).toBe(lanes === 1 ? 64 : lanes);
      }
    }
  });
});
