import { itemAt } from '../../tensor/items.js';
import { type Shape, sizeAt, sizeOf, stridesOf, type Tensor } from '../../tensor/tensor.js';
import { NOWHERE } from '../movement/index_map.js';
import type { NodeReader } from '../node_reader.js';

/** Runs of neighbouring elements, all equally long, which constant indices name in a tensor. */
export interface Runs {
  /** The first element of every run. */
  readonly starts: Uint32Array;
  /** The elements of a run. */
  readonly length: number;
}

/** The place that an index names, counted from the front. Negative ones count from the end. Throws where the axis has no such place. */
export function placeOf(node: NodeReader, index: number, size: number): number {
  if (!Number.isInteger(index) || index < -size || index >= size) throw node.error('fold.index', { index, size });
  return index < 0 ? index + size : index;
}

/** For all elements of the runs, one run after the other, their places in the tensor. */
export function placesOfRuns({ starts, length }: Runs): Uint32Array {
  const places = new Uint32Array(starts.length * length);
  starts.forEach((start, run) => {
    for (let i = 0; i < length; i++) places[run * length + i] = start + i;
  });
  return places;
}

/** For all elements of the tensor, their places in the runs that lie one after the other, or NOWHERE. Of runs that overlap the last counts. */
export function placesInRuns({ starts, length }: Runs, shape: Shape): Uint32Array {
  const places = new Uint32Array(sizeOf(shape)).fill(NOWHERE);
  starts.forEach((start, run) => {
    for (let i = 0; i < length; i++) places[start + i] = run * length + i;
  });
  return places;
}

/** For all elements of the tensor, their own places, but NOWHERE for those that lie in a run. */
export function placesLeft(runs: Runs, shape: Shape): Uint32Array {
  return placesInRuns(runs, shape).map((place, i) => (place === NOWHERE ? i : NOWHERE));
}

/**
 * The runs that the rows of `indices` name in a tensor of `shape`, as GatherND and ScatterND read them: a row has a place for each of the first
 * axes behind `batchDims` axes, which both tensors share. What these axes leave is a run.
 */
export function runsOfRows(node: NodeReader, shape: Shape, indices: Tensor, batchDims: number): Runs {
  const depth = sizeAt(indices.shape, -1);
  const strides = stridesOf(shape);
  const rows = sizeOf(indices.shape.slice(0, -1));
  const batches = sizeOf(shape.slice(0, batchDims));
  const elements = sizeOf(shape.slice(batchDims));
  const starts = Uint32Array.from({ length: rows }, (_, row) => {
    let start = Math.floor((row * batches) / rows) * elements;
    for (let k = 0; k < depth; k++) {
      const axis = batchDims + k;
      start += placeOf(node, itemAt(indices.data, row * depth + k), sizeAt(shape, axis)) * itemAt(strides, axis);
    }
    return start;
  });
  return { starts, length: sizeOf(shape.slice(batchDims + depth)) };
}

/**
 * The elements that `indices` name in a tensor of `shape`, as GatherElements and ScatterElements read them: each names a place along one axis,
 * and has its own place along all others.
 */
export function runsOfElements(node: NodeReader, shape: Shape, indices: Tensor, axis: number): Runs {
  const strides = stridesOf(shape);
  const own = stridesOf(indices.shape);
  const size = sizeAt(shape, axis);
  const starts = Uint32Array.from(indices.data, (index, i) => {
    let start = placeOf(node, index, size) * itemAt(strides, axis);
    for (const [other, stride] of own.entries()) {
      if (other !== axis) start += (Math.floor(i / stride) % itemAt(indices.shape, other)) * itemAt(strides, other);
    }
    return start;
  });
  return { starts, length: 1 };
}

/** Whether indices of this shape fit a tensor as `runsOfElements` reads them: as many axes, none longer but the one that they name places of. */
export function fitElements(indices: Shape, shape: Shape, axis: number): boolean {
  return indices.length === shape.length && indices.every((size, k) => k === axis || size <= itemAt(shape, k));
}
