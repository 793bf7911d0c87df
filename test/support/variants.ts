import { variantName } from '../../src/gpu/kernels.js';
import type { TemplateConstants } from '../../src/gpu/template.js';
import type { Dispatch } from '../../src/ops/operator.js';

/** A text of a kernel that a dispatch can run. */
export interface Variant {
  readonly kernel: string;
  readonly constants: TemplateConstants;
}

/** What the planner may make of dispatches (Dispatch.quads, Dispatch.gateable), each variant once, by name. */
export function variantsOf(dispatches: readonly Dispatch[]): [name: string, variant: Variant][] {
  const variants = new Map<string, Variant>();
  for (const { kernel, constants: own, quads, gateable } of dispatches) {
    for (let QUADS = 1; QUADS <= (quads ?? 1); QUADS *= 2) {
      for (const GATED of gateable ? [0, 1] : [0]) {
        const constants = { ...own, ...(quads !== undefined && { QUADS }), ...(GATED && { GATED }) };
        variants.set(variantName(kernel, constants), { kernel, constants });
      }
    }
  }
  return [...variants].sort(([a], [b]) => (a < b ? -1 : 1));
}
