import { sizeOf } from '../tensor/tensor.js';
import { cotangent, value } from './binary.js';
import type { Binding, Dispatch, Lowered, Lowering, Operator } from './operator.js';
import { gateShape, gatesOf } from './saved.js';

/** How shaders/dense.wgsl cuts a product: an invocation computes `outputs` outputs of `quads` quads of samples. */
export interface DenseTile {
  readonly outputs: 4 | 8 | 12;
  readonly quads: 2 | 4;
}

/**
 * A tile of 8 outputs x 4 quads loads 24 components for 128 multiply-adds along the depth; so does one of 16 x 2, but it computes more
 * outputs that do not exist, and its gate words are two. Measured on SwiftShader, GFLOP/s with 258 / 1,026 samples, 784 -> 128 and
 * 64 -> 1,568 (two processes at a time on 2 cores, minima of 5):
 *
 *   outputs x quads   16x1        16x2        16x4        8x2         8x4         8x4, depth unrolled by 2   4x4, by 2
 *   784 -> 128        1.8 / 3.2   2.7 / 4.5   2.2 / 3.8   3.0 / 3.3   3.3 / 4.6   3.0 / 3.9                  1.9 / 3.3
 *   64 -> 1,568       2.6 / 2.7   4.0 / 3.8   3.0 / 3.4   2.6 / 2.4   3.7 / 4.2   2.6 / 3.6                  2.3 / 2.9
 *
 * Ten classes go into one tile of 12 rather than two of 8, and up to four outputs into one of 4.
 */
export function chooseDenseTile(outputs: number): DenseTile {
  if (outputs <= 4) return { outputs: 4, quads: 4 };
  if (outputs > 8 && outputs <= 12) return { outputs: 12, quads: 2 };
  return { outputs: 8, quads: 4 };
}

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

  // Only the outputs of one row, as channels of planes of one element, lie in gate words as the kernel writes them.
  fuses({ inputs, output }, { residual, pool }) {
    const { channels, plane } = gateShape(output.shape);
    return residual === undefined && pool === undefined && plane === 1 && channels === inputs[1]!.shape[1];
  },

  lower({ inputs, output, epilogue }: Lowering<unknown>): Lowered {
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
          epilogue?.relu ? gatesOf(output.name, output.shape) : undefined,
        ),
      ],
      backward: [
        {
          ...product(
            cotangent(output.name),
            rows,
            outputs,
            depth,
            (n, k) => w[k * outputs + n]!,
            () => 0,
            cotangent(x!.name),
          ),
          gateable: true,
        },
      ],
    };
  },
};

/** One product with constant weights, packed as shaders/dense.wgsl reads them; with `gates` it ends in a ReLU. */
function product(
  from: Binding,
  rows: number,
  depth: number,
  outputs: number,
  weight: (k: number, n: number) => number,
  bias: (n: number) => number,
  to: Binding,
  gates?: Binding,
): Dispatch {
  const { outputs: TILE, quads } = chooseDenseTile(outputs);
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
    bindings: [from, { kind: 'constant', data: weights }, { kind: 'constant', data: biases }, ...(gates ? [gates] : []), to],
    parameters: { rows, depth, outputs },
    constants: { TILE, ACCUMULATE: to.kind === 'cotangent' ? 1 : 0, ...(gates && { RELU: 1 }) },
    quads,
    tiles: rows * tiles,
    multiplyAdds: rows * tiles * TILE * depth,
  };
}
