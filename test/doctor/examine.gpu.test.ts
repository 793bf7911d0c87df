import { afterEach, describe, expect, test } from 'vitest';
import { type Check, kernelsOf } from '../../src/doctor/check.js';
import { checksFor } from '../../src/doctor/checks.js';
import { examine, TOLERANCE } from '../../src/doctor/examine.js';
import { consult } from '../../src/doctor/index.js';
import { DeviceSource } from '../../src/gpu/device/device.js';
import { kernelsOf as compiledOn } from '../../src/gpu/kernels/cache.js';
import { files } from '../../src/gpu/kernels/source.js';
import { useDevice } from '../support/gpu.js';
import { withLongLoops, withShortLoops } from '../support/short_loops.js';

// A few of the checks: a full examination compiles for minutes on a software adapter.

const quick = checksFor({ quick: true });
const about = (text: RegExp): Check[] => quick.filter(({ name }) => text.test(name));

describe('a doctor', () => {
  const shared = useDevice();
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const each of undo.splice(0)) each();
  });

  /** Kernels of this source are compiled from a text with this change. No other device sees it. */
  function plant(kernel: string, right: string, wrong: string): void {
    const text = files.get(kernel) ?? '';
    expect(text.split(right)).toHaveLength(2);
    const texts = files as Map<string, string>;
    texts.set(kernel, text.replace(right, wrong));
    undo.push(() => texts.set(kernel, text));
  }

  /** The doctor on a device that has compiled nothing yet. */
  async function onNewDevice(checks: readonly Check[], as = (source: DeviceSource) => source) {
    const source = new DeviceSource(shared.gpu);
    try {
      return await examine(as(source), checks);
    } finally {
      await source.destroy();
    }
  }

  test('finds kernels right that are', async () => {
    const checks = about(/^(?:Softmax|Softplus|edited images)/);
    expect(checks.length).toBeGreaterThan(2);
    const progress: number[] = [];
    const found = await examine(shared.source, checks, { onProgress: (done) => progress.push(done) });
    expect(found).toMatchObject({ right: true, checks: checks.length, tolerance: TOLERANCE, wrong: [] });
    expect(found.worst?.error).toBeLessThan(3e-6);
    expect(progress).toEqual(Array.from({ length: checks.length + 1 }, (_, done) => done));
  });

  test('names a kernel that is wrong, its error, and what it serves; what is right beside it is not blamed', async () => {
    plant('softmax_backward', 'select(vec4f(0.0), dx[index],', 'vec4f(0.001) + select(vec4f(0.0), dx[index],');
    const { right, wrong } = await onNewDevice(about(/^(?:Softmax|Softplus)/));
    expect(right).toBe(false);
    expect(wrong.length).toBeGreaterThan(0);
    for (const each of wrong) {
      expect(each.serves).toEqual(['Softmax']);
      expect(each.suspects).toEqual([expect.stringMatching(/^softmax_backward\b/)]);
      expect(each.error).toBeGreaterThan(TOLERANCE);
      expect(each.distances.outputs).toBeLessThan(TOLERANCE);
    }
  });

  test('names the variant that is wrong, where others of its kernel are right: one that only lavapipe runs', async () => {
    const names = ['Conv, 3x3, between nonlinearities', 'Conv, 1x1, between nonlinearities'];
    const checks = checksFor({ quick: false }).filter(({ name }) => names.includes(name));
    plant('lib/tile/sum_taps', `from_x += \${STEP}u`, `from_x += \${STEP + (STEP < UNROLL)}u`);
    expect((await onNewDevice(checks, withLongLoops)).wrong).toEqual([]);
    const { wrong } = await onNewDevice(checks, withShortLoops);
    expect(wrong.map(({ check }) => check)).toEqual([names[1]]);
    expect(wrong[0]?.error).toBeGreaterThan(TOLERANCE);
    expect(wrong[0]?.suspects.length).toBeGreaterThan(1);
    for (const kernel of wrong[0]?.suspects ?? []) expect(kernel).toMatch(/^conv_tile_(forward|backward) .*STEP=1 /);
  });

  test.each([
    ['this device', /^(?:Gemm, a full C|Softmax|moments)/, (source: DeviceSource) => source],
    ['one with short loops', /^Conv, 1x1/, withShortLoops],
  ])('names the kernels that are compiled, on %s', async (_, text, as) => {
    for (const check of about(text)) {
      const own = new DeviceSource(shared.gpu);
      const device = await as(own).get();
      await check.run(as(own));
      const compiled = [...compiledOn(device.device).names()].map((name) => name.replace(/ halves .*/, ', 16 bits'));
      expect(new Set(compiled), check.name).toEqual(new Set(kernelsOf(check, device)));
      await own.destroy();
    }
  });

  test('finds a fault of the conversion to 16 bits, which only kernels with such activations have', async () => {
    const checks = about(/^(?:Gemm, a full C|Softplus)/);
    expect(await onNewDevice(checks)).toMatchObject({ right: true, worst: { error: expect.any(Number) } });
    plant('lib/halves', 'unpack2x16float(words.y)', 'unpack2x16float(words.x)');
    const { worst, wrong } = await onNewDevice(checks);
    expect(wrong.map(({ check }) => check)).toEqual(['Gemm, a full C, in 16 bits']);
    expect(wrong[0]?.serves).toEqual(['mixed precision']);
    expect(wrong[0]?.suspects).toContainEqual(expect.stringMatching(/^matmul .*, 16 bits$/));
    expect(worst?.error).toBeLessThan(TOLERANCE);
  });

  test('says what the compiler says of a kernel that does not compile, and goes on', async () => {
    plant('softmax_backward', 'select(vec4f(0.0), dx[index],', 'select(vec5f(0.0), dx[index],');
    // The candidates in workgroup memory have kernels of their own.
    const checks = about(/^(?:Softmax(?!.*in workgroup memory)|Softplus)/);
    const { wrong, worst } = await onNewDevice(checks);
    expect(wrong[0]).toMatchObject({ error: null, failure: expect.stringContaining('softmax_backward') });
    expect(worst?.check).toMatch(/^Softplus/);
    expect(wrong.length).toBeLessThan(checks.length);
  });

  test('gives a verdict in words, and refuses to look at nothing', async () => {
    const { adapter, verdict, speed } = await consult(shared.source, { quick: true, only: 'softplus' });
    expect(adapter).toMatchObject({ kind: shared.opened.kind, name: shared.opened.adapter });
    expect(adapter.asked.map(({ what }) => what)).toContain('maxBufferSize');
    expect(verdict.map(({ message }) => message)).toEqual([expect.stringMatching(/^On .* these \d+ checks are right, none further than /)]);
    expect(speed).toBeUndefined();
    await expect(consult(shared.source, { only: 'Sofplus' })).rejects.toThrow('no check has "Sofplus" in its name');
  });
});
