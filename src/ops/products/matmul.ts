import { firstOf, itemAt, twoOf } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Binding, Dispatch, Lowered, Lowering, Operator } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { broadcastIndices, broadcastShapes } from '../shared/broadcast.js';
import { addProduct } from '../shared/product/add_product.js';

/**
 * MatMul: y = a b, with matrices in the last two axes and batches of them in the others, which broadcast. A vector is a row on the left and
 * a column on the right, and y lacks that axis. da = dy transpose(b) and db = transpose(a) dy. The cotangent of a matrix that was stretched
 * over the batch is the sum over all its products.
 * https://onnx.ai/onnx/operators/onnx__MatMul.html
 */
export const matMul: Operator = {
  since: 1,
  inputs: [2, 2],
  notes: { exact: 'where one operand is constant' },
  multiplyAdds: (_, inputs, y) => sizeOf(y) * sizeAt(firstOf(inputs), -1),
  foldingWork: (_, inputs, y) => sizeOf(y) * sizeAt(firstOf(inputs), -1) + WORK_A_PAIR * sizeOf(y.slice(0, -2)),
  read(node) {
    const [a, b] = [node.input(0).shape, node.input(1).shape];
    const product = productOf(a, b);
    if (product === undefined) {
      throw node.error('matmul.shapes', { a, b });
    }
    const rows = a.length === 1 ? [] : [product.rows];
    const columns = b.length === 1 ? [] : [product.columns];
    return { attributes: {}, shape: [...product.batch, ...rows, ...columns] };
  },

  linear: (_, [a, b]) => !(a && b),
  forward({ inputs, shape }) {
    const [a, b] = twoOf(inputs);
    const { rows, columns, depth, pairs } = checkedProductOf(a.shape, b.shape);
    const y = new Float64Array(sizeOf(shape));
    pairs.forEach(([left, right], t) => {
      const ofA = { data: a.data, start: left * rows * depth, row: depth, column: 1 };
      const ofB = { data: b.data, start: right * depth * columns, row: columns, column: 1 };
      addProduct({ rows, columns, depth }, ofA, ofB, { data: y, start: t * rows * columns, row: columns });
    });
    return y;
  },

  backward({ inputs, cotangent: dy, wanted }) {
    const [a, b] = twoOf(inputs);
    const { rows, columns, depth, pairs } = checkedProductOf(a.shape, b.shape);
    const da = new Float64Array(wanted[0] ? a.data.length : 0);
    const db = new Float64Array(wanted[1] ? b.data.length : 0);
    pairs.forEach(([left, right], t) => {
      const [startA, startB, start] = [left * rows * depth, right * depth * columns, t * rows * columns];
      const ofY = { data: dy, start, row: columns, column: 1 };
      const transposedA = { data: a.data, start: startA, row: 1, column: depth };
      const transposedB = { data: b.data, start: startB, row: 1, column: columns };
      if (wanted[0]) addProduct({ rows, columns: depth, depth: columns }, ofY, transposedB, { data: da, start: startA, row: depth });
      if (wanted[1]) addProduct({ rows: depth, columns, depth: rows }, transposedA, ofY, { data: db, start: startB, row: columns });
    });
    return [wanted[0] ? da : undefined, wanted[1] ? db : undefined];
  },

  lower({ inputs, output }: Lowering<unknown>): Lowered {
    const [a, b] = twoOf(inputs);
    const { rows, columns, depth, pairs } = checkedProductOf(a.shape, b.shape);
    const [y, dy] = [value(output.name), cotangent(output.name)];
    const ofA: Matrices = { count: sizeOf(a.shape) / (rows * depth), rows, columns: depth };
    const ofB: Matrices = { count: sizeOf(b.shape) / (depth * columns), rows: depth, columns };
    const ofY: Matrices = { count: pairs.length, rows, columns };
    return {
      forward: [
        dispatch(
          value(a.name),
          ofA,
          value(b.name),
          ofB,
          y,
          ofY,
          pairs.map((pair) => [pair]),
        ),
      ],
      backward: [
        dispatch(
          dy,
          ofY,
          value(b.name),
          transposed(ofB),
          cotangent(a.name),
          ofA,
          gather(ofA.count, pairs, ([left, right], t) => [left, [t, right]]),
        ),
        dispatch(
          value(a.name),
          transposed(ofA),
          dy,
          ofY,
          cotangent(b.name),
          ofB,
          gather(ofB.count, pairs, ([left, right], t) => [right, [left, t]]),
        ),
      ],
    };
  },
};

/**
 * How shaders/products/matmul.wgsl cuts a product. A load costs as much as 30 multiply-adds on the software adapter
 * (src/ops/products/dense.ts), and the registers of a GPU hold 32 sums. The products of values of ViT-Ti/16 with four samples took, in
 * seconds: 2 x 4 with one step in the loop's body 7.0, 4 x 4 with four steps 6.5, 8 x 4 with four steps 5.1, 8 x 8 with one or two steps
 * 4.8 and 5.0.
 */
const TILE = { ROWS: 8, COLUMNS: 4, UNROLL: 4 };

/** What listing a pair costs in multiply-adds: mostly memory. */
const WORK_A_PAIR = 64;

/** The numbers of the left and the right matrix that are multiplied. */
type Pair = readonly [left: number, right: number];

interface Product {
  readonly batch: Shape;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** How two shapes multiply. Undefined where they do not. */
function productOf(a: Shape, b: Shape): Product | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const [rows, depth] = a.length === 1 ? [1, sizeAt(a, 0)] : [sizeAt(a, -2), sizeAt(a, -1)];
  const [depthOfB, columns] = b.length === 1 ? [sizeAt(b, 0), 1] : [sizeAt(b, -2), sizeAt(b, -1)];
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  if (depth !== depthOfB || batch === undefined) return undefined;
  return { batch, rows, columns, depth };
}

/** How two shapes multiply that were read before, with a pair for each matrix of y. Throws where they do not: a defect. */
function checkedProductOf(a: Shape, b: Shape): Product & { readonly pairs: readonly Pair[] } {
  const product = productOf(a, b);
  if (product === undefined) throw new Error(`no product of ${a.join('x')} and ${b.join('x')}`);
  const ofA = broadcastIndices(a.slice(0, -2), product.batch);
  const ofB = broadcastIndices(b.slice(0, -2), product.batch);
  return { ...product, pairs: Array.from(ofA, (left, t): Pair => [left, itemAt(ofB, t)]) };
}

/** The matrices in a tensor, or with `transposed` their transposes. */
interface Matrices {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly transposed?: boolean;
}

function transposed({ count, rows, columns }: Matrices): Matrices {
  return { count, rows: columns, columns: rows, transposed: true };
}

/** Elements from one row to the next, and from one column to the next. */
function stridesOf({ rows, columns, transposed = false }: Matrices): [number, number] {
  return transposed ? [1, rows] : [columns, 1];
}

/** For each of `count` matrices, the pairs whose products make up its cotangent. `term` gives the matrix and the pair of product t. */
function gather(count: number, pairs: readonly Pair[], term: (pair: Pair, t: number) => readonly [number, Pair]): Pair[][] {
  const terms = Array.from({ length: count }, (): Pair[] => []);
  pairs.forEach((pair, t) => {
    const [matrix, factors] = term(pair, t);
    itemAt(terms, matrix).push(factors);
  });
  return terms;
}

/** result = sum of left * right over the terms of every matrix of the result. */
function dispatch(
  left: Binding,
  ofLeft: Matrices,
  right: Binding,
  ofRight: Matrices,
  result: Binding,
  { count, rows, columns }: Matrices,
  terms: readonly (readonly Pair[])[],
): Dispatch {
  const [leftRow, leftDepth] = stridesOf(ofLeft);
  const [rightDepth, rightColumn] = stridesOf(ofRight);
  const leftMatrix = ofLeft.rows * ofLeft.columns;
  const rightMatrix = ofRight.rows * ofRight.columns;
  const tiles = count * Math.ceil(rows / TILE.ROWS) * Math.ceil(columns / TILE.COLUMNS);
  return {
    kernel: 'matmul',
    bindings: [left, right, { kind: 'constant', data: Uint32Array.from(terms.flat(2)) }, result],
    parameters: {
      rows,
      columns,
      depth: ofLeft.columns,
      terms: firstOf(terms).length,
      left_elements: ofLeft.count * leftMatrix,
      left_matrix: leftMatrix,
      left_row: leftRow,
      left_depth: leftDepth,
      right_elements: ofRight.count * rightMatrix,
      right_matrix: rightMatrix,
      right_depth: rightDepth,
      right_column: rightColumn,
    },
    constants: TILE,
    tiles,
    workgroups: {
      shares: 'values',
      kernel: 'matmul_workgroup',
      constants: { LEFT_ALONG_DEPTH: Number(leftDepth === 1), RIGHT_ALONG_DEPTH: Number(rightDepth === 1) },
      parts: count,
      outputs: rows,
      places: columns,
      depth: ofLeft.columns * firstOf(terms).length,
    },
    multiplyAdds: TILE.ROWS * TILE.COLUMNS * tiles * firstOf(terms).length * ofLeft.columns,
  };
}
