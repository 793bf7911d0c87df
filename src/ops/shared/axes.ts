import { firstOf, itemAt } from '../../tensor/items.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';

/** The most axes of a tensor. The kernels' index arithmetic holds two vec4u (shaders/lib/index.wgsl), which leaves room for two more. */
export const MAX_RANK = 6;
/** The most axes of a view, which no kernel sees. */
export const MAX_VIEW_RANK = 8;

/** The most axes of a constant. No network needs so many, and walks over a tensor take time for each. */
export const MAX_CONSTANT_RANK = 16;
/** The longest axis of which a list says where each element comes from. No picture has a longer one. */
export const MAX_AXIS = 2 ** 20;

/** Refuses shapes with more axes than the kernels take. */
export function checkRank(node: NodeReader, shape: Shape, limit: number = MAX_RANK): void {
  if (shape.length > limit) {
    throw node.error('axes.rank', { axes: shape.length, most: limit });
  }
}

/** The number, counted from the front, of an axis that may be counted from the back (negative). */
export function resolveAxis(node: NodeReader, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw node.error('axes.axis', { axis, axes: rank });
  }
  return axis < 0 ? axis + rank : axis;
}

/** The same for several axes. Throws where one is named twice. */
export function resolveAxes(node: NodeReader, axes: readonly number[], rank: number): number[] {
  const resolved = axes.map((axis) => resolveAxis(node, axis, rank));
  if (new Set(resolved).size !== resolved.length) {
    throw node.error('axes.twice', { axes });
  }
  return resolved;
}

/** A shape with its strides in one or several tensors. */
export interface Strided {
  readonly shape: Shape;
  readonly strides: readonly (readonly number[])[];
}

/** The same walk over the same addresses with as few axes as possible. Axes of size 1 go, and neighbours that lie end to end become one. */
export function collapse({ shape, strides }: Strided): Strided {
  const sizes: number[] = [];
  const kept: number[][] = strides.map(() => []);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = itemAt(shape, axis);
    if (size === 1) {
      continue;
    }
    const inner = sizes[0];
    if (inner !== undefined && strides.every((tensor, t) => tensor[axis] === firstOf(itemAt(kept, t)) * inner)) {
      sizes[0] = inner * size;
    } else {
      sizes.unshift(size);
      strides.forEach((tensor, t) => {
        itemAt(kept, t).unshift(itemAt(tensor, axis));
      });
    }
  }
  return { shape: sizes, strides: kept };
}

/** Up to eight numbers, one for each axis, as the vec4u parameters `<name>_low` and `<name>_high`: innermost axis first, then zeros. */
export function axisParameters(name: string, numbers: readonly number[]): Record<string, number[]> {
  const reversed = [...numbers].reverse();
  const padded = Array.from({ length: 8 }, (_, axis) => reversed[axis] ?? 0);
  return { [`${name}_low`]: padded.slice(0, 4), [`${name}_high`]: padded.slice(4) };
}

/** The product of the sizes of the axes from `start` up to, but without, `end`. */
export function sizeBetween(shape: Shape, start: number, end?: number): number {
  return sizeOf(shape.slice(start, end));
}
