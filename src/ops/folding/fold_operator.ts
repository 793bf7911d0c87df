import type { Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';

/**
 * An operator of shape arithmetic or of the preprocessing of constants. Exporters write such operators into files although their results
 * never depend on the image. They are evaluated once, while the file is read, and have no kernels. Inputs are `node.constant(i)`. Only
 * Shape and Size accept a computed value, of which they read `node.input(0).shape`.
 */
export type FoldOperator = (node: NodeReader) => Folding;

/**
 * A constant that is known but not made yet. A file of a few bytes can ask for any amount of work, so `fold` first compares what the
 * constant costs with what is left of the file's budget (src/onnx/folding_budget.ts).
 */
export interface Folding extends Omit<Tensor, 'data'> {
  /** Operations beyond one for each element of the node's constants and of the result. None by default. */
  readonly operations?: number;
  make(): Tensor['data'];
}
