import { formatShape, type Shape, sizeOf } from '../tensor/tensor.js';
import { broadcastIndices, broadcastShapes } from './broadcast.js';
import type { Operator } from './operator.js';

export interface GemmAttributes {
  readonly alpha: number;
  readonly beta: number;
  /** 1: the operand is transposed; 0: it is not. */
  readonly transA: 0 | 1;
  readonly transB: 0 | 1;
}

/**
 * Gemm: y = alpha A' B' + beta C, A' being A or its transpose, B' likewise, C stretched to y or absent; dA' = alpha dy transpose(B').
 * B and C must be constants. On a GPU it never arrives: a pass makes Dense of it, which is why only such forms are read that Dense can
 * express: A may be transposed where that moves nothing, and C has no rows of its own unless y has one row only.
 * https://onnx.ai/onnx/operators/onnx__Gemm.html
 */
export const gemm: Operator<GemmAttributes> = {
  read(node) {
    const [a, b] = [node.input(0).shape, node.constant(1).shape];
    const attributes: GemmAttributes = {
      alpha: node.float('alpha', 1),
      beta: node.float('beta', 1),
      transA: node.int('transA', 0) === 0 ? 0 : 1,
      transB: node.int('transB', 0) === 0 ? 0 : 1,
    };
    const [rows, depth] = matrix(a, attributes.transA);
    const [depthOfB, columns] = matrix(b, attributes.transB);
    if (a.length !== 2 || b.length !== 2 || depth !== depthOfB) {
      const forms = `transA ${attributes.transA}, transB ${attributes.transB}`;
      throw node.error(`${formatShape(a)} times ${formatShape(b)} with ${forms} do not fit`, 'two matrices, as many columns as rows');
    }
    if (attributes.transA === 1 && rows > 1 && depth > 1) {
      throw node.error(`transA of ${formatShape(a)}, which is computed from the image`, 'Transpose and MatMul');
    }
    const shape = [rows, columns];
    if (node.inputs[2]) {
      const c = node.constant(2).shape;
      if (broadcastShapes(c, shape)?.join() !== shape.join()) {
        throw node.error(`C of ${formatShape(c)} does not stretch to ${formatShape(shape)}`, 'sizes, from the last axis on, equal or 1');
      }
      if (rows > 1 && c.length === 2 && c[0] !== 1) {
        throw node.error(`C of ${formatShape(c)} differs between the rows of ${formatShape(shape)}`, 'MatMul and Add');
      }
    }
    return { attributes, shape };
  },

  forward({ attributes: { alpha, beta, ...trans }, inputs, shape }) {
    const [a, b, c] = inputs;
    const [rows, columns] = shape as [number, number];
    const depth = matrix(a!.shape, trans.transA)[1];
    const y = new Float64Array(rows * columns);
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          sum += a!.data[at(a!.shape, trans.transA, m, k)]! * b!.data[at(b!.shape, trans.transB, k, n)]!;
        }
        y[m * columns + n] = alpha * sum;
      }
    }
    if (c !== undefined) {
      const ofC = broadcastIndices(c.shape, shape);
      for (let i = 0; i < y.length; i++) y[i]! += beta * c.data[ofC[i]!]!;
    }
    return y;
  },

  backward({ attributes: { alpha, ...trans }, inputs, shape, cotangent }) {
    const [a, b] = inputs;
    const [rows, columns] = shape as [number, number];
    const da = new Float64Array(sizeOf(a!.shape));
    const depth = da.length / rows;
    for (let m = 0; m < rows; m++) {
      for (let k = 0; k < depth; k++) {
        let sum = 0;
        for (let n = 0; n < columns; n++) sum += cotangent[m * columns + n]! * b!.data[at(b!.shape, trans.transB, k, n)]!;
        da[at(a!.shape, trans.transA, m, k)] = alpha * sum;
      }
    }
    return inputs.map((_, position) => (position === 0 ? da : undefined));
  },
};

/** Rows and columns of a matrix or its transpose. */
function matrix([rows, columns]: Shape, transposed: 0 | 1): [number, number] {
  return transposed === 1 ? [columns!, rows!] : [rows!, columns!];
}

/** Where element (row, column) of a matrix or its transpose lies. */
function at([, width]: Shape, transposed: 0 | 1, row: number, column: number): number {
  return transposed === 1 ? column * width! + row : row * width! + column;
}
