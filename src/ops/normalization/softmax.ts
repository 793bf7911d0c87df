import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Lowered, Lowering, Operator } from '../operator.js';
import { resolveAxis, sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';

/** The tensor as [outer][length][inner]: softmax runs along the middle. */
export interface SoftmaxAttributes {
  readonly length: number;
  readonly inner: number;
}

/**
 * Softmax: y = exp(x) / sum(exp(x)) along an axis; dx = y (dy - sum(dy y)). Up to opset 12 the axes from `axis` (default 1) on count as
 * one; from 13 on it is a single axis, by default the last.
 * https://onnx.ai/onnx/operators/onnx__Softmax.html
 */
export const softmax: Operator<SoftmaxAttributes> = {
  since: 1,
  notes: { exact: 'no', note: 'taken off where it is last and logits are asked for' },
  read: readSoftmax,
  // The softmax of one number is 1.
  linear: ({ length }) => length === 1,
  forward({ attributes, inputs, shape }) {
    const x = inputs[0]!.data;
    const y = new Float64Array(sizeOf(shape));
    eachAxis(attributes, y.length, (indices) => {
      const logarithm = logSumExp(indices, x);
      for (const i of indices) y[i] = Math.exp(x[i]! - logarithm);
    });
    return y;
  },
  backward({ attributes, output: y, cotangent: dy }) {
    const dx = new Float64Array(y.length);
    eachAxis(attributes, y.length, (indices) => {
      const sum = indices.reduce((total, i) => total + dy[i]! * y[i]!, 0);
      for (const i of indices) dx[i] = y[i]! * (dy[i]! - sum);
    });
    return [dx];
  },
  lower: (lowering) => lowerSoftmax('softmax', lowering),
};

/**
 * LogSoftmax: y = x - log(sum(exp(x))) along an axis; dx = dy - exp(y) sum(dy). Axes as in Softmax.
 * https://onnx.ai/onnx/operators/onnx__LogSoftmax.html
 */
export const logSoftmax: Operator<SoftmaxAttributes> = {
  since: 1,
  notes: { exact: 'no', note: 'taken off where it is last and logits are asked for' },
  read: readSoftmax,
  // The softmax of one number is 1.
  linear: ({ length }) => length === 1,
  forward({ attributes, inputs, shape }) {
    const x = inputs[0]!.data;
    const y = new Float64Array(sizeOf(shape));
    eachAxis(attributes, y.length, (indices) => {
      const logarithm = logSumExp(indices, x);
      for (const i of indices) y[i] = x[i]! - logarithm;
    });
    return y;
  },
  backward({ attributes, output: y, cotangent: dy }) {
    const dx = new Float64Array(y.length);
    eachAxis(attributes, y.length, (indices) => {
      const sum = indices.reduce((total, i) => total + dy[i]!, 0);
      for (const i of indices) dx[i] = dy[i]! - Math.exp(y[i]!) * sum;
    });
    return [dx];
  },
  lower: (lowering) => lowerSoftmax('log_softmax', lowering),
};

function readSoftmax(node: NodeReader): Reading<SoftmaxAttributes> {
  const { shape } = node.input(0);
  const single = node.opset >= 13;
  const axis = resolveAxis(node, node.int('axis', single ? -1 : 1), shape.length);
  return { attributes: along(shape, axis, single ? axis + 1 : shape.length), shape, inputs: [0] };
}

/** The axes from `start` up to but without `end` as one. */
function along(shape: Shape, start: number, end: number): SoftmaxAttributes {
  return { length: sizeBetween(shape, start, end), inner: sizeBetween(shape, end) };
}

function lowerSoftmax(kernel: string, { attributes, inputs, output }: Lowering<SoftmaxAttributes>): Lowered {
  const x = inputs[0]!;
  const parameters = { length: attributes.length, inner: attributes.inner };
  const tiles = sizeOf(output.shape) / attributes.length;
  return {
    forward: [{ kernel: `${kernel}_forward`, bindings: [value(x.name), value(output.name)], parameters, tiles }],
    backward: [
      { kernel: `${kernel}_backward`, bindings: [value(output.name), cotangent(output.name), cotangent(x.name)], parameters, tiles },
    ],
  };
}

/** Calls `visit` with the positions of the elements along the axis, for every place of the other axes. */
function eachAxis({ length, inner }: SoftmaxAttributes, size: number, visit: (indices: readonly number[]) => void): void {
  for (let outer = 0; outer < size; outer += length * inner) {
    for (let i = 0; i < inner; i++) visit(Array.from({ length }, (_, k) => outer + k * inner + i));
  }
}

/** log(sum(exp(x))) without overflow. */
function logSumExp(indices: readonly number[], x: Float64Array): number {
  const largest = indices.reduce((best, i) => Math.max(best, x[i]!), Number.NEGATIVE_INFINITY);
  return largest + Math.log(indices.reduce((sum, i) => sum + Math.exp(x[i]! - largest), 0));
}
