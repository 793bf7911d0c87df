import type { KernelInterface } from '../kernels/interface.js';
import type { Variable } from './rewrite.js';
export interface LinkedKernel {
  /** The name of the variant. */
  readonly name: string;
  /** What all its names begin with. */
  readonly prefix: string;
  /** Its case in the switch, which is word 0 of its rows. */
  readonly index: number;
  readonly bindings: readonly Variable[];
  readonly interface: KernelInterface;
  /** Whether `main` takes the linear id, image * tiles + tile, instead of a place (path_reduce does). */
  readonly flat: boolean;
}
