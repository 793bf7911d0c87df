import type { Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';

/**
 * An operator of shape arithmetic and of the preprocessing of constants, which exporters write into files although its result never
 * depends on the image: it is evaluated once, while the file is read, and has no kernels. Inputs are `node.constant(i)`; only Shape and
 * Size take a computed value, of which they read `node.input(0).shape`.
 */
export type FoldOperator = (node: NodeReader) => Tensor;

/** More elements than a folded constant may have unless its inputs have that many: a file of a few bytes must not fill the memory. */
export const MAX_FOLDED_ELEMENTS = 2 ** 24;
