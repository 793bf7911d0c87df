import { itemAt, twoOf } from '../../tensor/items.js';
import { sizeOf, type Tensor } from '../../tensor/tensor.js';
import { constantOf } from '../node_reader.js';
import type { Binding, Dispatch, Lowered, Lowering, Operator, Packed } from '../operator.js';
import { cotangent, value } from '../shared/bindings.js';
import { packed } from '../shared/packed.js';
import { addProduct } from '../shared/product/add_product.js';
import { gateShape, gatesOf } from '../shared/saved_for_backward.js';
import { packWeightTiles, weightTilesSize } from '../shared/weight_tiles.js';
import { chooseDenseTile } from './tiles.js';

export interface DenseAttributes {
  /** Factors of the weights, one for each output, where an Affine was absorbed (src/graph/passes/absorb.ts). */
  readonly scale?: Float64Array | undefined;
}

/**
 * Dense (internal): y[m, n] = b[n] + sum_k x[m, k] w[k, n], where m counts all axes of x but the last; dx[m, k] = sum_n dy[m, n] w[k, n].
 * The inputs are (x, w, b) with constants w and b; b is optional. Passes make Dense of Gemm, and of MatMul with a constant on the right. No
 * file holds it.
 */
export const dense: Operator<DenseAttributes> = {
  since: 'internal',
  constantInputs: [1, 2],
  read(node) {
    throw node.error('node.internal');
  },

  linear: () => true,
  forward({ inputs, shape, attributes: { scale } }) {
    const [x, weights] = twoOf(inputs);
    const bias = inputs[2];
    const [depth, outputs] = weights.shape as [number, number];
    const w = scaledColumns(weights.data, scale);
    const y = new Float64Array(sizeOf(shape));
    if (bias) for (let start = 0; start < y.length; start += outputs) y.set(bias.data, start);
    const ofX = { data: x.data, start: 0, row: depth, column: 1 };
    const ofW = { data: w, start: 0, row: outputs, column: 1 };
    addProduct({ rows: y.length / outputs, columns: outputs, depth }, ofX, ofW, { data: y, start: 0, row: outputs });
    return y;
  },

  backward({ inputs, cotangent: dy, attributes: { scale } }) {
    const [x, weights] = twoOf(inputs);
    const [depth, outputs] = weights.shape as [number, number];
    const w = scaledColumns(weights.data, scale);
    const dx = new Float64Array(x.data.length);
    const ofY = { data: dy, start: 0, row: outputs, column: 1 };
    const transposed = { data: w, start: 0, row: 1, column: outputs };
    addProduct({ rows: dx.length / depth, columns: depth, depth: outputs }, ofY, transposed, { data: dx, start: 0, row: depth });
    return inputs.map((_, position) => (position === 0 ? dx : undefined));
  },

  // The kernel writes gate words only for the outputs of a single row, which are then channels of planes of one element.
  fuses({ inputs, output }, { residual, pool }) {
    const { channels, plane } = gateShape(output.shape);
    return residual === undefined && pool === undefined && plane === 1 && channels === itemAt(inputs, 1).shape[1];
  },

  lower: (lowering) => lowerDense(lowering, 'once'),
};

/**
 * The kernels of a Dense. Its weights are packed `once`, and backward the kernel reads them the other way round, or for each direction.
 *
 * Backward a vector of weights then holds one output and four steps rather than four outputs and one step. So there are as many loads, and
 * the same sums in the same order. Milliseconds of the backward kernels with both orders on SwiftShader, minima of 15 interleaved runs:
 *
 *                                   its own order   the forward kernel's
 *   784 -> 128, 256 samples         15.6            15.7
 *   128 -> 64, 1,024 samples        16.5            17.4
 *   192 -> 768, 197 rows, 16        384             402
 *   4,096 -> 4,096, 16 samples      227             253
 *
 * The loads are farther apart, which tells where weights are too many for a CPU's cache. Half the memory is worth these 2 to 11%.
 */
export function lowerDense(lowering: Lowering<DenseAttributes>, weights: 'once' | 'for each direction'): Lowered {
  const { inputs, output, epilogue, attributes } = lowering;
  const [x, w] = twoOf(inputs);
  const bias = inputs[2];
  const [depth, outputs] = w.shape as [number, number];
  const rows = sizeOf(output.shape) / outputs;
  const data = constantOf(w).data;
  const b = bias?.constant?.data;
  const { scale } = attributes;
  const forward = packWeights(data, 'forward', depth, outputs, scale);
  const turned = weights === 'once';
  const backward = turned ? forward : packWeights(data, 'backward', depth, outputs, scale);
  return {
    forward: [
      product(
        value(x.name),
        { rows, depth, outputs, turned: false },
        forward,
        (n) => b?.[n] ?? 0,
        value(output.name),
        epilogue?.relu ? gatesOf(output.name, output.shape) : undefined,
      ),
    ],
    backward: [
      {
        ...product(cotangent(output.name), { rows, depth: outputs, outputs: depth, turned }, backward, () => 0, cotangent(x.name)),
        gateable: true,
      },
    ],
  };
}

/** Weights [depth][outputs], each output's multiplied by its factor. */
function scaledColumns(weights: Float64Array, scale: Float64Array | undefined): Float64Array {
  return scale ? weights.map((weight, i) => weight * itemAt(scale, i % scale.length)) : weights;
}

/** The depth is filled up to a multiple of this. Then the tiles of the other direction, which reads the same weights, are whole. */
const DEPTH_MULTIPLE = 16;
/** A vector of weights that is read the other way round holds as many steps along the depth. */
const STEPS_OF_A_VECTOR = 4;

/**
 * Forward [tiles of outputs][depth, up to a multiple of DEPTH_MULTIPLE][tile], zeros past the ends; backward [tiles of the depth][outputs, up to a
 * multiple][tile].
 */
function packWeights(
  weights: Tensor['data'],
  direction: 'forward' | 'backward',
  depth: number,
  outputs: number,
  scale: Float64Array | undefined,
): Packed {
  const [written, read] = direction === 'forward' ? [outputs, depth] : [depth, outputs];
  const packing = {
    groups: 1,
    written,
    read,
    readWithZeros: Math.ceil(read / DEPTH_MULTIPLE) * DEPTH_MULTIPLE,
    tile: chooseDenseTile(written).outputs,
    taps: [0],
    strides: { group: 0, written: direction === 'forward' ? 1 : outputs, read: direction === 'forward' ? outputs : 1 },
  };
  const factors = scale && ({ of: direction === 'forward' ? 'written' : 'read', values: scale } as const);
  return packed(scale ?? weights, `${direction} ${depth} ${outputs} ${packing.tile}`, weightTilesSize(packing), () =>
    packWeightTiles(weights, packing, factors),
  );
}

interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly outputs: number;
  /** Whether the weights are packed for the other direction. */
  readonly turned: boolean;
}

/** One product with constant weights, as shaders/products/dense.wgsl reads them. With `gates` it ends in a ReLU. */
function product(
  from: Binding,
  { rows, depth, outputs, turned }: Product,
  weights: Packed,
  bias: (n: number) => number,
  to: Binding,
  gates?: Binding,
): Dispatch {
  const { outputs: TILE, quads } = chooseDenseTile(outputs);
  const tiles = Math.ceil(outputs / TILE);
  const biases = new Float32Array(tiles * TILE);
  for (let n = 0; n < outputs; n++) biases[n] = bias(n);
  return {
    kernel: 'dense',
    bindings: [from, { kind: 'constant', data: weights }, { kind: 'constant', data: biases }, ...(gates ? [gates] : []), to],
    parameters: { rows, depth, outputs },
    constants: {
      TILE,
      ...(turned ? { UNROLL: STEPS_OF_A_VECTOR, TRANSPOSED: chooseDenseTile(depth).outputs } : { UNROLL: 1 }),
      ACCUMULATE: to.kind === 'cotangent' ? 1 : 0,
      ...(depth % STEPS_OF_A_VECTOR === 0 && { WHOLE: 1 }),
      ...(gates && { RELU: 1 }),
    },
    quads,
    broadcasts: true,
    unrolls: true,
    ...(rows > 1 && { rows }),
    tiles: rows * tiles,
    ...(TILE === 16 && {
      workgroups: {
        shares: 'weights',
        kernel: 'dense_workgroup',
        constants: {
          TILE,
          TRANSPOSED: turned ? chooseDenseTile(depth).outputs : 0,
          BIAS: to.kind === 'cotangent' ? 0 : 1,
          ...(gates && { RELU: 1 }),
        },
        parts: 1,
        outputs,
        places: rows,
        depth,
      },
    }),
    multiplyAdds: rows * tiles * TILE * depth,
  };
}
