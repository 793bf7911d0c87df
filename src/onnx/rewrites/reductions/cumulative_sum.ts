import { resolveAxis } from '../../../ops/shared/axes.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { integers, type NodeWriter, type RewrittenOperator, reshaped, sliced, transposed } from '../rewrite.js';

interface Direction {
  /** Whether an element is not part of its own sum. */
  readonly exclusive: boolean;
  /** Whether an element's sum is that of those after it. */
  readonly reverse: boolean;
}

/**
 * CumSum: a product with a triangle of ones. A long axis is cut into blocks: the sums within each, and the sums of the blocks before it. So an
 * axis of n elements takes some 128 n multiply-adds, and not n^2. https://onnx.ai/onnx/operators/onnx__CumSum.html
 */
export const cumSum: RewrittenOperator = {
  since: 11,
  inputs: [2, 2],
  attributes: ['exclusive', 'reverse'],
  notes: { note: 'the axis constant' },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const axis = resolveAxis(node, itemAt(node.constant(1).data, 0), shape.length);
    const direction = { exclusive: node.int('exclusive', 0) === 1, reverse: node.int('reverse', 0) === 1 };
    const last = shape.length - 1;
    const swap = shape.map((_, k) => (k === axis ? last : k === last ? axis : k));
    const turned = transposed(write, x, swap);
    const own = write.shape(turned);
    const size = itemAt(shape, axis);
    const sums = sumsOfRows(write, reshaped(write, turned, [sizeOf(own) / size, size]), direction);
    return [transposed(write, reshaped(write, sums, own), swap)];
  },
};

/** The longest row that is summed by one product. */
const BLOCK = 128;

/** The sums along the rows of a matrix. */
function sumsOfRows(write: NodeWriter, x: string, direction: Direction): string {
  const [rows = 1, size = 1] = write.shape(x);
  if (size <= BLOCK) return write.add('MatMul', [x, triangle(write, size, direction)]);
  const blocks = Math.ceil(size / BLOCK);
  const padded = write.add('Pad', [x, integers(write, [0, 0, 0, blocks * BLOCK - size])]);
  const cut = reshaped(write, padded, [rows, blocks, BLOCK]);
  const inside = write.add('MatMul', [cut, triangle(write, BLOCK, direction)]);
  const wholes = write.add('ReduceSum', [cut, integers(write, [2])], { keepdims: 0 });
  const before = sumsOfRows(write, wholes, { ...direction, exclusive: true });
  const sums = write.add('Add', [inside, reshaped(write, before, [rows, blocks, 1])]);
  return sliced(write, reshaped(write, sums, [rows, blocks * BLOCK]), 1, 0, size);
}

/** Ones where element (row) counts in the sum (column). */
function triangle(write: NodeWriter, size: number, { exclusive, reverse }: Direction): string {
  const ones = new Float32Array(size * size);
  for (let element = 0; element < size; element++) {
    for (let sum = 0; sum < size; sum++) {
      const ahead = reverse ? element - sum : sum - element;
      ones[element * size + sum] = Number(exclusive ? ahead > 0 : ahead >= 0);
    }
  }
  return write.addConstant([size, size], ones);
}
