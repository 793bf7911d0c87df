import { firstOf, twoOf } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Operator } from '../operator.js';
import { broadcastIndices, broadcastShapes } from '../shared/broadcast.js';
import { addProduct, type MatrixIn, type Target, transposed } from '../shared/product/add_product.js';

export interface GemmAttributes {
  readonly alpha: number;
  readonly beta: number;
  /** 1: the operand is transposed; 0: it is not. */
  readonly transA: 0 | 1;
  readonly transB: 0 | 1;
}

/**
 * Gemm: y = alpha A' B' + beta C. A' is A or its transpose, B' likewise; C is stretched to y, or absent. dA' = alpha dy transpose(B'),
 * dB' = alpha transpose(A') dy, and dC sums beta dy over the elements that C was stretched to. There are no kernels: a pass replaces it by
 * Dense, or by MatMul and Add (src/graph/passes/canonicalise.ts).
 * https://onnx.ai/onnx/operators/onnx__Gemm.html
 */
export const gemm: Operator<GemmAttributes> = {
  since: 1,
  inputs: [2, 3],
  notes: { exact: 'where one operand is constant' },
  multiplyAdds: ({ transA }, inputs, y) => sizeOf(y) * sizeAt(firstOf(inputs), transA ? 0 : 1),
  read(node) {
    const [a, b] = [node.input(0).shape, node.input(1).shape];
    const attributes: GemmAttributes = {
      alpha: node.float('alpha', 1),
      beta: node.float('beta', 1),
      transA: node.int('transA', 0) === 0 ? 0 : 1,
      transB: node.int('transB', 0) === 0 ? 0 : 1,
    };
    const [rows, depth] = matrix(a, attributes.transA);
    const [depthOfB, columns] = matrix(b, attributes.transB);
    if (a.length !== 2 || b.length !== 2 || depth !== depthOfB) {
      throw node.error('gemm.shapes', { a, b, transA: attributes.transA, transB: attributes.transB });
    }
    const shape = [rows, columns];
    const c = node.inputs[2]?.shape;
    if (c !== undefined && broadcastShapes(c, shape)?.join() !== shape.join()) {
      throw node.error('gemm.c', { c, shape });
    }
    return { attributes, shape };
  },

  linear: (_, [a, b]) => !(a && b),
  forward({ attributes: { alpha, beta, transA, transB }, inputs, shape }) {
    const [a, b] = twoOf(inputs);
    const c = inputs[2];
    const [rows, depth] = matrix(a.shape, transA);
    const [, columns] = matrix(b.shape, transB);
    const y = new Float64Array(sizeOf(shape));
    addProduct(
      { rows, columns, depth },
      matrixIn(scaled(a.data, alpha), a.shape, transA),
      matrixIn(b.data, b.shape, transB),
      whole(y, columns),
    );
    if (c !== undefined) {
      broadcastIndices(c.shape, shape).forEach((ofC, ofY) => {
        y[ofY]! += beta * c.data[ofC]!;
      });
    }
    return y;
  },

  backward({ attributes: { alpha, beta, transA, transB }, inputs, shape, cotangent: dy, wanted }) {
    const [a, b] = twoOf(inputs);
    const c = inputs[2];
    const [rows, depth] = matrix(a.shape, transA);
    const [, columns] = matrix(b.shape, transB);
    const cotangents = inputs.map(({ data }, position) => (wanted[position] ? new Float64Array(data.length) : undefined));
    const [da, db, dc] = cotangents;
    const ofY = matrixIn(scaled(dy, alpha), shape, 0);
    // With A in its own order dA = dy' B transposed; with its transpose in the file, dA = B dy transposed. Likewise for B.
    const [ofA, ofB] = [matrixIn(a.data, a.shape, transA), matrixIn(b.data, b.shape, transB)];
    if (da && transA === 0) addProduct({ rows, columns: depth, depth: columns }, ofY, transposed(ofB), whole(da, depth));
    if (da && transA === 1) addProduct({ rows: depth, columns: rows, depth: columns }, ofB, transposed(ofY), whole(da, rows));
    if (db && transB === 0) addProduct({ rows: depth, columns, depth: rows }, transposed(ofA), ofY, whole(db, columns));
    if (db && transB === 1) addProduct({ rows: columns, columns: depth, depth: rows }, transposed(ofY), ofA, whole(db, depth));
    if (c && dc) {
      broadcastIndices(c.shape, shape).forEach((ofC, ofDy) => {
        dc[ofC]! += beta * dy[ofDy]!;
      });
    }
    return cotangents;
  },
};

/** Rows and columns of a matrix or its transpose. */
function matrix([rows, columns]: Shape, transposed: 0 | 1): [number, number] {
  return transposed === 1 ? [columns!, rows!] : [rows!, columns!];
}

/** A matrix that a file holds in this shape, or its transpose. */
function matrixIn(data: Float64Array, [, width]: Shape, isTransposed: 0 | 1): MatrixIn {
  const own = { data, start: 0, row: width!, column: 1 };
  return isTransposed === 1 ? transposed(own) : own;
}

function whole(data: Float64Array, row: number): Target {
  return { data, start: 0, row };
}

function scaled(data: Float64Array, factor: number): Float64Array {
  return factor === 1 ? data : data.map((value) => factor * value);
}
