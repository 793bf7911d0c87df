import type { Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';

/**
 * An operator of shape arithmetic or of the preprocessing of constants. Exporters write such operators into files although their results
 * never depend on the image. They are evaluated once, while the file is read, and have no kernels. Inputs are `node.constant(i)`. Only
 * Shape and Size accept a computed value, of which they read `node.input(0).shape`.
 */
export type FoldOperator = (node: NodeReader) => Tensor;

/** The most elements of a folded constant, unless its inputs have more: a file of a few bytes must not fill the memory. */
export const MAX_FOLDED_ELEMENTS = 2 ** 24;
