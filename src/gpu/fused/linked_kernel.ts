import type { KernelInterface } from '../kernels/interface.js';
import type { Variable } from './rewrite.js';
export interface LinkedKernel {
  /** The variant's. */
  readonly name: string;
  /** What its names begin with. */
  readonly prefix: string;
  /** Its case of the switch: word 0 of its rows. */
  readonly index: number;
  readonly bindings: readonly Variable[];
  readonly interface: KernelInterface;
  /** `main` takes the linear id, image * tiles + tile, rather than a place (path_reduce). */
  readonly flat: boolean;
}
