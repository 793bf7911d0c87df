import { itemAt } from '../../tensor/items.js';
import { sizeAt } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import { resolveAxes } from '../shared/axes.js';
import { integersAt } from '../views/view.js';
import { movement } from './movement.js';

export interface SliceAttributes {
  /** For every axis, the first element that is kept, and the distance to the next. */
  readonly begins: readonly number[];
  readonly steps: readonly number[];
}

/**
 * Slice: y[i] = x[begin + step i] along every axis; dx is dy at these places and 0 elsewhere. Negative bounds count from the end, and
 * bounds outside the axis are cut to it. Bounds are attributes up to opset 9 and constant inputs from 10 on, which also introduced steps.
 * https://onnx.ai/onnx/operators/onnx__Slice.html
 */
export const slice = movement<SliceAttributes>({
  since: 1,
  inputs: [1, 5],
  read(node) {
    const { shape } = node.input(0);
    const { starts, ends, axes, steps } = readBounds(node, shape.length);
    const attributes = { begins: shape.map(() => 0), steps: shape.map(() => 1) };
    const counts = [...shape];
    axes.forEach((axis, k) => {
      const step = itemAt(steps, k);
      const { start, count } = bounds(itemAt(starts, k), itemAt(ends, k), step, sizeAt(shape, axis));
      attributes.begins[axis] = start;
      attributes.steps[axis] = step;
      counts[axis] = count;
    });
    return { attributes, shape: counts, inputs: [0] };
  },
  moves: ({ begins, steps }, x, y) => ({
    sizes: x,
    axes: y.map((count, axis) => ({ count, from: axis, begin: itemAt(begins, axis), step: itemAt(steps, axis) })),
  }),
});

function readBounds(node: NodeReader, rank: number) {
  const starts = integersAt(node, 'starts', 1, 10);
  const ends = integersAt(node, 'ends', 2, 10);
  if (starts === undefined || ends === undefined || starts.length !== ends.length) {
    throw node.error('slice.bounds', { starts: starts ?? null, ends: ends ?? null });
  }
  const axes = resolveAxes(node, integersAt(node, 'axes', 3, 10) ?? starts.map((_, axis) => axis), rank);
  const steps = (node.opset < 10 ? undefined : integersAt(node, 'steps', 4, 10)) ?? starts.map(() => 1);
  if (axes.length !== starts.length || steps.length !== starts.length || steps.includes(0)) {
    throw node.error('slice.steps', { starts, axes, steps });
  }
  return { starts, ends, axes, steps };
}

function bounds(start: number, end: number, step: number, size: number): { start: number; count: number } {
  const cut = (bound: number, low: number, high: number) => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  const [from, to] = step > 0 ? [cut(start, 0, size), cut(end, 0, size)] : [cut(start, 0, size - 1), cut(end, -1, size - 1)];
  return { start: from, count: Math.max(0, Math.ceil((to - from) / step)) };
}
