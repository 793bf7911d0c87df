import { formatShape, sizeOf, stridesOf, type Tensor } from '../../tensor/tensor.js';
import { resolveAxes, resolveAxis } from '../axes.js';
import type { NodeReader } from '../operator.js';
import { checkFoldedShape } from './elementwise.js';
import type { FoldOperator } from './fold_operator.js';

/** Shape: the sizes of the axes `start` to `end` (opset 15; all of them before) of a value, which may be computed from the image. */
export const shape: FoldOperator = (node) => {
  const sizes = node.input(0).shape;
  const data = Float64Array.from(sizes.slice(node.int('start', 0), node.int('end', sizes.length)));
  return { shape: [data.length], type: 'int', data };
};

/** Size: the number of elements of a value, which may be computed from the image. */
export const size: FoldOperator = (node) => ({ shape: [], type: 'int', data: Float64Array.of(sizeOf(node.input(0).shape)) });

/** Gather: y = x taken along `axis` at the indices (negative ones count from the end); the axis becomes the axes of the indices. */
export const gather: FoldOperator = (node) => {
  const [x, indices] = [node.constant(0), node.constant(1)];
  const axis = resolveAxis(node, node.int('axis', 0), x.shape.length);
  const length = x.shape[axis]!;
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const gathered = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  checkFoldedShape(node, gathered);
  const data = new Float64Array(sizeOf(gathered));
  let next = 0;
  for (let row = 0; row < outer; row++) {
    for (const index of indices.data) {
      if (index < -length || index >= length) {
        throw node.error(`index ${index} into an axis of ${length}`, `${-length} to ${length - 1}`);
      }
      const start = (row * length + (index < 0 ? index + length : index)) * inner;
      data.set(x.data.subarray(start, start + inner), next);
      next += inner;
    }
  }
  return { shape: gathered, type: x.type, data };
};

/**
 * Slice: y[i] = x[start + step i] along each of the axes. Bounds count from the end where negative and are cut to the axis where they lie
 * outside. Bounds are attributes up to opset 9, and constant inputs from 10 on, when steps came.
 */
export const slice: FoldOperator = (node) => {
  const x = node.constant(0);
  const given = (attribute: string, position: number): number[] | undefined => {
    if (node.opset < 10) {
      return node.ints(attribute);
    }
    return node.inputs[position] === undefined ? undefined : Array.from(node.constant(position).data);
  };
  const [starts, ends] = [given('starts', 1), given('ends', 2)];
  if (starts === undefined || ends === undefined || starts.length !== ends.length) {
    throw node.error(`starts ${starts ?? 'missing'} and ends ${ends ?? 'missing'}`, 'as many ends as starts');
  }
  const axes = resolveAxes(node, given('axes', 3) ?? starts.map((_, axis) => axis), x.shape.length);
  const steps = (node.opset < 10 ? undefined : given('steps', 4)) ?? starts.map(() => 1);
  if (axes.length !== starts.length || steps.length !== starts.length || steps.includes(0)) {
    throw node.error(`starts ${starts}, axes ${axes} and steps ${steps}`, 'as many of each, and no step 0');
  }
  const strides = stridesOf(x.shape);
  let origin = 0;
  const sizes = [...x.shape];
  axes.forEach((axis, k) => {
    const { start, length } = bounds(starts[k]!, ends[k]!, steps[k]!, x.shape[axis]!);
    origin += start * strides[axis]!;
    strides[axis]! *= steps[k]!;
    sizes[axis] = length;
  });
  const outer = stridesOf(sizes);
  const data = Float64Array.from({ length: sizeOf(sizes) }, (_, i) => {
    const offset = sizes.reduce((sum, size, axis) => sum + (Math.floor(i / outer[axis]!) % size) * strides[axis]!, origin);
    return x.data[offset]!;
  });
  return { shape: sizes, type: x.type, data };
};

function bounds(start: number, end: number, step: number, size: number): { start: number; length: number } {
  const cut = (bound: number, low: number, high: number) => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  const [from, to] = step > 0 ? [cut(start, 0, size), cut(end, 0, size)] : [cut(start, 0, size - 1), cut(end, -1, size - 1)];
  return { start: from, length: Math.max(0, Math.ceil((to - from) / step)) };
}

/** Tile: y[i] = x[i mod size], x repeated along every axis as often as the second input says. */
export const tile: FoldOperator = (node) => {
  const [x, repeats] = [node.constant(0), node.constant(1).data];
  if (repeats.length !== x.shape.length) {
    throw node.error(`${repeats.length} repeats for shape ${formatShape(x.shape)}`, 'one an axis');
  }
  const sizes = x.shape.map((size, axis) => size * repeats[axis]!);
  checkFoldedShape(node, sizes);
  const [outer, strides] = [stridesOf(sizes), stridesOf(x.shape)];
  const data = Float64Array.from(
    { length: sizeOf(sizes) },
    (_, i) => x.data[x.shape.reduce((sum, size, axis) => sum + (Math.floor(i / outer[axis]!) % size) * strides[axis]!, 0)]!,
  );
  return { shape: sizes, type: x.type, data };
};

/** ConstantOfShape: a tensor of the shape that the input lists, filled with `value` (float 0 by default). */
export const constantOfShape: FoldOperator = (node) => {
  const sizes = Array.from(node.constant(0).data);
  checkFoldedShape(node, sizes);
  const value: Tensor = node.tensor('value') ?? { shape: [1], type: 'float', data: Float64Array.of(0) };
  return { shape: sizes, type: value.type, data: new Float64Array(sizeOf(sizes)).fill(value.data[0]!) };
};

/** Range: start, start + delta, ... up to but without the limit. */
export const range: FoldOperator = (node) => {
  const [start, limit, delta] = [0, 1, 2].map((position) => scalar(node, position)) as [number, number, number];
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  checkFoldedShape(node, [length]);
  return { shape: [length], type: node.constant(0).type, data: Float64Array.from({ length }, (_, i) => start + i * delta) };
};

function scalar(node: NodeReader, position: number): number {
  const { shape: axes, data } = node.constant(position);
  if (data.length !== 1) {
    throw node.error(`input ${position} of shape ${formatShape(axes)}`, 'one number');
  }
  return data[0]!;
}
