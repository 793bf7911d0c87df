import type { NodeReader } from '../../../ops/node_reader.js';
import { resolveAxis } from '../../../ops/shared/axes.js';
import { itemAt } from '../../../tensor/items.js';
import { type Shape, sizeOf } from '../../../tensor/tensor.js';
import { FLOAT, integer, integers, type NodeWriter, type Rewrite, reshaped, scalar, sliced, transposed } from '../rewrite.js';
import { positionsAlong } from './arg_extremum.js';

/* Gather, GatherND, GatherElements and ScatterElements by indices of the image, as ArgMax and TopK give them. Every index is compared with all positions
   along the axis. No gradient flows to the indices. */

/** Indices, counted from the front. */
function counted(write: NodeWriter, indices: string, size: number): string {
  const negative = write.add('Less', [indices, scalar(write, 0)]);
  return write.add('Where', [negative, write.add('Add', [indices, integer(write, size)]), indices]);
}

/** The rows of a matrix [size, elements] that indices name, as a product: for each index a row that is 1 at its position and 0 elsewhere, times the matrix. */
function namedRows(write: NodeWriter, indices: string, matrix: string): string {
  const [size = 1] = write.shape(matrix);
  const named = write.add('Equal', [reshaped(write, indices, [sizeOf(write.shape(indices)), 1]), positionsAlong(write, 1, size, 2)]);
  return write.add('MatMul', [write.add('Cast', [named], { to: FLOAT }), matrix]);
}

/** Gather by computed indices. */
export const gatherByComputed: Rewrite = (node, write) => {
  const [x, indices] = [node.input(0), node.input(1)];
  if (indices.constant) return undefined;
  const axis = resolveAxis(node, node.int('axis', 0), x.shape.length);
  const size = itemAt(x.shape, axis);
  const others = x.shape.filter((_, k) => k !== axis);
  const inFront = transposed(
    write,
    x.name,
    [axis, ...others.keys()].map((k, at) => (at === 0 || k < axis ? k : k + 1)),
  );
  const rows = namedRows(write, counted(write, indices.name, size), reshaped(write, inFront, [size, sizeOf(others)]));
  // [indices.., axes before.., axes after..] becomes [axes before.., indices.., axes after..].
  const places = [...indices.shape.keys()];
  const before = Array.from({ length: axis }, (_, k) => places.length + k);
  const after = Array.from({ length: others.length - axis }, (_, k) => places.length + axis + k);
  return [transposed(write, reshaped(write, rows, [...indices.shape, ...others]), [...before, ...places, ...after])];
};

/** GatherND by computed indices, without axes of a batch: those of a row become the place among all elements of the axes that they name. */
export const gatherNDByComputed: Rewrite = (node, write) => {
  const [x, indices] = [node.input(0), node.input(1)];
  const depth = indices.shape.at(-1) ?? 0;
  if (indices.constant || node.int('batch_dims', 0) !== 0 || depth < 1 || depth > x.shape.length) return undefined;
  const [named, others] = [x.shape.slice(0, depth), x.shape.slice(depth)];
  const last = indices.shape.length - 1;
  const places = named.map((size, k) => {
    const index = counted(write, sliced(write, indices.name, last, k, k + 1), size);
    return write.add('Mul', [index, integer(write, sizeOf(named.slice(k + 1)))]);
  });
  const place = places.reduce((sum, each) => write.add('Add', [sum, each]));
  const rows = namedRows(write, place, reshaped(write, x.name, [sizeOf(named), sizeOf(others)]));
  return [reshaped(write, rows, [...indices.shape.slice(0, -1), ...others])];
};

/** An operand with this axis last, and the others as one. */
function asRows(write: NodeWriter, name: string, axis: number): string {
  const shape = write.shape(name);
  const size = itemAt(shape, axis);
  return reshaped(write, transposed(write, name, swapped(shape, axis)), [sizeOf(shape) / size, size]);
}

/** The reverse of `asRows`, for a tensor of this shape. */
function fromRows(write: NodeWriter, rows: string, shape: Shape, axis: number): string {
  const swap = swapped(shape, axis);
  const turned = swap.map((k) => itemAt(shape, k));
  return transposed(write, reshaped(write, rows, turned), swap);
}

/** The permutation that makes an axis the last and the last this axis. */
function swapped(shape: Shape, axis: number): number[] {
  const last = shape.length - 1;
  return shape.map((_, k) => (k === axis ? last : k === last ? axis : k));
}

/** Elements [row, k, j]: whether index k of the row names position j. */
function namedPositions(write: NodeWriter, indices: string, size: number): string {
  const [rows = 1, count = 1] = write.shape(indices);
  return write.add('Equal', [reshaped(write, counted(write, indices, size), [rows, count, 1]), positionsAlong(write, 2, size, 3)]);
}

/** Of each row of `values`, [rows, count, 1] or [rows, 1, size], the sum of those where `named` holds, along an axis. */
function sumWhere(write: NodeWriter, named: string, values: string, axis: 1 | 2): string {
  const chosen = write.add('Where', [named, values, scalar(write, 0)]);
  return write.add('ReduceSum', [chosen, integers(write, [axis])], { keepdims: 0 });
}

/** The axis and its size, if the indices are computed and fit the data. */
function readElements(node: NodeReader): { readonly axis: number; readonly size: number } | undefined {
  const [x, indices] = [node.input(0), node.input(1)];
  if (indices.constant || indices.shape.length !== x.shape.length) return undefined;
  const axis = resolveAxis(node, node.int('axis', 0), x.shape.length);
  const fits = x.shape.every((size, k) => k === axis || itemAt(indices.shape, k) <= size);
  return fits ? { axis, size: itemAt(x.shape, axis) } : undefined;
}

/** GatherElements: of each line along the axis, the element that an index names. */
export const gatherElementsByComputed: Rewrite = (node, write) => {
  const read = readElements(node);
  if (read === undefined) return undefined;
  const { axis, size } = read;
  const indices = node.input(1);
  const data = indices.shape.reduce((cut, count, k) => (k === axis ? cut : sliced(write, cut, k, 0, count)), node.input(0).name);
  const lines = asRows(write, data, axis);
  const [rows = 1] = write.shape(lines);
  const named = namedPositions(write, asRows(write, indices.name, axis), size);
  return [fromRows(write, sumWhere(write, named, reshaped(write, lines, [rows, 1, size]), 2), indices.shape, axis)];
};

/**
 * ScatterElements whose indices name no element twice, as those of TopK do not: the update where an index names the position, else the data. With
 * the reduction "add" the updates are added, and indices may be equal.
 */
export const scatterElementsByComputed: Rewrite = (node, write) => {
  const read = readElements(node);
  const reduction = node.string('reduction', 'none');
  const [x, indices, updates] = [node.input(0), node.input(1), node.input(2)];
  const whole = indices.shape.every((size, k) => k === read?.axis || size === x.shape[k]);
  if (read === undefined || !whole || (reduction !== 'none' && reduction !== 'add')) return undefined;
  const { axis, size } = read;
  const [places, given] = [indices.name, updates.name].map((name) => asRows(write, name, axis));
  if (places === undefined || given === undefined) return undefined;
  const [rows = 1, count = 1] = write.shape(places);
  const named = namedPositions(write, places, size);
  const sums = fromRows(write, sumWhere(write, named, reshaped(write, given, [rows, count, 1]), 1), x.shape, axis);
  if (reduction === 'add') return [write.add('Add', [x.name, sums])];
  const holds = write.add('ReduceMax', [write.add('Cast', [named], { to: FLOAT }), integers(write, [1])], { keepdims: 0 });
  return [write.add('Where', [fromRows(write, holds, x.shape, axis), sums, x.name])];
};
