import { itemAt, twoOf } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import { constantOf } from '../node_reader.js';
import type { Binding, Lowered, Lowering, Operator, Window } from '../operator.js';
import { packed } from '../shared/packed.js';
import { CHANNELS_A_WORD, codesOf, gatesOf } from '../shared/saved_for_backward.js';
import { readWindow } from '../shared/window.js';
import { backwardDispatch, forwardDispatch } from './dispatch.js';
import { readConvNode } from './read.js';
import { correlate, correlateBackward } from './reference.js';
import { type PoolSize, TILES, type TileRow } from './tiles.js';
import { type ConvolutionShape, type ConvTiling, chooseConvVariant, mirror, readsForwardWeights } from './tiling.js';
import { backwardWeightsSize, forwardWeightsSize, packBackwardWeights, packBias, packForwardWeights } from './weights.js';
import { NO_WINOGRAD, suitsWinograd, type WinogradUse, type WinogradWeights, winogradBackward, winogradForward } from './winograd.js';

export interface ConvAttributes {
  readonly group: number;
  readonly window: Window;
  /** Factors of the weights, one for each output, where an Affine was absorbed (src/graph/passes/absorb.ts). */
  readonly scale?: Float64Array | undefined;
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
  since: 1,
  inputs: [2, 3],
  constantInputs: [1, 2],
  notes: { note: 'with 1 or 3 spatial axes, or weights that depend on the image, in other operators' },
  multiplyAdds: (_, inputs, y) => sizeOf(y) * sizeOf(itemAt(inputs, 1).slice(1)),
  read(node) {
    const { input, weights, group, kernel } = readConvNode(
      node,
      (channels, [outputs, own], groups) => channels === own * groups && outputs % groups === 0,
      ([outputs]) => outputs,
    );
    const window = readWindow(node, [input[2], input[3]], kernel);
    return { attributes: { group, window }, shape: [1, weights[0], window.rows.output, window.columns.output] };
  },

  linear: () => true,
  forward({ attributes, inputs, shape }) {
    const [x, weights] = twoOf(inputs);
    const bias = inputs[2];
    const y = new Float64Array(sizeOf(shape));
    const plane = sizeOf(shape.slice(2));
    bias?.data.forEach((value, o) => {
      y.fill(value, o * plane, (o + 1) * plane);
    });
    correlate(attributes, weights.shape, scaledOutputs(weights.data, attributes.scale), x.data, y);
    return y;
  },

  backward({ attributes, inputs, cotangent, wanted }) {
    const [x, weights] = twoOf(inputs);
    const dx = new Float64Array(x.data.length);
    if (!wanted[0]) return inputs.map(() => undefined);
    correlateBackward(attributes, weights.shape, scaledOutputs(weights.data, attributes.scale), cotangent, dx);
    return [dx, undefined, undefined].slice(0, inputs.length);
  },

  fuses({ attributes, inputs }, epilogue) {
    const shape = convolutionShape(attributes, itemAt(inputs, 1).shape);
    const pool = poolSize(epilogue.pool);
    if (pool === undefined || (pool > 1 && epilogue.residual !== undefined)) return false;
    const { forward, backward } = chooseConvVariant(shape, pool);
    if (!forward.tiled) return false;
    if (pool > 1) return backward.direction === 'mirrored';
    // An invocation can write gates only as whole words, so its channels must fill them.
    const wholeWords = forward.channels % CHANNELS_A_WORD === 0 && (shape.groups === 1 || shape.outputs % CHANNELS_A_WORD === 0);
    return wholeWords || !epilogue.relu;
  },

  lower: (lowering) => lowerConv(lowering, TILES),
};

/** The kernels of a Conv with these tiles. @param use which directions go by Winograd's filtering. */
export function lowerConv(
  { attributes, inputs, output, epilogue }: Lowering<ConvAttributes>,
  tiles: readonly TileRow[],
  use: WinogradUse = NO_WINOGRAD,
): Lowered {
  const [x, weights] = twoOf(inputs);
  const bias = inputs[2];
  const shape = convolutionShape(attributes, weights.shape);
  const pool = poolSize(epilogue?.pool) ?? 1;
  const relu = epilogue?.relu ?? false;
  const { forward, backward } = chooseConvVariant(shape, pool, tiles);
  const filter = constantOf(weights).data;
  const { scale } = attributes;
  const constant = scale ?? filter;
  const codes: Binding[] = pool > 1 ? [codesOf(output.name, sizeOf(output.shape))] : [];
  const gates: Binding[] = relu && pool === 1 ? [gatesOf(output.name, output.shape)] : [];
  const residual: Binding[] = epilogue?.residual === undefined ? [] : [{ kind: 'value', name: epilogue.residual }];
  const winograd: WinogradWeights = { constant, filter, scale };
  const forwardWeights = packed(constant, keyOf('forward', shape, forward), forwardWeightsSize(shape, forward), () =>
    packForwardWeights(filter, shape, forward, scale),
  );
  const transposed = readsForwardWeights({ forward, backward });
  const backwardWeights = transposed
    ? forwardWeights
    : packed(constant, keyOf('backward', shape, backward), backwardWeightsSize(shape, backward), () =>
        packBackwardWeights(filter, shape, backward, scale),
      );
  const fused = { residual: residual.length > 0, pool, relu };
  const input: Binding = { kind: 'value', name: x.name };
  const stored = [...residual, ...gates, ...codes, { kind: 'value', name: output.name } as const];
  const cotangent: Binding = { kind: 'cotangent', name: output.name };
  return {
    forward: suitsWinograd(shape, pool, use)
      ? winogradForward(shape, fused, {
          use,
          weights: winograd,
          name: `${output.name}/forward`,
          x: input,
          codes: [],
          last: [{ kind: 'constant', data: biasOf(shape.outputs, bias?.constant?.data) }, ...stored],
        })
      : [
          forwardDispatch(shape, forward, fused, [
            input,
            { kind: 'constant', data: forwardWeights },
            { kind: 'constant', data: packBias(bias?.constant?.data, shape, forward) },
            ...stored,
          ]),
        ],
    backward: suitsWinograd(mirror(shape), pool, use)
      ? winogradBackward(shape, pool, {
          use,
          weights: winograd,
          name: `${output.name}/backward`,
          x: cotangent,
          codes,
          last: [{ kind: 'cotangent', name: x.name }],
        })
      : [
          backwardDispatch(shape, transposed ? { ...backward, transposed: forward.channels } : backward, pool, [
            cotangent,
            ...codes,
            { kind: 'constant', data: backwardWeights },
            { kind: 'cotangent', name: x.name },
          ]),
        ],
  };
}

function biasOf(outputs: number, bias: ArrayLike<number> | undefined): Float32Array {
  return bias === undefined ? new Float32Array(outputs) : Float32Array.from(bias);
}

/** Weights [outputs][...], each output's multiplied by its factor. */
function scaledOutputs(weights: Float64Array, scale: Float64Array | undefined): Float64Array {
  if (scale === undefined) return weights;
  const each = weights.length / scale.length;
  return weights.map((weight, i) => weight * itemAt(scale, Math.floor(i / each)));
}

/** The size of a pool that the kernel of a convolution can compute: square windows side by side, wholly on the plane. 1: no pool. */
function poolSize(pool: Window | undefined): PoolSize | undefined {
  if (pool === undefined) return 1;
  const { rows, columns } = pool;
  const sideBySide = [rows, columns].every(({ input, output, kernel, stride, dilation, padding }) => {
    return kernel === rows.kernel && stride === kernel && dilation === 1 && padding === 0 && output === Math.floor(input / kernel);
  });
  return sideBySide && (rows.kernel === 2 || rows.kernel === 3) ? rows.kernel : undefined;
}

/** A key that is the same for all Convs whose weights are packed in the same way. */
function keyOf(direction: string, shape: ConvolutionShape, tiling: ConvTiling): string {
  return JSON.stringify([direction, shape, tiling]);
}

export function convolutionShape({ group, window }: ConvAttributes, weights: Shape): ConvolutionShape {
  const [outputs, channels] = weights as [number, number];
  return { groups: group, outputs: outputs / group, channels, ...window };
}
