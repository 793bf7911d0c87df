import { operators } from '../../../ops/index.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../../graph.js';
import { NEGLIGIBLE, numberOf, type Producers, producersOf, withoutViews } from './values.js';

/**
 * Whether the output is a vector divided by its own length, as networks that compare pictures end: x / sqrt(sum(x^2)), in one reduction or
 * spelled out, with or without what keeps the length from being 0.
 */
export function isDividedByLength(graph: Graph): boolean {
  const producers = producersOf(graph);
  const node = withoutViews(producers, graph.output.name);
  if (node?.op !== 'Div') return false;
  const vector = inputAt(node, 0);
  const length = withoutGuards(graph, producers, inputAt(node, 1));
  if (length === undefined || sizeOf(shapeOf(graph, length.output)) !== 1) return false;
  if (length.op === 'ReduceL2') return inputAt(length, 0) === vector;
  const isRoot = length.op === 'Sqrt' || (length.op === 'Pow' && length.attributes.exponent === 0.5);
  const sum = isRoot ? withoutGuards(graph, producers, inputAt(length, 0)) : undefined;
  if (sum?.op === 'ReduceSumSquare') return inputAt(sum, 0) === vector;
  const square = sum?.op === 'ReduceSum' ? producers.get(inputAt(sum, 0)) : undefined;
  const isSquare = square?.op === 'Mul' || (square?.op === 'Pow' && square.attributes.exponent === 2);
  return isSquare && square.inputs.every((name) => name === vector || graph.constants.has(name));
}

/** The node that makes a value, without a small bound or summand, and without what only shapes or stretches it. */
function withoutGuards(graph: Graph, producers: Producers, name: string): GraphNode | undefined {
  let node = producers.get(name);
  while (node !== undefined) {
    const guard =
      node.op === 'Add' || node.op === 'Max' ? node.inputs.findIndex((input) => (numberOf(graph, input) ?? 1) <= NEGLIGIBLE) : -1;
    const bounded = node.op === 'Clip' && node.attributes.min <= NEGLIGIBLE;
    if (guard < 0 && !bounded && !operators[node.op].view && node.op !== 'Expand') return node;
    node = producers.get(inputAt(node, guard < 0 ? 0 : 1 - guard));
  }
  return undefined;
}
