import { describe, expect, test } from 'vitest';
import { checksFor, kernelsOf } from '../../src/doctor/checks.js';
import { kernelNames } from '../../src/gpu/kernels/source.js';

const full = checksFor({ quick: false });
const quick = checksFor({ quick: true });
const kernelsIn = (checks: typeof full) => new Set(checks.flatMap(kernelsOf));
const [all, some] = [kernelsIn(full), kernelsIn(quick)];
const templatesOf = (kernels: ReadonlySet<string>) => new Set([...kernels].map((kernel) => kernel.split(/[ ,]/)[0]));

describe('what a doctor asks', () => {
  test('runs every kernel that a dispatch can name', () => {
    const asked = templatesOf(all);
    expect(kernelNames.filter((kernel) => !asked.has(kernel))).toEqual([]);
  });

  test('in a hurry runs nearly all of them, in a tenth of the checks', () => {
    const asked = templatesOf(some);
    expect(kernelNames.filter((kernel) => !asked.has(kernel))).toEqual(['path_blend_pool']);
    expect(quick.length).toBeLessThan(0.12 * full.length);
    expect([...some].filter((kernel) => !all.has(kernel))).toEqual([]);
  });

  test('has a name of its own for each check', () => {
    for (const checks of [full, quick]) expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });
});
