import { variantName } from '../../src/gpu/kernels.js';
import type { TemplateConstants } from '../../src/gpu/template.js';
import { chooseVariant } from '../../src/gpu/variant.js';
import type { Dispatch } from '../../src/ops/operator.js';

/** A text of a kernel that a dispatch can run. */
export interface Variant {
  readonly kernel: string;
  readonly constants: TemplateConstants;
}

/** One path's quad, and so many blocks that no core is idle. */
const LAYOUTS = [{ lanes: 1, blocks: 1 }, ...[1, 2, 4, 8, 16].map((lanes) => ({ lanes, blocks: 1024 }))];

/** What the planner may make of dispatches (src/gpu/variant.ts, Dispatch.gateable), each variant once, by name. */
export function variantsOf(dispatches: readonly Dispatch[]): [name: string, variant: Variant][] {
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
