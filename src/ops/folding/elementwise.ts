import { gather } from '../../tensor/gather.js';
import { mapPairs } from '../../tensor/pairs.js';
import { type ElementType, type Shape, sizeOf, type Tensor } from '../../tensor/tensor.js';
import type { NodeReader } from '../node_reader.js';
import { broadcastIndices, broadcastShapes } from '../shared/broadcast.js';
import type { Folding, FoldOperator } from './fold_operator.js';

/** y[i] = f(x[i]). y has the type of x, or the given one. */
export function unary(f: (x: number) => number, type?: ElementType): FoldOperator {
  return (node) => {
    const x = node.constant(0);
    return { shape: x.shape, type: type ?? x.type, make: () => mapFloat64(x.data, f) };
  };
}

/** y[i] = f(a[i'], b[i"]) with multidirectional broadcasting. y has the type of a, or the given one. */
export function binary(f: (a: number, b: number) => number, type?: ElementType): FoldOperator {
  return (node) => combine(node, [node.constant(0), node.constant(1)], type ?? node.constant(0).type, f);
}

/** One or more inputs, combined two by two from the left: Min, Max. */
export function variadic(f: (a: number, b: number) => number): FoldOperator {
  return (node) => {
    const inputs = node.inputs.map((_, position) => node.constant(position));
    return combine(node, inputs, node.constant(0).type, f);
  };
}

/** f of every element, in float64. */
export function mapFloat64(data: Tensor['data'], f: (x: number) => number): Float64Array {
  return Float64Array.from(data).map(f);
}

/** The inputs, stretched over their common shape and combined two by two from the left. */
function combine(node: NodeReader, inputs: readonly Tensor[], type: ElementType, f: (a: number, b: number) => number): Folding {
  const shape = broadcast(node, inputs);
  return {
    shape,
    type,
    operations: 2 * inputs.length * sizeOf(shape),
    make() {
      const [first, ...others] = inputs.map((input) => gather(input.data, broadcastIndices(input.shape, shape)));
      let combined = first ?? new Float64Array(0);
      for (const other of others) combined = mapPairs(combined, other, (a, b) => f(a, b));
      return combined;
    },
  };
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
  return shape;
}
