import { gather } from '../../tensor/gather.js';
import { firstOf } from '../../tensor/items.js';
import { mapPairs } from '../../tensor/pairs.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Lowered, Lowering, Operator } from '../operator.js';
import { resolveAxis, sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';

/** The tensor as [outer][length][inner], where `length` is the axis of the softmax. */
export interface SoftmaxAttributes {
  readonly length: number;
  readonly inner: number;
}

/**
 * Softmax: y = exp(x) / sum(exp(x)) along an axis; dx = y (dy - sum(dy y)). Up to opset 12 the axes from `axis` on (default 1) count as
 * one. From 13 on it is a single axis, by default the last.
 * https://onnx.ai/onnx/operators/onnx__Softmax.html
 */
export const softmax: Operator<SoftmaxAttributes> = alongAxis({
  kernel: 'softmax',
  forward(x) {
    const logarithm = logSumExp(x);
    return x.map((v) => Math.exp(v - logarithm));
  },
  backward(y, dy) {
    const total = sum(mapPairs(dy, y, (d, v) => d * v));
    return mapPairs(y, dy, (v, d) => v * (d - total));
  },
});

/**
 * LogSoftmax: y = x - log(sum(exp(x))) along an axis; dx = dy - exp(y) sum(dy). Axes as in Softmax.
 * https://onnx.ai/onnx/operators/onnx__LogSoftmax.html
 */
export const logSoftmax: Operator<SoftmaxAttributes> = alongAxis({
  kernel: 'log_softmax',
  forward(x) {
    const logarithm = logSumExp(x);
    return x.map((v) => v - logarithm);
  },
  backward(y, dy) {
    const total = sum(dy);
    return mapPairs(y, dy, (v, d) => d - Math.exp(v) * total);
  },
});

/** An operator that treats every line of elements along the axis separately: it gives y from x, and dx from y and dy. */
function alongAxis(rule: {
  readonly kernel: 'softmax' | 'log_softmax';
  readonly forward: (x: Float64Array) => Float64Array;
  readonly backward: (y: Float64Array, dy: Float64Array) => Float64Array;
}): Operator<SoftmaxAttributes> {
  return {
    since: 1,
    notes: { exact: 'no', note: 'taken off where it is last and logits are asked for' },
    read: readSoftmax,
    // The softmax of a single number is always 1.
    linear: ({ length }) => length === 1,
    forward({ attributes, inputs }) {
      const x = firstOf(inputs).data;
      return byLines(attributes, x.length, (places) => rule.forward(gather(x, places)));
    },
    backward({ attributes, output: y, cotangent: dy }) {
      return [byLines(attributes, y.length, (places) => rule.backward(gather(y, places), gather(dy, places)))];
    },
    lower: (lowering) => lowerSoftmax(rule.kernel, lowering),
  };
}

function readSoftmax(node: NodeReader): Reading<SoftmaxAttributes> {
  const { shape } = node.input(0);
  const single = node.opset >= 13;
  const axis = resolveAxis(node, node.int('axis', single ? -1 : 1), shape.length);
  return { attributes: along(shape, axis, single ? axis + 1 : shape.length), shape, inputs: [0] };
}

/** The axes from `start` up to, but without, `end` as one. */
function along(shape: Shape, start: number, end: number): SoftmaxAttributes {
  return { length: sizeBetween(shape, start, end), inner: sizeBetween(shape, end) };
}

function lowerSoftmax(kernel: 'softmax' | 'log_softmax', { attributes, inputs, output }: Lowering<SoftmaxAttributes>): Lowered {
  const x = firstOf(inputs);
  const parameters = { length: attributes.length, inner: attributes.inner };
  const tiles = sizeOf(output.shape) / attributes.length;
  return {
    forward: [{ kernel: `${kernel}_forward`, bindings: [value(x.name), value(output.name)], parameters, tiles }],
    backward: [
      { kernel: `${kernel}_backward`, bindings: [value(output.name), cotangent(output.name), cotangent(x.name)], parameters, tiles },
    ],
  };
}

/** A new array of `size` elements. For each line along the axis, `make` gives its elements from their places. */
function byLines({ length, inner }: SoftmaxAttributes, size: number, make: (places: Uint32Array) => Float64Array): Float64Array {
  const result = new Float64Array(size);
  const places = new Uint32Array(length);
  for (let outer = 0; outer < size; outer += length * inner) {
    for (let first = outer; first < outer + inner; first++) {
      for (let k = 0; k < length; k++) places[k] = first + k * inner;
      make(places).forEach((value, k) => {
        result[first + k * inner] = value;
      });
    }
  }
  return result;
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, x) => total + x, 0);
}

/** log(sum(exp(x))) without overflow. */
function logSumExp(x: Float64Array): number {
  const largest = x.reduce((best, v) => Math.max(best, v), Number.NEGATIVE_INFINITY);
  return largest + Math.log(sum(x.map((v) => Math.exp(v - largest))));
}
