import { gather } from '../../tensor/gather.js';
import { itemAt } from '../../tensor/items.js';
import { type ElementType, type Shape, sizeOf, type Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import { broadcastIndices, broadcastShapes } from '../shared/broadcast.js';
import { type FoldOperator, MAX_FOLDED_ELEMENTS } from './fold_operator.js';

/** y[i] = f(x[i]). y has the type of x, or the given one. */
export function unary(f: (x: number) => number, type?: ElementType): FoldOperator {
  return (node) => {
    const x = node.constant(0);
    return { shape: x.shape, type: type ?? x.type, data: Float64Array.from(x.data, f) };
  };
}

/** y[i] = f(a[i'], b[i"]) with multidirectional broadcasting. y has the type of a, or the given one. */
export function binary(f: (a: number, b: number) => number, type?: ElementType): FoldOperator {
  return (node) => combine(node, [node.constant(0), node.constant(1)], type ?? node.constant(0).type, (a, b) => f(a!, b!));
}

/** One or more inputs, combined two by two from the left: Min, Max. */
export function variadic(f: (a: number, b: number) => number): FoldOperator {
  return (node) => {
    const inputs = node.inputs.map((_, position) => node.constant(position));
    return combine(node, inputs, node.constant(0).type, (...values) => values.reduce((a, b) => f(a, b)));
  };
}

/** Mod: the remainder with the sign of the divisor, or with `fmod` that of the dividend. */
export const mod: FoldOperator = (node) => {
  const truncated = node.int('fmod', 0) === 1;
  return binary((a, b) => (truncated ? a % b : a - Math.floor(a / b) * b))(node);
};

/** To the nearest integer, halves to the even one. */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) {
    return Math.round(x);
  }
  return floor % 2 === 0 ? floor : floor + 1;
}

function combine(node: NodeReader, inputs: readonly Tensor[], type: ElementType, f: (...values: number[]) => number): Tensor {
  const shape = broadcast(node, inputs);
  const operands = inputs.map((input) => gather(input.data, broadcastIndices(input.shape, shape)));
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => f(...operands.map((operand) => itemAt(operand, i))));
  return { shape, type, data };
}

function broadcast(node: NodeReader, inputs: readonly Tensor[]): Shape {
  let shape: Shape = [];
  for (const input of inputs) {
    const joined = broadcastShapes(shape, input.shape);
    if (joined === undefined) {
      throw node.error('broadcast.shapes', { shapes: inputs.map((each) => each.shape) });
    }
    shape = joined;
  }
  checkFoldedShape(node, shape);
  return shape;
}

/** Refuses shapes from shape arithmetic whose sizes are negative or no integers, or that are larger than any constant may be. */
export function checkFoldedShape(node: NodeReader, shape: Shape): void {
  if (shape.some((size) => !Number.isInteger(size) || size < 0)) {
    throw node.error('fold.sizes', { shape });
  }
  const largest = node.inputs.reduce((most, input) => Math.max(most, sizeOf(input?.shape ?? [])), MAX_FOLDED_ELEMENTS);
  if (sizeOf(shape) > largest) {
    throw node.error('fold.large', { shape, elements: sizeOf(shape), most: largest });
  }
}
