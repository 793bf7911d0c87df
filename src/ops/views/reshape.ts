import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import { view } from './view.js';

/**
 * Reshape: the same elements in C order under the shape of the constant second input, where 0 copies the input's size (unless
 * `allowzero`) and one -1 stands for what remains.
 *
 * Shapes here are those of one sample (src/graph/graph.ts), while the constant's first entry may be the batch size N of the export. That
 * entry becomes 1 in two cases: where the file is known to fix N (`[N, -1]` would otherwise often divide, and be wrong), and where the
 * elements do not fit otherwise. Constants are the same for all samples, so their own shapes stay as they are.
 * https://onnx.ai/onnx/operators/onnx__Reshape.html
 */
export const reshape = view({
  since: 1,
  inputs: [2, 2],
  shape(node) {
    const { shape, constant: folded } = node.input(0);
    const constant = node.constant(1);
    const target = Array.from(constant.data);
    if (constant.shape.length !== 1) {
      throw node.error('reshape.rank', { axes: constant.shape.length });
    }
    if (!target.every((size) => Number.isInteger(size) && size >= -1) || target.filter((size) => size === -1).length > 1) {
      throw node.error('reshape.target', { target });
    }
    const literal = resolve(node, shape, target);
    const [first] = target;
    const single = folded === undefined && first !== undefined && first > 1 ? resolve(node, shape, [1, ...target.slice(1)]) : undefined;
    const fixesBatch = node.batch > 1 && target[0] === node.batch && shape[0] === 1;
    const resolved = fixesBatch ? (single ?? literal) : (literal ?? single);
    if (resolved === undefined) {
      throw node.error('reshape.elements', { target, elements: sizeOf(shape), shape });
    }
    return resolved;
  },
});

/** The target with 0 and -1 replaced by sizes. Undefined where it does not hold as many elements as the input. */
function resolve(node: NodeReader, shape: Shape, target: readonly number[]): number[] | undefined {
  const copies = node.opset < 14 || node.int('allowzero', 0) === 0;
  const sizes = target.map((size, axis) => {
    if (size !== 0 || !copies) {
      return size;
    }
    const copied = shape[axis];
    if (copied === undefined) {
      throw node.error('reshape.copied-axis', { target, axis, shape });
    }
    return copied;
  });
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const resolved = sizes.map((size) => (size === -1 ? sizeOf(shape) / known : size));
  return resolved.every(Number.isInteger) && sizeOf(resolved) === sizeOf(shape) ? resolved : undefined;
}
