import { sizeOf } from '../tensor/tensor.js';
import { cotangent, value } from './binary.js';
import type { Binding, Dispatch, Lowered, Lowering, Operator } from './operator.js';

/** Outputs that one invocation of shaders/dense.wgsl computes. */
const TILE = 16;

/**
 * Dense (internal): y[m, n] = b[n] + sum_k x[m, k] w[k, n], m running over all axes of x but the last; dx[m, k] = sum_n dy[m, n] w[k, n].
 * Inputs (x, w, b), w and b constants, b optional. Passes make it of Gemm and of MatMul with a constant on the right; no file holds it.
 */
export const dense: Operator = {
  read(node) {
    throw node.error('is no operator of a file', 'it is made inside Pathlight');
  },

  linear: () => true,
  forward({ inputs, shape }) {
    const [x, weights, bias] = inputs;
    const [depth, outputs] = weights!.shape as [number, number];
    const y = new Float64Array(sizeOf(shape));
    for (let m = 0; m < y.length / outputs; m++) {
      const row = y.subarray(m * outputs, (m + 1) * outputs);
      if (bias) row.set(bias.data);
      for (let k = 0; k < depth; k++) {
        const element = x!.data[m * depth + k]!;
        for (let n = 0; n < outputs; n++) row[n]! += element * weights!.data[k * outputs + n]!;
      }
    }
    return y;
  },

  backward({ inputs, cotangent: dy }) {
    const [x, weights] = inputs;
    const [depth, outputs] = weights!.shape as [number, number];
    const dx = x!.data.map((_, i) => {
      const row = Math.floor(i / depth) * outputs;
      const column = (i % depth) * outputs;
      let sum = 0;
      for (let n = 0; n < outputs; n++) sum += dy[row + n]! * weights!.data[column + n]!;
      return sum;
    });
    return inputs.map((_, position) => (position === 0 ? dx : undefined));
  },

  lower({ inputs, output }: Lowering<unknown>): Lowered {
    const [x, weights, bias] = inputs;
    const [depth, outputs] = weights!.shape as [number, number];
    const rows = sizeOf(output.shape) / outputs;
    const w = weights!.constant!.data;
    const b = bias?.constant?.data;
    return {
      forward: [
        product(
          value(x!.name),
          rows,
          depth,
          outputs,
          (k, n) => w[k * outputs + n]!,
          (n) => b?.[n] ?? 0,
          value(output.name),
        ),
      ],
      backward: [
        product(
          cotangent(output.name),
          rows,
          outputs,
          depth,
          (n, k) => w[k * outputs + n]!,
          () => 0,
          cotangent(x!.name),
        ),
      ],
    };
  },
};

/** One product with constant weights, packed as shaders/dense.wgsl reads them. */
function product(
  from: Binding,
  rows: number,
  depth: number,
  outputs: number,
  weight: (k: number, n: number) => number,
  bias: (n: number) => number,
  to: Binding,
): Dispatch {
  const tiles = Math.ceil(outputs / TILE);
  const weights = new Float32Array(tiles * depth * TILE);
  const biases = new Float32Array(tiles * TILE);
  for (let n = 0; n < outputs; n++) {
    const tile = Math.floor(n / TILE);
    biases[n] = bias(n);
    for (let k = 0; k < depth; k++) weights[(tile * depth + k) * TILE + (n % TILE)] = weight(k, n);
  }
  return {
    kernel: 'dense',
    bindings: [from, { kind: 'constant', data: weights }, { kind: 'constant', data: biases }, to],
    parameters: { rows, depth, outputs },
    tiles: rows * tiles,
  };
}
