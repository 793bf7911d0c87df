import { firstOf, itemAt } from '../../tensor/items.js';
import { type Shape, sizeOf, stridesOf, type Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import type { Operand } from '../operator.js';
import { checkRank, collapse } from './axes.js';

/** The shape that both stretch to, by NumPy's rule (aligned at the last axis, sizes equal or 1), or undefined. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      return undefined;
    }
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** The shape that all inputs of a node stretch to. Throws where they do not, or where it has more axes than kernels take. */
export function readBroadcast(node: NodeReader): Shape {
  let { shape } = node.input(0);
  for (let position = 1; position < node.inputs.length; position++) {
    const next = node.input(position).shape;
    const wider = broadcastShapes(shape, next);
    if (wider === undefined) {
      throw node.error('broadcast.shapes', { shapes: [shape, next] });
    }
    shape = wider;
  }
  checkRank(node, shape);
  return shape;
}

/** Strides of a tensor of shape `from`, one for every axis of `to`: 0 where it is stretched. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : itemAt(strides, axis - missing)));
}

/** For every element of a tensor of shape `to`, the element of a tensor of shape `from` that is stretched there. */
export function broadcastIndices(from: Shape, to: Shape): Uint32Array {
  return walk(to, broadcastStrides(from, to));
}

/** Where the elements of a tensor with these axes lie, in C order. */
function walk(shape: Shape, strides: readonly number[]): Uint32Array {
  let indices = Uint32Array.of(0);
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const stride = itemAt(strides, axis);
    const next = new Uint32Array(indices.length * size);
    let at = 0;
    for (let i = 0; i < indices.length; i++) {
      const index = itemAt(indices, i);
      for (let k = 0; k < size; k++) next[at++] = index + k * stride;
    }
    indices = next;
  }
  return indices;
}

/** The elements of an operand, stretched over a shape. Where nothing is stretched they are the operand's own, and must not be changed. */
export function stretch({ shape, data }: Operand, to: Shape): Float64Array {
  if (sizeOf(shape) === sizeOf(to)) return data;
  const { starts, length, step } = runsOf(shape, to);
  const stretched = new Float64Array(sizeOf(to));
  for (let run = 0, at = 0; run < starts.length; run++) {
    for (let i = 0, place = starts[run]!; i < length; i++, place += step) stretched[at++] = data[place]!;
  }
  return stretched;
}

/** For every element of a tensor of shape `from`, the sum over the elements of `to` that it is stretched to. Where nothing is, `data` itself. */
export function sumStretched(from: Shape, to: Shape, data: Float64Array): Float64Array {
  if (sizeOf(from) === sizeOf(to)) return data;
  const { starts, length, step } = runsOf(from, to);
  const sums = new Float64Array(sizeOf(from));
  for (let run = 0, at = 0; run < starts.length; run++) {
    for (let i = 0, place = starts[run]!; i < length; i++, place += step) sums[place]! += data[at++]!;
  }
  return sums;
}

/** How a tensor stretches over `to`: in runs of `length` elements of `to`, which come from `starts[run]` and `step` further each time. */
interface Runs {
  readonly starts: Uint32Array;
  readonly length: number;
  /** 0 where a run repeats one element, else 1. */
  readonly step: number;
}

function runsOf(from: Shape, to: Shape): Runs {
  const { shape, strides } = collapse({ shape: to, strides: [broadcastStrides(from, to)] });
  const own = firstOf(strides);
  return { starts: walk(shape.slice(0, -1), own), length: shape.at(-1) ?? 1, step: own.at(-1) ?? 0 };
}

/** A constant stretched over a shape: element e takes `data[floor(e / inner) % period]`. */
export interface Periodic {
  readonly data: Float32Array;
  readonly inner: number;
  readonly period: number;
}

/**
 * Packs a constant for stretching over `shape`. A constant that varies only along neighbouring axes (a channel, a plane, a scalar) keeps
 * its size. Any other is written out over all axes from the first to the last along which it varies.
 */
export function packPeriodic(constant: Tensor, shape: Shape): Periodic {
  const varies = broadcastStrides(constant.shape, shape).map((stride) => stride !== 0);
  const first = varies.indexOf(true);
  if (first === -1) {
    return { data: Float32Array.of(firstOf(constant.data)), inner: 1, period: 1 };
  }
  const last = varies.lastIndexOf(true);
  const inner = sizeOf(shape.slice(last + 1));
  const period = sizeOf(shape.slice(first, last + 1));
  const indices = broadcastIndices(constant.shape, shape);
  return { data: Float32Array.from({ length: period }, (_, i) => constant.data[indices[i * inner]!]!), inner, period };
}
