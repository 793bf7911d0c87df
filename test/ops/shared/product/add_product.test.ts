import { describe, expect, test } from 'vitest';
import { addPlacedProduct, addProduct, type MatrixIn, places, transposed } from '../../../../src/ops/shared/product/add_product.js';
import { itemAt } from '../../../../src/tensor/items.js';

/** Numbers of one digit: their sums are exact in any order. */
function numbers(size: number, salt: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => ((i * 7919 + salt * 104729) % 19) - 9);
}

function matrix(rows: number, columns: number, salt: number): MatrixIn {
  return { data: numbers(3 + rows * (columns + 2), salt), start: 3, row: columns + 2, column: 1 };
}

const at = ({ data, start, row, column }: MatrixIn, r: number, c: number): number => itemAt(data, start + r * row + c * column);

describe('addProduct adds a b to y, and writes nothing else', () => {
  test.each([
    { rows: 1, depth: 5, columns: 7 },
    { rows: 3, depth: 1, columns: 1 },
    { rows: 4, depth: 1, columns: 1 },
    { rows: 5, depth: 3, columns: 6 },
    { rows: 67, depth: 9, columns: 3 },
    { rows: 6, depth: 259, columns: 9 },
    { rows: 66, depth: 2, columns: 258 },
  ])('$rows x $depth x $columns, with each matrix in either order', ({ rows, depth, columns }) => {
    for (const a of [matrix(rows, depth, 1), transposed(matrix(depth, rows, 2))]) {
      for (const b of [matrix(depth, columns, 3), transposed(matrix(columns, depth, 4))]) {
        const data = numbers(2 + rows * (columns + 1), 5);
        const y = { data: data.slice(), start: 2, row: columns + 1 };
        addProduct({ rows, depth, columns }, a, b, y);
        for (let m = 0; m < rows; m++) {
          for (let n = 0; n < columns; n++) {
            for (let k = 0; k < depth; k++) data[y.start + m * y.row + n]! += at(a, m, k) * at(b, k, n);
          }
        }
        expect(data.findIndex((value, i) => value !== y.data[i])).toBe(-1);
      }
    }
  });
});

test('addPlacedProduct adds all elements of y that lie in one place', () => {
  const y = new Float64Array(6);
  const a = { data: Float64Array.of(1, 2, 3, 4, 5), rows: places(0, 1, 5), columns: places(0, 1, 1) };
  const b = { data: Float64Array.of(10, 100), rows: places(0, 1, 1), columns: places(0, 1, 2) };
  addPlacedProduct(a, b, { data: y, rows: places(0, 1, 5), columns: places(0, 1, 2) });
  expect([...y]).toEqual([10, 120, 230, 340, 450, 500]);
});
