import type { SampleLayout } from '../../src/gpu/compile/layout.js';
import { variantName } from '../../src/gpu/kernels/source.js';
import type { TemplateConstants } from '../../src/gpu/kernels/template.js';
import { kernelOf } from '../../src/gpu/kernels/variant.js';
import { type CandidateDevice, candidatesOf } from '../../src/gpu/tuning/candidates.js';
import type { Dispatch } from '../../src/ops/operator.js';

/** One text of a kernel, which a dispatch can run. */
export interface Variant {
  readonly kernel: string;
  readonly constants: TemplateConstants;
}

/** What WebGPU guarantees: enough for all tiles in workgroup memory but one, which differs from another in numbers alone. */
const device = { limits: { maxComputeWorkgroupStorageSize: 16_384, maxComputeInvocationsPerWorkgroup: 256 } };
/** Enough for every tile. */
export const LARGE_LIMITS = { maxComputeWorkgroupStorageSize: 32_768, maxComputeInvocationsPerWorkgroup: 256 };

/** The kinds of adapters that the program tells apart (src/gpu/device/device.ts). */
export const DEVICES: Readonly<Record<string, CandidateDevice>> = {
  'a GPU': { device, broadcasts: false, shortLoops: false },
  SwiftShader: { device, broadcasts: true, shortLoops: false },
  lavapipe: { device, broadcasts: true, shortLoops: true, octets: true },
  'lavapipe without subgroups': { device, broadcasts: false, shortLoops: true },
};

/** One path's quad; and enough blocks that no core is idle. */
const LAYOUTS = [{ lanes: 1, blocks: 1 }, ...[1, 2, 4, 8, 16].map((lanes) => ({ lanes, blocks: 1024 }))];

/** The variants that the planner may make of dispatches on these devices, with samples in these layouts (src/gpu/tuning/candidates.ts, Dispatch.gateable), each once, by name. */
export function variantsOf(
  dispatches: readonly Omit<Dispatch, 'bindings'>[],
  devices: readonly CandidateDevice[] = Object.values(DEVICES),
  layouts: readonly SampleLayout[] = LAYOUTS,
): [name: string, variant: Variant][] {
  const variants = new Map<string, Variant>();
  for (const dispatch of distinct(dispatches)) {
    const { gateable } = dispatch;
    for (const GATED of gateable ? [0, 1] : [0]) {
      const gated = { ...dispatch, ...(GATED && { constants: { ...dispatch.constants, GATED } }) };
      for (const layout of layouts) {
        for (const each of devices) {
          for (const { variant } of candidatesOf(gated, layout, each)) {
            const { kernel, constants } = kernelOf(gated, variant);
            variants.set(variantName(kernel, constants), { kernel, constants });
          }
        }
      }
    }
  }
  return [...variants].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Dispatches that differ in what a variant depends on. */
function distinct<T extends Omit<Dispatch, 'bindings'>>(dispatches: readonly T[]): Iterable<T> {
  const keyOf = ({ kernel, constants, quads, rows, plane, broadcasts, unrolls, tiles, workgroups, gateable }: T) =>
    JSON.stringify([kernel, constants, quads, rows, plane, broadcasts, unrolls, tiles, workgroups, gateable]);
  return new Map(dispatches.map((dispatch) => [keyOf(dispatch), dispatch])).values();
}

/**
 * The pairs of constant values of a variant, each value with itself too, and its kernel. The effect of a constant on a text depends on one
 * other constant, seldom on two. Kernels of convolutions are parts of one text (shaders/lib/tile),
 * so for pairs they are one kernel with a direction.
 */
export function pairsOf({ kernel, constants }: Variant): string[] {
  const [, direction] = /^conv_tile_(\w+)$/.exec(kernel) ?? [];
  const text = direction === undefined ? kernel : 'convolution';
  const given = Object.entries({ ...constants, ...(direction !== undefined && { direction }) }).map(([name, value]) => `${name}=${value}`);
  return [kernel, ...given.flatMap((one, i) => given.slice(i).map((other) => `${text} ${[one, other].sort().join(' ')}`))];
}

/** Chooses variants greedily, so that every kernel has one, and that every pair (`pairsOf`) of a variant is also one of a chosen variant. */
export function coverPairs(variants: readonly Variant[]): ReadonlySet<string> {
  const left = new Map(variants.map((variant) => [variantName(variant.kernel, variant.constants), pairsOf(variant)]));
  const met = new Set<string>();
  const chosen = new Set<string>();
  for (;;) {
    let [best, most] = ['', 0];
    for (const [name, pairs] of left) {
      const unmet = pairs.filter((pair) => !met.has(pair));
      if (unmet.length > most) [best, most] = [name, unmet.length];
      if (unmet.length === 0) left.delete(name);
    }
    if (most === 0) return chosen;
    for (const pair of left.get(best)!) met.add(pair);
    chosen.add(best);
  }
}
