import { itemAt } from '../../tensor/items.js';
import { sizeAt } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import type { Operator } from '../operator.js';
import { resolveAxis } from '../shared/axes.js';
import { integersAt } from '../views/view.js';
import { movement } from './movement.js';

export interface SplitAttributes {
  readonly axis: number;
  /** Where this output begins along the axis. */
  readonly begin: number;
}

/**
 * One output of Split: y = x[begin], x[begin + 1], ... along the axis; dx is dy there and 0 elsewhere. The importer makes a node of each
 * output that is read. Sizes are an attribute up to opset 12 and a constant input from 13 on. Without them the parts are equal, except the
 * last one from opset 18 on.
 * https://onnx.ai/onnx/operators/onnx__Split.html
 */
export const split: Operator<SplitAttributes> = {
  ...movement<SplitAttributes>({
    since: 1,
    inputs: [1, 2],
    outputs: Number.POSITIVE_INFINITY,
    read(node) {
      const { shape } = node.input(0);
      const axis = resolveAxis(node, node.int('axis', 0), shape.length);
      const sizes = readSizes(node, sizeAt(shape, axis));
      const begin = sizes.slice(0, node.output).reduce((sum, size) => sum + size, 0);
      return {
        attributes: { axis, begin },
        shape: shape.map((size, k) => (k === axis ? itemAt(sizes, node.output) : size)),
        inputs: [0],
      };
    },
    moves: ({ axis, begin }, x, y) => ({
      sizes: x,
      axes: y.map((count, k) => ({ count, from: k, begin: k === axis ? begin : 0 })),
    }),
  }),
  several: true,
};

/** The size of every output. */
function readSizes(node: NodeReader, size: number): readonly number[] {
  const given = integersAt(node, 'split', 1, 13);
  if (given !== undefined) {
    if (
      given.length !== node.outputs ||
      given.some((part) => !Number.isInteger(part) || part < 0) ||
      given.reduce((sum, part) => sum + part, 0) !== size
    ) {
      throw node.error('split.sizes', { size, sizes: given, outputs: node.outputs });
    }
    return given;
  }
  const count = node.opset < 18 ? node.outputs : node.int('num_outputs', node.outputs);
  const part = Math.ceil(size / count);
  const last = size - (count - 1) * part;
  if (count !== node.outputs || last < 0 || (node.opset < 18 && last !== part)) {
    throw node.error('split.parts', { size, parts: count, outputs: node.outputs, equal: node.opset < 18 });
  }
  return Array.from({ length: count }, (_, k) => (k === count - 1 ? last : part));
}
