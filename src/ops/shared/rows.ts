import type { KernelName } from '../kernel_name.js';
import type { WorkgroupProduct } from '../operator.js';

/** `count` rows of `length` elements each, for a kernel in which a workgroup shares a row. `constants` are those of the kernel besides its tile's. */
export function inRows(
  kernel: KernelName,
  count: number,
  length: number,
  constants: Readonly<Record<string, number>> = {},
): { readonly workgroups: WorkgroupProduct } {
  return { workgroups: { shares: 'row', kernel, constants, parts: 1, outputs: count, places: 1, depth: length } };
}
