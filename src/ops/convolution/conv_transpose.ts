import { firstOf, itemAt, twoOf } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import { constantOf, type NodeReader } from '../node_reader.js';
import type { Lowered, Lowering, Operator, WindowAxis } from '../operator.js';
import { extent, pair, readGeometry } from '../shared/window.js';
import { type ConvAttributes, convolutionShape } from './conv.js';
import { adjointBackwardDispatch, adjointForwardDispatch } from './dispatch.js';
import { readConvNode } from './read.js';
import { correlate, correlateBackward } from './reference.js';
import { TILES, type TileRow } from './tiles.js';
import { chooseConvVariant } from './tiling.js';
import { packBackwardWeights, packBias, packForwardWeights } from './weights.js';

/**
 * ConvTranspose: what Conv with these weights, [channels of x, channels of y / group, rows, columns], does to cotangents, plus a bias:
 *
 *   y[c, p, q]  = b[c] + sum_{o, i, j} w[o, c, i, j] x[o, r, s]  over all o, i, j, r, s for which r * stride + i * dilation - padding = p, ...
 *   dx[o, r, s] = sum_{c, i, j} w[o, c, i, j] dy[c, r * stride + i * dilation - padding, ...]
 *
 * The attributes are those of that Conv, whose input is y and whose output is x.
 * https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
 */
export const convTranspose: Operator<ConvAttributes> = {
  since: 1,
  inputs: [2, 3],
  constantInputs: [1],
  notes: { note: 'with 1 or 3 spatial axes, or weights that depend on the image, in other operators' },
  multiplyAdds: (_, inputs) => sizeOf(firstOf(inputs)) * sizeOf(itemAt(inputs, 1).slice(1)),
  read(node) {
    const { input, weights, group, kernel } = readConvNode(
      node,
      (channels, [read], groups) => channels === read && channels % groups === 0,
      ([, outputs], groups) => outputs * groups,
    );
    const [rows, columns] = readAxes(node, input.slice(2), kernel);
    return { attributes: { group, window: { rows, columns } }, shape: [1, weights[1] * group, rows.input, columns.input] };
  },

  linear: () => true,
  forward({ attributes, inputs, shape }) {
    const [x, weights] = twoOf(inputs);
    const bias = inputs[2];
    const y = new Float64Array(sizeOf(shape));
    const plane = sizeOf(shape.slice(2));
    bias?.data.forEach((value, c) => {
      y.fill(value, c * plane, (c + 1) * plane);
    });
    correlateBackward(attributes, weights.shape, weights.data, x.data, y);
    return y;
  },

  backward({ attributes, inputs, cotangent, wanted }) {
    const [x, weights] = twoOf(inputs);
    if (!wanted[0]) return inputs.map(() => undefined);
    const dx = new Float64Array(x.data.length);
    correlate(attributes, weights.shape, weights.data, cotangent, dx);
    return [dx, undefined, undefined].slice(0, inputs.length);
  },

  lower: (lowering) => lowerConvTranspose(lowering, TILES),
};

/** The kernels of a ConvTranspose with these tiles. A pass adds the bias (src/graph/passes/decompose.ts). */
export function lowerConvTranspose({ attributes, inputs, output }: Lowering<ConvAttributes>, tiles: readonly TileRow[]): Lowered {
  const [x, weights] = twoOf(inputs);
  const shape = convolutionShape(attributes, weights.shape);
  const { forward, backward } = chooseConvVariant(shape, 1, tiles);
  const filter = constantOf(weights).data;
  return {
    forward: [
      adjointForwardDispatch(shape, backward, [
        { kind: 'value', name: x.name },
        { kind: 'constant', data: packBackwardWeights(filter, shape, backward) },
        { kind: 'value', name: output.name },
      ]),
    ],
    backward: [
      adjointBackwardDispatch(shape, forward, [
        { kind: 'cotangent', name: output.name },
        { kind: 'constant', data: packForwardWeights(filter, shape, forward) },
        { kind: 'constant', data: packBias(undefined, shape, forward) },
        { kind: 'cotangent', name: x.name },
      ]),
    ],
  };
}

/** The axes of the Conv. */
function readAxes(node: NodeReader, input: readonly number[], kernel: readonly number[]): [WindowAxis, WindowAxis] {
  const { strides, dilations, autoPad, pads } = readGeometry(node, kernel);
  const added = pair(node, 'output_padding', 0);
  const wanted = node.ints('output_shape')?.slice(-2);
  const axes = [0, 1].map((axis): WindowAxis => {
    const sizes = {
      output: itemAt(input, axis),
      kernel: itemAt(kernel, axis),
      stride: itemAt(strides, axis),
      dilation: itemAt(dilations, axis),
    };
    return transposedAxis(sizes, {
      added: itemAt(added, axis),
      wanted: wanted?.[axis],
      autoPad,
      pads: [itemAt(pads, axis), itemAt(pads, axis + 2)],
    });
  });
  refuseEmpty(node, axes);
  return axes as [WindowAxis, WindowAxis];
}

export function refuseEmpty(node: NodeReader, axes: readonly WindowAxis[]): void {
  if (axes.some(({ input: size }) => !(size >= 1))) {
    throw node.error('conv.empty-output', { sizes: axes.map((axis) => axis.input) });
  }
}

/** What a ConvTranspose says of the size of an axis of y. */
export interface TransposedSize {
  /** `output_padding` */
  readonly added: number;
  /** `output_shape` */
  readonly wanted: number | undefined;
  readonly autoPad: string;
  readonly pads: readonly [before: number, after: number];
}

/**
 * An axis of the Conv, whose input is that of y. `wanted` gives the size of y, and SAME its greatest size. In both cases the padding follows from the
 * size. The larger half of an odd padding lies at the start, with SAME_UPPER at the end, as in onnxruntime.
 */
export function transposedAxis(
  sizes: Pick<WindowAxis, 'output' | 'kernel' | 'stride' | 'dilation'>,
  { added, wanted, autoPad, pads }: TransposedSize,
): WindowAxis {
  const full = (sizes.output - 1) * sizes.stride + extent(sizes) + added;
  const size = wanted ?? (autoPad.startsWith('SAME') ? sizes.output * sizes.stride : undefined);
  if (size === undefined) {
    const [padding, paddingAfter] = autoPad === 'VALID' ? [0, 0] : pads;
    return { ...sizes, input: full - padding - paddingAfter, padding, paddingAfter };
  }
  const total = Math.max(0, full - size);
  const padding = autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
  return { ...sizes, input: wanted ?? full - total, padding, paddingAfter: total - padding };
}
