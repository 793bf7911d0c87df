import { operators } from '../../../ops/index.js';
import { type Shape, sizeOf } from '../../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../../graph.js';
import { dividedBySum } from './sums.js';
import { logSoftmaxOf, NEGLIGIBLE, numberOf, type Producers, scaledValue, searchBack } from './values.js';

/** Elements that are 0 or above, as [outer][length][inner]: over `length`, they sum to `total`. */
export interface Distribution {
  readonly length: number;
  readonly inner: number;
  readonly total: number;
}

/**
 * Whether the elements of a value are known to be probabilities, whatever the image: a softmax, numbers divided by their sum, and weighted
 * sums and means of such values.
 */
export function distributionAt(graph: Graph, producers: Producers, name: string): Distribution | undefined {
  return searchBack<Distribution | undefined>(undefined, (value, again) => {
    const node = producers.get(value);
    return node && distributionOf(graph, producers, node, again);
  })(name);
}

function distributionOf(
  graph: Graph,
  producers: Producers,
  node: GraphNode,
  again: (name: string) => Distribution | undefined,
): Distribution | undefined {
  const of = (position: number) => again(inputAt(node, position));
  if (node.op === 'Softmax') return { ...node.attributes, total: 1 };
  if (operators[node.op].view) return of(0);
  switch (node.op) {
    case 'Exp': {
      const log = producers.get(inputAt(node, 0));
      if (log?.op === 'LogSoftmax') return { ...log.attributes, total: 1 };
      const logits = log && logSoftmaxOf(graph, producers, log);
      return logits === undefined ? undefined : { length: sizeOf(shapeOf(graph, logits)), inner: 1, total: 1 };
    }
    case 'Transpose': {
      const found = of(0);
      return found && coversAll(found, shapeOf(graph, node.output)) ? found : undefined;
    }
    case 'Clip': {
      const { min, max } = node.attributes;
      const found = of(0);
      return found && min <= NEGLIGIBLE * found.total && max >= (1 - NEGLIGIBLE) * found.total ? found : undefined;
    }
    case 'Mul':
    case 'Div': {
      const whole = whollyDivided(graph, producers, node);
      if (whole !== undefined) return whole;
      const scaled = scaledValue(graph, node);
      const found = scaled && again(scaled.of);
      return found && { ...found, total: found.total * scaled.factor };
    }
    case 'Add':
    case 'Sum':
    case 'Mean': {
      const parts = node.inputs.map((_, position) => of(position));
      const sum = sameSize(graph, node) ? joined(parts) : undefined;
      return sum && { ...sum, total: node.op === 'Mean' ? sum.total / parts.length : sum.total };
    }
    case 'Concat': {
      const parts = node.inputs.map((_, position) => of(position));
      return (
        withComplement(graph, producers, node) ?? stacked(parts, shapeOf(graph, node.output), node.attributes.axis, node.inputs.length)
      );
    }
    case 'GlobalAveragePool':
    case 'ReduceMean':
    case 'ReduceSum': {
      const found = of(0);
      return found && reduced(found, shapeOf(graph, inputAt(node, 0)), node.attributes.axes, node.op === 'ReduceSum');
    }
    default:
      return undefined;
  }
}

/** Whether all elements of a shape are one distribution. */
export function coversAll({ length }: Pick<Distribution, 'length'>, shape: Shape): boolean {
  return length > 1 && length === sizeOf(shape);
}

/** Probabilities that a Div divides by their sum, which they have already, as sklearn's converter does after a softmax. */
export function dividedAgain(
  graph: Graph,
  producers: Producers,
  node: GraphNode,
): { readonly of: string; readonly factor: number } | undefined {
  const of = dividedBySum(graph, producers, node);
  const found = of === undefined ? undefined : distributionAt(graph, producers, of);
  return of !== undefined && found && coversAll(found, shapeOf(graph, of)) ? { of, factor: 1 / found.total } : undefined;
}

function whollyDivided(graph: Graph, producers: Producers, node: GraphNode): Distribution | undefined {
  const dividend = dividedBySum(graph, producers, node);
  return dividend === undefined ? undefined : { length: sizeOf(shapeOf(graph, dividend)), inner: 1, total: 1 };
}

function sameSize(graph: Graph, node: GraphNode): boolean {
  const size = sizeOf(shapeOf(graph, node.output));
  return node.inputs.every((name) => sizeOf(shapeOf(graph, name)) === size);
}

/** The sum of distributions over the same elements. */
function joined(parts: readonly (Distribution | undefined)[]): Distribution | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  let total = 0;
  for (const part of parts) {
    if (part === undefined || part.length !== first.length || part.inner !== first.inner) return undefined;
    total += part.total;
  }
  return { ...first, total };
}

/** Distributions of the same kind, one beside the other along another axis than theirs. */
function stacked(parts: readonly (Distribution | undefined)[], shape: Shape, axis: number, count: number): Distribution | undefined {
  const sum = joined(parts);
  if (sum === undefined || sum.total !== count * (parts[0]?.total ?? 0)) return undefined;
  const total = sum.total / count;
  const inside = sizeOf(shape.slice(axis + 1));
  const along = shape[axis] ?? 1;
  if (inside >= sum.length * sum.inner) return { ...sum, total };
  // Before they were stacked, `along / count` elements lay along the axis.
  return inside * (along / count) <= sum.inner ? { ...sum, inner: sum.inner * count, total } : undefined;
}

function withComplement(graph: Graph, producers: Producers, node: GraphNode): Distribution | undefined {
  return besideComplement(graph, producers, node) && { length: 2, inner: 1, total: 1 };
}

/** The sigmoid p of a Concat of p and 1 - p, in any order, and the position of p. */
export function besideComplement(
  graph: Graph,
  producers: Producers,
  { op, inputs, output }: GraphNode,
): { readonly sigmoid: GraphNode<'Sigmoid'>; readonly position: number } | undefined {
  if (op !== 'Concat' || inputs.length !== 2 || sizeOf(shapeOf(graph, output)) !== 2) return undefined;
  for (const [position, name] of inputs.entries()) {
    const [sigmoid, sub] = [producers.get(name), producers.get(inputs[1 - position] ?? '')];
    const isComplement = sub?.op === 'Sub' && numberOf(graph, inputAt(sub, 0)) === 1 && inputAt(sub, 1) === name;
    if (sigmoid?.op === 'Sigmoid' && isComplement) return { sigmoid, position };
  }
  return undefined;
}

/** A distribution after a sum or mean over axes that are not its own. */
function reduced(found: Distribution, shape: Shape, axes: readonly number[], sums: boolean): Distribution | undefined {
  let { inner, total } = found;
  for (const axis of axes) {
    const size = shape[axis] ?? 1;
    const inside = sizeOf(shape.slice(axis + 1));
    if (inside * size <= found.inner) inner /= size;
    else if (size > 1 && inside < found.length * found.inner) return undefined;
    if (sums) total *= size;
  }
  return { ...found, inner, total };
}
