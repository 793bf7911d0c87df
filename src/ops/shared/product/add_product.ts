import { PANEL, type PanelProduct, plainProduct, wasmProduct } from './panel_product.js';

/** A matrix within an array: element (r, c) is `data[start + r * row + c * column]`. A transpose has its strides exchanged. */
export interface MatrixIn {
  readonly data: Float64Array;
  readonly start: number;
  readonly row: number;
  readonly column: number;
}

/** Where a product is added to: its rows are `row` apart, its columns lie side by side. */
export type Target = Omit<MatrixIn, 'column'>;

/** A matrix whose rows and columns lie anywhere in an array: element (r, c) is `data[rows[r] + columns[c]]`. */
export interface PlacedMatrix {
  readonly data: Float64Array;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/**
 * What is packed together: half a megabyte of the right matrix, which a core's second cache holds, and panels of the left one that the first holds.
 * V8 did 1.9 billion multiply-adds a second in plain loops and 7.4 in WebAssembly (64 x 576 x 784).
 */
const DEPTH = 256;
const COLUMNS = 256;
const ROWS = 64;

let kernel: PanelProduct | undefined;

/** y[m, n] += sum_k a[m, k] b[k, n], in float64. */
export function addProduct(size: ProductSize, a: MatrixIn, b: MatrixIn, y: Target): void {
  const { rows, columns, depth } = size;
  // A few rows are not worth a copy of b.
  if (rows < PANEL) {
    for (let m = 0; m < rows; m++) (b.column === 1 ? addRow : addScalarProducts)(size, a, b, y, m);
    return;
  }
  const placed = ({ data, start, row, column }: MatrixIn, height: number, width: number) => ({
    data,
    rows: places(start, row, height),
    columns: places(0, column, width),
  });
  addPlacedProduct(placed(a, rows, depth), placed(b, depth, columns), placed({ ...y, column: 1 }, rows, columns));
}

/** The same for matrices that lie anywhere. Elements of y may lie in one place: it then gets the sum of them. */
export function addPlacedProduct(a: PlacedMatrix, b: PlacedMatrix, y: PlacedMatrix): void {
  kernel ??= wasmProduct() ?? plainProduct();
  const [height, width, length] = [a.rows.length, b.columns.length, b.rows.length];
  const most = { depth: Math.min(DEPTH, length), rows: Math.min(ROWS, whole(height)), columns: Math.min(COLUMNS, whole(width)) };
  const left = 0;
  const right = left + most.rows * most.depth;
  const sums = right + most.columns * most.depth;
  const panels = kernel.room(sums + PANEL * most.columns);
  for (let k = 0; k < length; k += DEPTH) {
    const [across, down] = [a.columns.subarray(k, k + DEPTH), b.rows.subarray(k, k + DEPTH)];
    for (let n = 0; n < width; n += COLUMNS) {
      const [columns, targets] = [b.columns.subarray(n, n + COLUMNS), y.columns.subarray(n, n + COLUMNS)];
      pack(panels, right, b.data, columns, down);
      for (let m = 0; m < height; m += ROWS) {
        pack(panels, left, a.data, a.rows.subarray(m, m + ROWS), across);
        const rows = y.rows.subarray(m, m + ROWS);
        for (let row = 0; row < rows.length; row += PANEL) {
          const size = { panels: Math.ceil(columns.length / PANEL), depth: down.length };
          kernel.multiply(size, left + row * down.length, right, sums);
          const end = Math.min(rows.length, row + PANEL);
          for (let r = row; r < end; r++) addSums(panels, sums + (r - row) * PANEL, y.data, rows[r]!, targets);
        }
      }
    }
  }
}

/** `count` places, `step` apart. */
export function places(start: number, step: number, count: number): Int32Array {
  const found = new Int32Array(count);
  for (let i = 0, place = start; i < count; i++, place += step) found[i] = place;
  return found;
}

export function transposed({ row, column, ...matrix }: MatrixIn): MatrixIn {
  return { ...matrix, row: column, column: row };
}

function whole(size: number): number {
  return Math.ceil(size / PANEL) * PANEL;
}

/**
 * Packs rows of the left matrix into panels, or columns of the right one: `lines` and `steps` say where its lines and the elements of a line lie.
 * Lines that are missing in the last panel repeat another.
 */
function pack(panels: Float64Array, at: number, data: Float64Array, lines: Int32Array, steps: Int32Array): void {
  const last = lines.length - 1;
  for (let line = 0, to = at; line <= last; line += PANEL) {
    const l0 = lines[line]!;
    const l1 = lines[Math.min(last, line + 1)]!;
    const l2 = lines[Math.min(last, line + 2)]!;
    const l3 = lines[Math.min(last, line + 3)]!;
    for (let k = 0; k < steps.length; k++, to += PANEL) {
      const step = steps[k]!;
      panels[to] = data[l0 + step]!;
      panels[to + 1] = data[l1 + step]!;
      panels[to + 2] = data[l2 + step]!;
      panels[to + 3] = data[l3 + step]!;
    }
  }
}

/** Adds a row of the panels' sums, from `from` on, to the elements of y that lie at `row` + one of `columns`. */
function addSums(panels: Float64Array, from: number, data: Float64Array, row: number, columns: Int32Array): void {
  const last = columns.length - (columns.length % PANEL);
  let at = from;
  for (let c = 0; c < last; c += PANEL, at += PANEL * PANEL) {
    data[row + columns[c]!]! += panels[at]!;
    data[row + columns[c + 1]!]! += panels[at + 1]!;
    data[row + columns[c + 2]!]! += panels[at + 2]!;
    data[row + columns[c + 3]!]! += panels[at + 3]!;
  }
  for (let c = last; c < columns.length; c++) data[row + columns[c]!]! += panels[at + c - last]!;
}

/** A row of y, by rows of b. */
function addRow({ columns, depth }: ProductSize, left: MatrixIn, right: MatrixIn, y: Target, m: number): void {
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

/** A row of y, by scalar products of a's row with b's columns. */
function addScalarProducts({ columns, depth }: ProductSize, left: MatrixIn, right: MatrixIn, y: Target, m: number): void {
  const a = left.data;
  const b = right.data;
  for (let n = 0; n < columns; n++) {
    let sum = 0;
    let i = left.start + m * left.row;
    let j = right.start + n * right.column;
    for (let k = 0; k < depth; k++, i += left.column, j += right.row) sum += a[i]! * b[j]!;
    y.data[y.start + m * y.row + n]! += sum;
  }
}
