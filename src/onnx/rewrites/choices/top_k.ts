import type { NodeReader } from '../../../ops/node_reader.js';
import { resolveAxis } from '../../../ops/shared/axes.js';
import { itemAt } from '../../../tensor/items.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { FLOAT, integers, type NodeWriter, type RewrittenOperator, reshaped, transposed } from '../rewrite.js';
import { placeOfExtremum, positionsAlong } from './arg_extremum.js';
import { diagonals } from './one_hot.js';

/**
 * TopK: the k largest (or smallest) elements along an axis, in order, and their places, of equal elements the first. The gradient of a value goes
 * to the element that was taken; none flows through the places. https://onnx.ai/onnx/operators/onnx__TopK.html
 */
export const topK: RewrittenOperator = {
  since: 1,
  inputs: [1, 2],
  outputs: 2,
  attributes: ['axis', 'k', 'largest', 'sorted'],
  notes: { note: 'k constant; at the very end of a network it is taken off' },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const axis = resolveAxis(node, node.int('axis', -1), shape.length);
    const count = countOf(node, itemAt(shape, axis));
    const largest = node.opset < 11 || node.int('largest', 1) !== 0;
    const last = shape.length - 1;
    const swap = shape.map((_, k) => (k === axis ? last : k === last ? axis : k));
    const turned = transposed(write, x, swap);
    const own = write.shape(turned);
    const size = itemAt(shape, axis);
    const rows = reshaped(write, turned, [sizeOf(own) / size, size]);
    const { values, places } =
      size > MOST_PAIRED && count <= MOST_ROUNDS ? byRounds(write, rows, count, largest) : byRanks(write, rows, count, largest);
    return [values, places].map((name) => transposed(write, reshaped(write, name, [...own.slice(0, -1), count]), swap));
  },
};

function countOf(node: NodeReader, size: number): number {
  const count = node.opset < 10 ? node.int('k') : itemAt(node.constant(1).data, 0);
  if (!Number.isInteger(count) || count < 1 || count > size) throw node.error('top-k.count', { k: count, size });
  return count;
}

/** Up to this length of a row all pairs of its elements are compared. */
const MOST_PAIRED = 128;
/** The most elements of a longer row that are taken one after the other. */
const MOST_ROUNDS = 16;

interface Taken {
  /** [rows, count] each. */
  readonly values: string;
  readonly places: string;
}

/** Takes the first of the largest elements, then the next among the others. */
function byRounds(write: NodeWriter, rows: string, count: number, largest: boolean): Taken {
  const [, size = 1] = write.shape(rows);
  const op = largest ? 'ReduceMax' : 'ReduceMin';
  const gone = write.addConstant([], Float64Array.of(largest ? -GONE : GONE));
  const all = positionsAlong(write, 1, size, 2);
  let left = rows;
  const taken = Array.from({ length: count }, () => {
    const value = write.add(op, [left, integers(write, [1])]);
    const place = placeOfExtremum(write, op, left, 1, false);
    left = write.add('Where', [write.add('Equal', [all, place]), gone, left]);
    return { value, place };
  });
  return {
    values: write.add(
      'Concat',
      taken.map(({ value }) => value),
      { axis: 1 },
    ),
    places: write.add(
      'Concat',
      taken.map(({ place }) => place),
      { axis: 1 },
    ),
  };
}

/** Beyond all numbers of a network, and within those of float32. */
const GONE = 2 ** 127;

/** Counts for every element the ones that come before it. The result of rank r is the sum of all elements times whether their rank is r. */
function byRanks(write: NodeWriter, rows: string, count: number, largest: boolean): Taken {
  const [lines = 1, size = 1] = write.shape(rows);
  const [own, other] = [reshaped(write, rows, [lines, size, 1]), reshaped(write, rows, [lines, 1, size])];
  // Of equal elements the one in front comes first. Element [i, j] says whether element j comes before element i.
  const [strict, equal] = (largest ? ['Greater', 'GreaterOrEqual'] : ['Less', 'LessOrEqual']).map((op) => write.add(op, [other, own]));
  const before = write.add('Where', [diagonals(write, size, size, (ahead) => ahead < 0), equal, strict]);
  const ranks = write.add('ReduceSum', [write.add('Cast', [before], { to: FLOAT }), integers(write, [2])], { keepdims: 0 });
  const wanted = positionsAlong(write, 1, count, 3);
  const chosen = write.add('Cast', [write.add('Equal', [wanted, reshaped(write, ranks, [lines, 1, size])])], { to: FLOAT });
  const pick = (column: string) => reshaped(write, write.add('MatMul', [chosen, column]), [lines, count]);
  const places = write.addConstant(
    [size, 1],
    new Float64Array(size).map((_, place) => place),
  );
  return { values: pick(own), places: write.add('Cast', [pick(places)], { to: INTEGER }) };
}

/** The number of int64 in files. */
const INTEGER = 7;
