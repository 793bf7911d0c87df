import { firstOf } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader, Reading } from '../node_reader.js';
import type { Lowered, Lowering, Operator } from '../operator.js';
import { resolveAxis, sizeBetween } from '../shared/axes.js';
import { cotangent, value } from '../shared/bindings.js';
import { inRows } from '../shared/rows.js';

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
  logarithm: false,
  forward(x, y, { first, end, step }) {
    const largest = largestOf(x, { first, end, step });
    let total = 0;
    for (let e = first; e < end; e += step) {
      y[e] = Math.exp(x[e]! - largest);
      total += y[e]!;
    }
    for (let e = first; e < end; e += step) y[e]! /= total;
  },
  backward(y, dy, dx, { first, end, step }) {
    let total = 0;
    for (let e = first; e < end; e += step) total += dy[e]! * y[e]!;
    for (let e = first; e < end; e += step) dx[e] = y[e]! * (dy[e]! - total);
  },
});

/**
 * LogSoftmax: y = x - log(sum(exp(x))) along an axis; dx = dy - exp(y) sum(dy). Axes as in Softmax.
 * https://onnx.ai/onnx/operators/onnx__LogSoftmax.html
 */
export const logSoftmax: Operator<SoftmaxAttributes> = alongAxis({
  logarithm: true,
  forward(x, y, { first, end, step }) {
    const largest = largestOf(x, { first, end, step });
    let total = 0;
    for (let e = first; e < end; e += step) total += Math.exp(x[e]! - largest);
    const logarithm = largest + Math.log(total);
    for (let e = first; e < end; e += step) y[e] = x[e]! - logarithm;
  },
  backward(y, dy, dx, { first, end, step }) {
    let total = 0;
    for (let e = first; e < end; e += step) total += dy[e]!;
    for (let e = first; e < end; e += step) dx[e] = dy[e]! - Math.exp(y[e]!) * total;
  },
});

/** The elements of a tensor along the axis: `first`, `first` + `step`, ... before `end`. */
interface Line {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

/** An operator that treats every line of elements along the axis separately: it writes y from x, and dx from y and dy. */
function alongAxis(rule: {
  /** Whether y is the logarithm of a softmax. */
  readonly logarithm: boolean;
  readonly forward: (x: Float64Array, y: Float64Array, line: Line) => void;
  readonly backward: (y: Float64Array, dy: Float64Array, dx: Float64Array, line: Line) => void;
}): Operator<SoftmaxAttributes> {
  return {
    since: 1,
    notes: { exact: 'no', note: 'taken off where it is last and logits are asked for' },
    read: readSoftmax,
    // The softmax of a single number is always 1.
    linear: ({ length }) => length === 1,
    forward({ attributes, inputs }) {
      const x = firstOf(inputs).data;
      const y = new Float64Array(x.length);
      eachLine(attributes, x.length, (line) => rule.forward(x, y, line));
      return y;
    },
    backward({ attributes, output: y, cotangent: dy }) {
      const dx = new Float64Array(y.length);
      eachLine(attributes, y.length, (line) => rule.backward(y, dy, dx, line));
      return [dx];
    },
    lower: (lowering) => lowerSoftmax(rule.logarithm, lowering),
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

function lowerSoftmax(logarithm: boolean, { attributes, inputs, output }: Lowering<SoftmaxAttributes>): Lowered {
  const x = firstOf(inputs);
  const constants = { LOG: Number(logarithm) };
  const tiles = sizeOf(output.shape) / attributes.length;
  const common = { constants, parameters: { length: attributes.length, inner: attributes.inner }, tiles };
  const workgroups = (direction: 'forward' | 'backward') => inRows(`softmax_workgroup_${direction}`, tiles, attributes.length, constants);
  return {
    forward: [{ ...common, kernel: 'softmax_forward', bindings: [value(x.name), value(output.name)], ...workgroups('forward') }],
    backward: [
      {
        ...common,
        kernel: 'softmax_backward',
        bindings: [value(output.name), cotangent(output.name), cotangent(x.name)],
        ...workgroups('backward'),
      },
    ],
  };
}

/** Calls `visit` with every line along the axis. */
function eachLine({ length, inner }: SoftmaxAttributes, size: number, visit: (line: Line) => void): void {
  for (let outer = 0; outer < size; outer += length * inner) {
    for (let first = outer; first < outer + inner; first++) visit({ first, end: first + length * inner, step: inner });
  }
}

function largestOf(x: Float64Array, { first, end, step }: Line): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let e = first; e < end; e += step) largest = Math.max(largest, x[e]!);
  return largest;
}
