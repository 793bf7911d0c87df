import { describe, expect, test } from 'vitest';
import { type Check, kernelsOf } from '../../src/doctor/check.js';
import { checksFor } from '../../src/doctor/checks.js';
import { layoutOf } from '../../src/gpu/compile/layout.js';
import { kernelNames } from '../../src/gpu/kernels/source.js';
import { DEVICES, LARGE_LIMITS, pairsOf, variantsOf } from '../support/variants.js';

const full = checksFor({ quick: false });
const quick = checksFor({ quick: true });
/** What a GPU runs, and lavapipe, which alone has kernels for subgroups. */
const kernelsIn = (checks: readonly Check[]) =>
  new Set(checks.flatMap((check) => [DEVICES['a GPU']!, DEVICES.lavapipe!].flatMap((device) => kernelsOf(check, device))));
const [all, some] = [kernelsIn(full), kernelsIn(quick)];
const layered = full.filter(({ plan }) => plan === 'layered').map((check) => ({ check, runs: check.runs() }));
const dispatches = layered.flatMap(({ runs }) => runs.flatMap(({ schedule }) => schedule.dispatches));
const templatesOf = (kernels: ReadonlySet<string>) => new Set([...kernels].map((kernel) => kernel.split(/[ ,]/)[0]));

describe('what a doctor asks', () => {
  test('runs every kernel that a dispatch can name', () => {
    const asked = templatesOf(all);
    expect(kernelNames.filter((kernel) => !asked.has(kernel))).toEqual([]);
  });

  test('in a hurry runs nearly all of them, in a tenth of the checks', () => {
    const asked = templatesOf(some);
    expect(kernelNames.filter((kernel) => !asked.has(kernel))).toEqual([]);
    expect(quick.length).toBeLessThan(0.12 * full.length);
    expect([...some].filter((kernel) => !all.has(kernel))).toEqual([]);
  });

  test('has a name of its own for each check', () => {
    for (const checks of [full, quick]) expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });

  test.each(Object.entries(DEVICES))('on %s runs every pair of constants that such a device can be given', (_, kind) => {
    const device = { ...kind, device: { limits: LARGE_LIMITS } };
    const asked = new Set([...new Set(layered.flatMap(({ check, runs }) => kernelsOf(check, device, runs)))].flatMap(pairsIn));
    const possible = variantsOf(dispatches, [device], SIZES.map(layoutOf)).flatMap(([name]) => pairsIn(name));
    expect([...new Set(possible)].filter((pair) => !asked.has(pair) && matters(pair))).toEqual([]);
  });
});

/** Numbers of samples with different lanes, or different numbers of blocks. */
const SIZES = [1, 8, 16, 32, ...Array.from({ length: 12 }, (_, k) => 64 * 2 ** k)];

/**
 * Whether two constants of a text can depend on one another. The size of a workgroup stands in one line, with no other. Tiles in workgroup memory have loops with
 * numbers for what convolutions in registers unroll.
 */
function matters(pair: string): boolean {
  return !/WORKGROUP=/.test(pair) && (!/_workgroup/.test(pair) || / (\S+) \1$/.test(pair));
}

/** The pairs of constants of a kernel by its name. */
function pairsIn(name: string): string[] {
  const [kernel = '', ...constants] = name.replace(/, 16 bits$/, '').split(' ');
  return pairsOf({
    kernel,
    constants: Object.fromEntries(constants.map((each) => each.split('=').map((part, i) => (i === 0 ? part : Number(part))))),
  });
}
