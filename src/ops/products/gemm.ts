import { firstOf } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import type { Operator } from '../operator.js';
import { broadcastIndices, broadcastShapes } from '../shared/broadcast.js';

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
  forward({ attributes, inputs, shape }) {
    const [a, b, c] = inputs;
    const y = new Float64Array(sizeOf(shape));
    eachTerm(attributes, a!.shape, b!.shape, (ofY, ofA, ofB) => {
      y[ofY]! += attributes.alpha * a!.data[ofA]! * b!.data[ofB]!;
    });
    if (c !== undefined) {
      broadcastIndices(c.shape, shape).forEach((ofC, ofY) => {
        y[ofY]! += attributes.beta * c.data[ofC]!;
      });
    }
    return y;
  },

  backward({ attributes, inputs, shape, cotangent: dy, wanted }) {
    const [a, b, c] = inputs;
    const cotangents = inputs.map(({ data }, position) => (wanted[position] ? new Float64Array(data.length) : undefined));
    const [da, db, dc] = cotangents;
    eachTerm(attributes, a!.shape, b!.shape, (ofY, ofA, ofB) => {
      if (da) da[ofA]! += attributes.alpha * dy[ofY]! * b!.data[ofB]!;
      if (db) db[ofB]! += attributes.alpha * dy[ofY]! * a!.data[ofA]!;
    });
    if (c && dc) {
      broadcastIndices(c.shape, shape).forEach((ofC, ofY) => {
        dc[ofC]! += attributes.beta * dy[ofY]!;
      });
    }
    return cotangents;
  },
};

/** Calls `visit` with the positions in y, A and B of every term of the product. */
function eachTerm({ transA, transB }: GemmAttributes, a: Shape, b: Shape, visit: (ofY: number, ofA: number, ofB: number) => void): void {
  const [rows, depth] = matrix(a, transA);
  const [, columns] = matrix(b, transB);
  for (let m = 0; m < rows; m++) {
    for (let n = 0; n < columns; n++) {
      for (let k = 0; k < depth; k++) visit(m * columns + n, at(a, transA, m, k), at(b, transB, k, n));
    }
  }
}

/** Rows and columns of a matrix or its transpose. */
function matrix([rows, columns]: Shape, transposed: 0 | 1): [number, number] {
  return transposed === 1 ? [columns!, rows!] : [rows!, columns!];
}

/** Where element (row, column) of a matrix or its transpose lies. */
function at([, width]: Shape, transposed: 0 | 1, row: number, column: number): number {
  return transposed === 1 ? column * width! + row : row * width! + column;
}
