import type { OpType } from '../../ops/index.js';
import { type Lowerings, type LowerNode, lowerOf } from '../compile/lowering.js';

/** Lowers as the operator does, to kernels of less text (Lowering.compact). */
function compact<Op extends OpType>(op: Op): LowerNode<Op> {
  return (lowering) => lowerOf(op)({ ...lowering, compact: true });
}

/**
 * The kernels of the fused plan, where they are not the operators' own. All of a network's kernels are linked into one shader, and the time
 * to compile it grows faster than its length: with the tiles of the layered plan M1 compiled for minutes in SwiftShader, with these for seconds.
 */
export const compactKernels: Lowerings = { Conv: compact('Conv'), ConvTranspose: compact('ConvTranspose') };
