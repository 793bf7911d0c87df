import { itemAt } from '../../../tensor/items.js';
import { partAt } from '../../maps.js';

/** A vector that still turns by more than this has not settled. Turns that are slower than this belong to components of the same size. */
const SETTLED = 1e-13;
const MOST_ROUNDS = 20_000;

/**
 * The projection of each column of a matrix [rows][columns], whose rows have the mean 0, onto the first principal component: sigma_1 times the first
 * right singular vector, [columns]. Its sign is arbitrary. By power iteration with the products of rows, or of columns where they are fewer.
 */
export function firstComponent(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const byRows = rows <= columns;
  const size = byRows ? rows : columns;
  const vectors = Array.from({ length: size }, (_, index) => (byRows ? partAt(matrix, index, columns) : columnOf(matrix, index, columns)));
  const products = vectors.map((one) => Float64Array.from(vectors, (other) => dot(one, other)));
  // The longest vector's own products are not orthogonal to the first component, unless all of its component is 0.
  const longest = products.reduce((best, own, index) => (itemAt(own, index) > itemAt(itemAt(products, best), best) ? index : best), 0);
  let vector = normalised(itemAt(products, longest));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = normalised(Float64Array.from(products, (own) => dot(own, vector)));
    const turn = next.reduce((most, value, index) => Math.max(most, Math.abs(value - itemAt(vector, index))), 0);
    vector = next;
    if (turn <= SETTLED) break;
  }
  const projected = (column: number) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += itemAt(vector, row) * itemAt(matrix, row * columns + column);
    return sum;
  };
  if (byRows) return Float64Array.from({ length: columns }, (_, column) => projected(column));
  const spread = Math.sqrt(
    dot(
      vector,
      Float64Array.from(products, (own) => dot(own, vector)),
    ),
  );
  return vector.map((value) => spread * value);
}

function columnOf(matrix: Float64Array, column: number, columns: number): Float64Array {
  return matrix.filter((_, index) => index % columns === column);
}

/** Of length 1; the zero vector as it is. */
function normalised(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += itemAt(a, i) * itemAt(b, i);
  return sum;
}
