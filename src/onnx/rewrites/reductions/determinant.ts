import { integers, type NodeWriter, type RewrittenOperator, reshaped, sliced } from '../rewrite.js';

/** A determinant of this many rows is a sum of up to 1260 products a row. */
const MOST_ROWS = 10;

/**
 * Det: the determinants of the matrices [.., rows, rows]. From the last row up, the determinant of the last k rows and of k columns is expanded along its first
 * row: det[S] = sum_t (-1)^t x[S_t] det[S without S_t], for all sets S of k columns at once. Nothing is divided by, so the gradient exists where a determinant is 0.
 * https://onnx.ai/onnx/operators/onnx__Det.html
 */
export const det: RewrittenOperator = {
  since: 11,
  inputs: [1, 1],
  notes: { note: `of at most ${MOST_ROWS} rows` },
  rewrite(node, write) {
    const { name: x, shape } = node.input(0);
    const [rows = 0, size = 0] = shape.slice(-2);
    if (shape.length < 2 || rows !== size || size < 1 || size > MOST_ROWS) throw node.error('det.matrices', { shape, most: MOST_ROWS });
    const outer = shape.slice(0, -2);
    const count = outer.reduce((product, each) => product * each, 1);
    const matrices = reshaped(write, x, [count, size, size]);
    let minors = rowOf(write, matrices, size - 1);
    for (let k = 2; k <= size; k++) {
      const [sets, smaller] = [setsOf(size, k), setsOf(size, k - 1)];
      const columns = sets.flatMap(columnsIn);
      const rest = sets.flatMap((set) => columnsIn(set).map((column) => smaller.indexOf(set & ~(1 << column))));
      const signs = write.addConstant(
        [k],
        Float64Array.from({ length: k }, (_, t) => (t % 2 === 0 ? 1 : -1)),
      );
      const [factors, others] = [
        write.add('Gather', [rowOf(write, matrices, size - k), integers(write, columns)], { axis: 1 }),
        write.add('Gather', [minors, integers(write, rest)], { axis: 1 }),
      ];
      const products = reshaped(write, write.add('Mul', [factors, others]), [count, sets.length, k]);
      minors = write.add('ReduceSum', [write.add('Mul', [products, signs]), integers(write, [2])], { keepdims: 0 });
    }
    return [reshaped(write, minors, outer)];
  },
};

/** A row of each matrix, [matrices, columns]. */
function rowOf(write: NodeWriter, matrices: string, row: number): string {
  const [count = 1, , size = 1] = write.shape(matrices);
  return reshaped(write, sliced(write, matrices, 1, row, row + 1), [count, size]);
}

/** The sets of so many columns, each as the bits of a number. */
function setsOf(size: number, columns: number): number[] {
  return Array.from({ length: 2 ** size }, (_, set) => set).filter((set) => columnsIn(set).length === columns);
}

function columnsIn(set: number): number[] {
  return Array.from({ length: MOST_ROWS }, (_, column) => column).filter((column) => (set & (1 << column)) !== 0);
}
