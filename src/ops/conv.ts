import { formatShape, type Shape, sizeOf } from '../tensor/tensor.js';
import {
  type ConvolutionShape,
  type ConvTiling,
  chooseConvVariant,
  flatten,
  mirror,
  packBackwardWeights,
  packBias,
  packForwardWeights,
  tilesOf,
} from './conv_variant.js';
import type { Binding, Dispatch, Lowered, Lowering, Operator } from './operator.js';
import { outputsOf, readWindow, type Window } from './window.js';

export interface ConvAttributes {
  readonly group: number;
  readonly window: Window;
}

/**
 * Conv: a cross-correlation of planes with constant weights, in `group` groups of channels:
 *
 *   y[o, r, s]  = b[o] + sum_{c, i, j} w[o, c, i, j] x[c, r * stride + i * dilation - padding, s * stride + j * dilation - padding]
 *   dx[c, p, q] = sum_{o, i, j} w[o, c, i, j] dy[o, r, s]  over all o, i, j, r, s that meet x[c, p, q] above
 *
 * where c runs over the channels of o's group, and x is 0 outside.
 * https://onnx.ai/onnx/operators/onnx__Conv.html
 */
export const conv: Operator<ConvAttributes> = {
  read(node) {
    const x = node.input(0).shape;
    const weights = node.constant(1).shape;
    if (x.length !== 4) {
      throw node.error(`a convolution of ${formatShape(x)} has ${x.length - 2} spatial axes`, 'only 2-D convolutions are supported');
    }
    if (x[0] !== 1) throw node.error(`the input ${formatShape(x)} has a batch axis of ${x[0]} within one image`, '1xCxHxW');
    const group = node.int('group', 1);
    const [, channels, height, width] = x as [number, number, number, number];
    if (weights.length !== 4 || channels !== weights[1]! * group || weights[0]! % group !== 0) {
      throw node.error(
        `weights ${formatShape(weights)} in ${group} groups do not fit the input ${formatShape(x)}`,
        'weights [outputs, channels / group, rows, columns], outputs a multiple of group',
      );
    }
    const kernel = weights.slice(2);
    const declared = node.ints('kernel_shape') ?? kernel;
    if (declared.join() !== kernel.join()) {
      throw node.error(`kernel_shape is [${declared}]`, `[${kernel}], as the weights ${formatShape(weights)} have it`);
    }
    const bias = node.inputs[2] && node.constant(2).shape;
    if (bias && sizeOf(bias) !== weights[0]) {
      throw node.error(`a bias of ${formatShape(bias)} does not fit ${weights[0]} output channels`, `${weights[0]} numbers`);
    }
    const window = readWindow(node, [height, width], kernel);
    return { attributes: { group, window }, shape: [1, weights[0]!, window.rows.output, window.columns.output] };
  },

  linear: () => true,
  forward({ attributes, inputs, shape }) {
    const [x, weights, bias] = inputs;
    const y = new Float64Array(sizeOf(shape));
    const plane = shape[2]! * shape[3]!;
    bias?.data.forEach((value, o) => {
      y.fill(value, o * plane, (o + 1) * plane);
    });
    eachTap(attributes, weights!.shape, (tap, first, last, step, output) => {
      const w = weights!.data[tap]!;
      for (let i = first, o = output; i < last; i += step, o++) y[o]! += w * x!.data[i]!;
    });
    return y;
  },

  backward({ attributes, inputs, cotangent, wanted }) {
    const [x, weights] = inputs;
    const dx = new Float64Array(x!.data.length);
    if (!wanted[0]) return inputs.map(() => undefined);
    eachTap(attributes, weights!.shape, (tap, first, last, step, output) => {
      const w = weights!.data[tap]!;
      for (let i = first, o = output; i < last; i += step, o++) dx[i]! += w * cotangent[o]!;
    });
    return [dx, undefined, undefined].slice(0, inputs.length);
  },

  lower({ attributes, inputs, output }: Lowering<ConvAttributes>): Lowered {
    const [x, weights, bias] = inputs;
    const shape = convolutionShape(attributes, weights!.shape);
    const { forward, backward } = chooseConvVariant(shape);
    const filter = weights!.constant!.data;
    const y: Binding = { kind: 'value', name: output.name };
    const dy: Binding = { kind: 'cotangent', name: output.name };
    const dx: Binding = { kind: 'cotangent', name: x!.name };
    const packed: Binding = { kind: 'constant', data: packBackwardWeights(filter, shape, backward, backward.mirrored) };
    return {
      forward: [
        forwardDispatch(forward, shape, [
          { kind: 'value', name: x!.name },
          { kind: 'constant', data: packForwardWeights(filter, shape, forward) },
          { kind: 'constant', data: packBias(bias?.constant?.data, shape, forward) },
          y,
        ]),
      ],
      backward: [
        backward.mirrored
          ? forwardDispatch(backward, mirror(shape), [
              dy,
              packed,
              { kind: 'constant', data: packBias(undefined, mirror(shape), backward) },
              dx,
            ])
          : {
              kernel: backward.kernel,
              bindings: [dy, packed, dx],
              parameters: parametersOf(shape),
              tiles: tilesOf(shape.groups, shape.channels, backward, shape.rows.input, shape.columns.input, shape.columns.stride),
            },
      ],
    };
  },
};

function forwardDispatch(tiling: ConvTiling, shape: ConvolutionShape, bindings: readonly Binding[]): Dispatch {
  const laid = tiling.kernel === 'conv_pointwise' ? flatten(shape) : shape;
  return {
    kernel: tiling.kernel,
    bindings,
    parameters: parametersOf(laid),
    tiles: tilesOf(laid.groups, laid.outputs, tiling, laid.rows.output, laid.columns.output, 1),
  };
}

/** Members of the struct of shaders/lib/convolution.wgsl. */
function parametersOf({ groups, channels, outputs, rows, columns }: ConvolutionShape): Dispatch['parameters'] {
  return {
    groups,
    channels,
    outputs,
    height: rows.input,
    width: columns.input,
    output_height: rows.output,
    output_width: columns.output,
    kernel: [rows.kernel, columns.kernel],
    stride: [rows.stride, columns.stride],
    dilation: [rows.dilation, columns.dilation],
    padding: [rows.padding, columns.padding],
  };
}

function convolutionShape({ group, window }: ConvAttributes, weights: Shape): ConvolutionShape {
  const [outputs, channels] = weights as [number, number];
  return { groups: group, outputs: outputs / group, channels, ...window };
}

/**
 * Calls `visit` for every weight (at `tap`) and every row that it joins: inputs `first`, `first + step`, ... below `last` go to the outputs
 * from `output` on. Both directions are this walk: what is read and what is added to are exchanged.
 */
function eachTap(
  { group, window: { rows, columns } }: ConvAttributes,
  [outputs, channels]: Shape,
  visit: (tap: number, first: number, last: number, step: number, output: number) => void,
): void {
  let tap = 0;
  for (let o = 0; o < outputs!; o++) {
    const firstChannel = Math.floor(o / (outputs! / group)) * channels!;
    for (let c = firstChannel; c < firstChannel + channels!; c++) {
      for (let i = 0; i < rows.kernel; i++) {
        const { start: top, end: bottom } = outputsOf(rows, i);
        for (let j = 0; j < columns.kernel; j++, tap++) {
          const { start: left, end: right } = outputsOf(columns, j);
          for (let r = top; r < bottom; r++) {
            const row = (c * rows.input + r * rows.stride + i * rows.dilation - rows.padding) * columns.input;
            const first = row + left * columns.stride + j * columns.dilation - columns.padding;
            const last = first + Math.max(0, right - left) * columns.stride;
            visit(tap, first, last, columns.stride, (o * rows.output + r) * columns.output + left);
          }
        }
      }
    }
  }
}
