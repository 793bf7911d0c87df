import { formatShape } from '../messages/words.js';

export { formatShape };

/**
 * Sizes of the axes, outermost first. `[]` is a scalar.
 *
 * @example const shape: Shape = [1, 3, 224, 224];
 */
export type Shape = readonly number[];

/** The type of a constant's numbers. Integers and booleans occur only in shape arithmetic, which is folded while the file is read. */
export type ElementType = 'float' | 'int' | 'bool';

/**
 * A dense array in C order. `int` and `bool` elements are stored as float64: exact up to 2^53.
 *
 * @example const { shape, data }: Tensor = readNpy(bytes);
 */
export interface Tensor {
  readonly shape: Shape;
  /** `float`, `int` or `bool`. */
  readonly type: ElementType;
  /** [elements], C order. */
  readonly data: Float32Array | Float64Array;
  /** The range of an integer type of at most 16 bits, to which quantisation saturates. Absent for all other types. */
  readonly range?: readonly [number, number];
}

/** The number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The size of one axis, counted from the end where `axis` is negative. Throws where the shape has no such axis: a defect. */
export function sizeAt(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) throw new Error(`${formatShape(shape)} has no axis ${axis}`);
  return size;
}

/** Distance in elements between neighbours along each axis, C order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/** Whether two shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
