import { itemAt } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import { resolveAxes } from '../shared/axes.js';
import { broadcastIndices } from '../shared/broadcast.js';
import { integersAt } from '../views/view.js';
import type { FoldOperator } from './fold_operator.js';

export interface ReduceOptions {
  readonly axesAreInputSince?: number;
  /** Applied to the accumulated elements. */
  finish?(accumulated: number): number;
}

/**
 * Reduces axes (all where none are named, unless `noop_with_empty_axes`) to one element each. They stay as axes of size 1 unless `keepdims`
 * is 0. The axes are an attribute up to opset 17 and an input from 18 on, for ReduceSum from 13 on.
 */
export function reduce(
  initial: number,
  f: (accumulated: number, x: number) => number,
  { axesAreInputSince = 18, finish = (accumulated) => accumulated }: ReduceOptions = {},
): FoldOperator {
  return (node) => {
    const x = node.constant(0);
    const named = integersAt(node, 'axes', 1, axesAreInputSince) ?? [];
    if (named.length === 0 && node.int('noop_with_empty_axes', 0) === 1) {
      return { ...x, make: () => x.data };
    }
    const axes = named.length === 0 ? x.shape.map((_, axis) => axis) : resolveAxes(node, named, x.shape.length);
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const shape = node.int('keepdims', 1) === 0 ? kept.filter((_, axis) => !axes.includes(axis)) : kept;
    const make = () => {
      const data = new Float64Array(sizeOf(kept)).fill(initial);
      const target = broadcastIndices(kept, x.shape);
      x.data.forEach((value, i) => {
        const place = itemAt(target, i);
        data[place] = f(itemAt(data, place), value);
      });
      return data.map(finish);
    };
    return { shape, type: x.type, operations: 2 * x.data.length, make };
  };
}
