import { variantName } from '../../src/gpu/kernels/source.js';
import type { TemplateConstants } from '../../src/gpu/kernels/template.js';
import { chooseVariant } from '../../src/gpu/kernels/variant.js';
import type { Dispatch } from '../../src/ops/operator.js';

/** One text of a kernel, which a dispatch can run. */
export interface Variant {
  readonly kernel: string;
  readonly constants: TemplateConstants;
}

/** One path's quad; and enough blocks that no core is idle. */
const LAYOUTS = [{ lanes: 1, blocks: 1 }, ...[1, 2, 4, 8, 16].map((lanes) => ({ lanes, blocks: 1024 }))];

/** The variants that the planner may make of dispatches (src/gpu/kernels/variant.ts, Dispatch.gateable), each once, by name. */
export function variantsOf(dispatches: readonly Omit<Dispatch, 'bindings'>[]): [name: string, variant: Variant][] {
  const variants = new Map<string, Variant>();
  for (const dispatch of dispatches) {
    const { kernel, constants: own, gateable } = dispatch;
    for (const broadcasts of [false, true]) {
      for (const layout of LAYOUTS) {
        for (const GATED of gateable ? [0, 1] : [0]) {
          const { constants: planned } = chooseVariant(dispatch, layout, { broadcasts });
          const constants = { ...own, ...planned, ...(GATED && { GATED }) };
          variants.set(variantName(kernel, constants), { kernel, constants });
        }
      }
    }
  }
  return [...variants].sort(([a], [b]) => (a < b ? -1 : 1));
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
