import { formatShape, type Shape, sizeOf } from '../tensor/tensor.js';
import { resolveAxes } from './axes.js';
import { cotangent, value } from './binary.js';
import { broadcastIndices } from './broadcast.js';
import type { Lowered, Lowering, Operator } from './operator.js';
import { pooledShape } from './pool.js';

export interface ReduceMeanAttributes {
  /** Counted from the front. */
  readonly axes: readonly number[];
}

/**
 * ReduceMean: y = mean of x over some axes; dx = dy / n, n elements going into each mean. The axes are an attribute up to opset 17, an
 * input from 18 on; none at all means every axis, or with noop_with_empty_axes none.
 * https://onnx.ai/onnx/operators/onnx__ReduceMean.html
 */
export const reduceMean: Operator<ReduceMeanAttributes> = {
  read(node) {
    const { shape } = node.input(0);
    const given = node.opset < 18 ? node.ints('axes') : node.inputs[1] && Array.from(node.constant(1).data);
    const all = node.int('noop_with_empty_axes', 0) === 0 ? shape.map((_, axis) => axis) : [];
    const axes = given === undefined || given.length === 0 ? all : resolveAxes(node, given, shape.length);
    const kept = keptShape(shape, axes);
    const keepdims = node.int('keepdims', 1) !== 0;
    return { attributes: { axes }, shape: keepdims ? kept : shape.filter((_, axis) => !axes.includes(axis)), inputs: [0] };
  },

  linear: () => true,
  forward({ attributes, inputs, shape }) {
    const x = inputs[0]!;
    const means = meanOf(x.shape, attributes);
    const y = new Float64Array(sizeOf(shape));
    x.data.forEach((element, i) => {
      y[means[i]!]! += element;
    });
    return y.map((sum) => (sum * y.length) / x.data.length);
  },

  backward({ attributes, inputs, cotangent: dy }) {
    const x = inputs[0]!;
    const means = meanOf(x.shape, attributes);
    return [x.data.map((_, i) => (dy[means[i]!]! * dy.length) / x.data.length)];
  },

  lower({ attributes, inputs, output }: Lowering<ReduceMeanAttributes>): Lowered {
    const x = inputs[0]!;
    const means = meanOf(x.shape, attributes);
    const outputs = sizeOf(output.shape);
    const count = means.length / outputs;
    // Every mean takes the same pattern of elements, moved to where its first one lies.
    const pattern: number[] = [];
    const firsts = new Uint32Array(outputs);
    for (let i = means.length - 1; i >= 0; i--) {
      firsts[means[i]!] = i;
      if (means[i] === 0) pattern.push(i);
    }
    return {
      forward: [
        {
          kernel: 'reduce_mean_forward',
          bindings: [
            value(x.name),
            { kind: 'constant', data: firsts },
            { kind: 'constant', data: Uint32Array.from(pattern.reverse()) },
            value(output.name),
          ],
          parameters: { elements: means.length, count },
          tiles: outputs,
        },
      ],
      backward: [
        {
          kernel: 'reduce_mean_backward',
          bindings: [cotangent(output.name), { kind: 'constant', data: means }, cotangent(x.name)],
          parameters: { outputs, count },
          tiles: means.length,
        },
      ],
    };
  },
};

/**
 * GlobalAveragePool: ReduceMean over all axes but the first two, which are kept with size 1.
 * https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html
 */
export const globalAveragePool: Operator<ReduceMeanAttributes> = {
  ...reduceMean,
  read(node) {
    const { shape } = node.input(0);
    if (shape.length < 3) throw node.error(`an input of ${formatShape(shape)} has no spatial axes`, 'NxCxHxW');
    return { attributes: { axes: shape.map((_, axis) => axis).slice(2) }, shape: pooledShape(shape), inputs: [0] };
  },
};

function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** For every element of x, the mean that it goes into. */
function meanOf(shape: Shape, { axes }: ReduceMeanAttributes): Uint32Array {
  return broadcastIndices(keptShape(shape, axes), shape);
}
