import { describe, expect, test } from 'vitest';
import { graphOfCase } from '../../../src/doctor/case_graph.js';
import { comparableCases } from '../../../src/doctor/cases/index.js';
import { dispatchesOf } from '../../../src/doctor/selection.js';
import { DeviceSource } from '../../../src/gpu/device/device.js';
import { setHost } from '../../../src/gpu/device/host.js';
import { GpuExecutor } from '../../../src/gpu/gpu_executor.js';
import { workgroupVariant } from '../../../src/gpu/kernels/workgroup_tiles.js';
import type { GpuExecutorOptions } from '../../../src/gpu/resource_owner.js';
import { candidatesOf, REGISTERS } from '../../../src/gpu/tuning/candidates.js';
import { classOf, defaultOf } from '../../../src/gpu/tuning/choose.js';
import { Tuner, type TuningStore, type Winners } from '../../../src/gpu/tuning/tuner.js';
import { canonicalise } from '../../../src/graph/passes/canonicalise.js';
import { useNullDevice } from '../../support/null_device.js';

const EVERYWHERE = {
  broadcasts: false,
  device: { limits: { maxComputeWorkgroupStorageSize: 16_384, maxComputeInvocationsPerWorkgroup: 256 } },
};
const LARGE = { ...EVERYWHERE, device: { limits: { maxComputeWorkgroupStorageSize: 32_768, maxComputeInvocationsPerWorkgroup: 1024 } } };
const SMALL = { ...EVERYWHERE, device: { limits: { maxComputeWorkgroupStorageSize: 8192, maxComputeInvocationsPerWorkgroup: 64 } } };

function caseOf(name: string) {
  const found = comparableCases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no case is called ${name}`);
  return found;
}

const [product] = dispatchesOf(caseOf('Dense, rows')).filter(({ workgroups }) => workgroups !== undefined);
if (product?.workgroups === undefined) throw new Error('a Dense is a product');
const work = product.workgroups;
/** A product of this size. */
const sized = (outputs: number, places: number, depth: number) => ({ ...product, workgroups: { ...work, outputs, places, depth } });

describe('the candidates of a product', () => {
  test.each([
    ['what every device has', EVERYWHERE, [REGISTERS, '128 x 128', '64 x 64', '32 x 32, 4 slices', '16 x 16, 16 slices']],
    ['more', LARGE, [REGISTERS, '128 x 128, deep', '128 x 128', '64 x 64', '32 x 32, 4 slices', '16 x 16, 16 slices']],
    ['little', SMALL, [REGISTERS, '64 x 64']],
  ])('are those that a device with %s holds', (_, device, names) => {
    expect(candidatesOf(product, { lanes: 16, blocks: 1 }, device).map(({ name }) => name)).toEqual(names);
  });

  test('of values have tiles of their own', () => {
    const [values] = dispatchesOf(caseOf('MatMul, two matrices')).filter(({ workgroups }) => workgroups?.shares === 'values');
    if (values === undefined) throw new Error('a MatMul of values is a product');
    const names = candidatesOf(values, { lanes: 16, blocks: 1 }, EVERYWHERE).map(({ name }) => name);
    expect(names).toEqual([REGISTERS, '32 x 32 of 8 samples', '32 x 32 of 4 samples']);
  });

  test('are one where the dispatch is no product', () => {
    const { workgroups: _, ...other } = product;
    expect(candidatesOf(other, { lanes: 16, blocks: 1 }, LARGE)).toHaveLength(1);
    expect(
      workgroupVariant(
        other,
        { name: 'any', shares: 'weights', constants: { OUTPUTS: 64, QUADS: 16, EACH: 2, DEPTH: 16, SLICES: 1 } },
        LARGE.device.limits,
      ),
    ).toBe(undefined);
  });
});

describe('the table of defaults', () => {
  const chosen = (kind: 'gpu' | 'software', outputs: number, places: number, depth: number) => {
    const layout = { lanes: 16, blocks: 1 };
    const dispatch = sized(outputs, places, depth);
    return defaultOf(dispatch, layout, kind, candidatesOf(dispatch, layout, EVERYWHERE)).name;
  };

  test.each([
    ['gpu', 256, 14 * 14, 2304, '128 x 128'],
    ['gpu', 64, 56 * 56, 576, '128 x 128'],
    ['gpu', 32, 56 * 56, 288, '64 x 64'],
    // 4 x 25 workgroups of 128 x 128 are too few.
    ['gpu', 512, 7 * 7, 4608, '64 x 64'],
    // 32 x 2 of 32 x 32 are too few, and so are 63 x 1 of those, while 63 x 4 are enough.
    ['gpu', 1000, 1, 2048, '16 x 16, 16 slices'],
    // A sixteenth of the depth would be less than two rounds. The 32 x 2 workgroups of 32 x 32 are too few for all cores, and more than registers would have.
    ['gpu', 1000, 1, 224, '32 x 32, 4 slices'],
    ['gpu', 256, 14 * 14, 27, REGISTERS],
    ['gpu', 10, 1, 64, REGISTERS],
    ['software', 256, 14 * 14, 2304, REGISTERS],
  ] as const)('%s, %i outputs of %i places, depth %i: %s', (kind, outputs, places, depth, name) => {
    expect(chosen(kind, outputs, places, depth)).toBe(name);
  });

  test('few samples of a wide layer: a quarter of each tile is used, by 63 cores instead of one', () => {
    const layout = { lanes: 1, blocks: 1 };
    const dispatch = { ...sized(1000, 1, 2048), tiles: 63 };
    expect(defaultOf(dispatch, layout, 'gpu', candidatesOf(dispatch, layout, EVERYWHERE)).name).toBe('16 x 16, 16 slices');
    // So little of a tile that registers do as well.
    const small = { ...sized(10, 1, 2048), tiles: 1 };
    expect(defaultOf(small, layout, 'gpu', candidatesOf(small, layout, EVERYWHERE)).name).toBe(REGISTERS);
  });

  const [rows] = dispatchesOf(caseOf('LayerNormalization, tokens')).filter(({ workgroups }) => workgroups !== undefined);

  test.each([
    ['few rows would leave a GPU idle', 'gpu', 4 * 197, 192, 1, 'a row of 4 samples'],
    ['the same of more samples', 'gpu', 197, 192, 4, 'a row of 16 samples'],
    ['many rows', 'gpu', 3 * 197, 197, 16, REGISTERS],
    ['short rows', 'gpu', 4, 10, 1, REGISTERS],
    ['a software adapter', 'software', 4, 5000, 1, REGISTERS],
  ] as const)('rows: %s', (_, kind, outputs, depth, lanes, name) => {
    if (rows?.workgroups === undefined) throw new Error('a LayerNormalization has rows');
    const dispatch = { ...rows, tiles: outputs, workgroups: { ...rows.workgroups, outputs, depth } };
    const layout = { lanes, blocks: 1 };
    expect(defaultOf(dispatch, layout, kind, candidatesOf(dispatch, layout, EVERYWHERE)).name).toBe(name);
  });
});

test('a class is the kernel, its epilogue, the size of the product, and the quads up to a power of two', () => {
  const of = (blocks: number) => classOf(product, { lanes: 16, blocks });
  expect(of(3)).toBe(of(4));
  expect(of(4)).not.toBe(of(5));
  expect(classOf(sized(64, 49, 64), { lanes: 16, blocks: 4 })).not.toBe(classOf(sized(64, 49, 128), { lanes: 16, blocks: 4 }));
});

/** A store in memory, which says what was asked of it. */
class Memory implements TuningStore {
  readonly kept = new Map<string, Winners>();
  saves = 0;

  async load(adapter: string): Promise<Winners> {
    return this.kept.get(adapter) ?? {};
  }

  async save(adapter: string, winners: Winners): Promise<void> {
    this.saves++;
    this.kept.set(adapter, winners);
  }
}

describe('choice by measurement, on a device that runs nothing', () => {
  const shared = useNullDevice();

  /** Runs a network on a device of its own with this store, and returns the device's tuner. */
  async function run(
    tuningStore: TuningStore | undefined,
    options: GpuExecutorOptions,
    name = 'Dense, 37 to 21',
    instance: GPU = shared.instance,
  ): Promise<Tuner> {
    const source = new DeviceSource(instance, tuningStore ? { tuningStore } : {});
    const { graph, images } = graphOfCase(caseOf(name), 64);
    const gpu = await GpuExecutor.create(source, canonicalise(graph), { plan: 'layered', ...options });
    try {
      await gpu.forward(images, 64);
      await gpu.forward(images, 64);
      return (await source.get()).tuner;
    } finally {
      gpu.destroy();
      await source.destroy();
    }
  }

  test('a class is measured once, and kept for the next start', async () => {
    const store = new Memory();
    expect((await run(store, { tune: 'auto' })).trials).toBe(1);
    expect(store.saves).toBe(1);
    const [[adapter = '', winners = {}] = []] = [...store.kept];
    expect(adapter).not.toBe('');
    expect(Object.keys(winners)).toHaveLength(1);
    expect((await run(store, { tune: 'auto' })).trials, 'at the second start').toBe(0);
    expect((await run(store, { tune: 'off' })).trials).toBe(0);
    expect(store.saves).toBe(1);
    expect((await run(store, { tune: 'auto' }, 'Dense, no bias')).trials, 'another class').toBe(1);
    expect(Object.keys(store.kept.get(adapter) ?? {})).toHaveLength(2);
  });

  test("a session's device keeps its winners where the machine does, unless the session says where", async () => {
    const [machine, own] = [new Memory(), new Memory()];
    const request = shared.instance.requestAdapter.bind(shared.instance);
    const instance = { requestAdapter: request } as unknown as GPU;
    setHost(instance, { memory: 2 ** 30, tuningStore: machine });
    expect((await run(undefined, { tune: 'auto' }, undefined, instance)).trials).toBe(1);
    expect([machine.saves, own.saves]).toEqual([1, 0]);
    expect((await run(own, { tune: 'auto' }, undefined, instance)).trials).toBe(1);
    expect([machine.saves, own.saves]).toEqual([1, 1]);
    expect((await run(undefined, { tune: 'auto' }, undefined, instance)).trials, 'at the next start').toBe(0);
  });

  test('nothing is measured where it is off', async () => {
    const store = new Memory();
    expect((await run(store, { tune: 'off' })).trials).toBe(0);
    expect(store.kept.size).toBe(0);
  });

  test('what a store kept of other candidates is measured anew', async () => {
    const store = new Memory();
    await run(store, { tune: 'auto' });
    for (const [adapter, winners] of store.kept) {
      store.kept.set(adapter, Object.fromEntries(Object.keys(winners).map((key) => [key, '7 x 7'])));
    }
    expect((await run(store, { tune: 'auto' })).trials).toBe(1);
  });

  test('a store that fails costs the measurement alone', async () => {
    const failing: TuningStore = { load: () => Promise.reject(new Error('no disk')), save: () => Promise.reject(new Error('no disk')) };
    expect((await run(failing, { tune: 'auto' })).trials).toBe(1);
    const tuner = new Tuner('an adapter', failing);
    await tuner.remember(new Map([['a class', REGISTERS]]));
    expect(await tuner.winnerOf('a class')).toBe(REGISTERS);
  });
});
