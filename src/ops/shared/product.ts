/** A matrix within an array: element (r, c) is `data[start + r * row + c * column]`. A transpose has its strides exchanged. */
export interface MatrixIn {
  readonly data: Float64Array;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/** Where a product is added to: its rows are `row` apart, its columns lie side by side. */
export type Target = Omit<MatrixIn, 'column'>;

/** Rows and columns that are computed together: six loads serve eight multiply-adds, and all sums stay in registers. */
const ROWS = 4;
const COLUMNS = 2;

/**
 * y[m, n] += sum_k a[m, k] b[k, n], in float64.
 *
 * V8 does 0.25 billion multiply-adds a second where every sum is loaded and stored, and 0.9 to 1.7 in blocks of sums (64 x 576 x 784 and 16 x 72 x 196).
 */
export function addProduct(
  { rows, columns, depth }: { readonly rows: number; readonly columns: number; readonly depth: number },
  a: MatrixIn,
  b: MatrixIn,
  y: Target,
): void {
  // A few rows are not worth a copy of b.
  if (rows < ROWS && b.column === 1) {
    for (let m = 0; m < rows; m++) addRow(columns, depth, a, b, y, m);
    return;
  }
  const left = a.column === 1 ? a : packed(a, rows, depth);
  const right = b.row === 1 ? b : transposed(packed(transposed(b), columns, depth));
  const wholeRows = rows - (rows % ROWS);
  const wholeColumns = columns - (columns % COLUMNS);
  for (let m = 0; m < wholeRows; m += ROWS) {
    for (let n = 0; n < wholeColumns; n += COLUMNS) addBlock(depth, left, right, y, m, n);
    for (let n = wholeColumns; n < columns; n++) for (let i = m; i < m + ROWS; i++) addElement(depth, left, right, y, i, n);
  }
  for (let m = wholeRows; m < rows; m++) for (let n = 0; n < columns; n++) addElement(depth, left, right, y, m, n);
}

export function transposed({ row, column, ...matrix }: MatrixIn): MatrixIn {
  return { ...matrix, row: column, column: row };
}

/** A copy of a matrix whose rows are contiguous. */
function packed({ data, start, row, column }: MatrixIn, rows: number, columns: number): MatrixIn {
  const copy = new Float64Array(rows * columns);
  for (let r = 0, at = 0; r < rows; r++) {
    for (let c = 0, from = start + r * row; c < columns; c++, from += column) copy[at++] = data[from]!;
  }
  return { data: copy, start: 0, row: columns, column: 1 };
}

/** A row of y, by rows of b. */
function addRow(columns: number, depth: number, left: MatrixIn, right: MatrixIn, y: Target, m: number): void {
  const a = left.data;
  const b = right.data;
  const into = y.data;
  const first = y.start + m * y.row;
  for (let k = 0; k < depth; k++) {
    const factor = a[left.start + m * left.row + k * left.column]!;
    const from = right.start + k * right.row;
    for (let n = 0; n < columns; n++) into[first + n]! += factor * b[from + n]!;
  }
}

/** ROWS x COLUMNS elements of y, from (m, n) on. Each sum is a variable of its own: V8 takes five times as long with arrays of them. */
function addBlock(depth: number, left: MatrixIn, right: MatrixIn, y: Target, m: number, n: number): void {
  const a = left.data;
  const b = right.data;
  const i0 = left.start + m * left.row;
  const i1 = i0 + left.row;
  const i2 = i1 + left.row;
  const i3 = i2 + left.row;
  const j0 = right.start + n * right.column;
  const j1 = j0 + right.column;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = 0; k < depth; k++) {
    const b0 = b[j0 + k]!;
    const b1 = b[j1 + k]!;
    const a0 = a[i0 + k]!;
    const a1 = a[i1 + k]!;
    const a2 = a[i2 + k]!;
    const a3 = a[i3 + k]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s30 += a3 * b0;
    s31 += a3 * b1;
  }
  const { data, start, row } = y;
  const at = start + m * row + n;
  data[at]! += s00;
  data[at + 1]! += s01;
  data[at + row]! += s10;
  data[at + row + 1]! += s11;
  data[at + 2 * row]! += s20;
  data[at + 2 * row + 1]! += s21;
  data[at + 3 * row]! += s30;
  data[at + 3 * row + 1]! += s31;
}

function addElement(depth: number, left: MatrixIn, right: MatrixIn, y: Target, m: number, n: number): void {
  const a = left.data;
  const b = right.data;
  const i = left.start + m * left.row;
  const j = right.start + n * right.column;
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += a[i + k]! * b[j + k]!;
  y.data[y.start + m * y.row + n]! += sum;
}
