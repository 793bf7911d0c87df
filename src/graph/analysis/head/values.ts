import { operators } from '../../../ops/index.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../../graph.js';

/** The node that makes each value. */
export type Producers = ReadonlyMap<string, GraphNode>;

export function producersOf({ nodes }: Pick<Graph, 'nodes'>): Producers {
  return new Map(nodes.map((node) => [node.output, node]));
}

/** How far back a search goes. Exports spell a mean of softmaxes out in fewer nodes, and a file may chain any number. */
export const DEPTH = 24;

/**
 * A search back from a value, with an answer for each value that it meets. Each is looked at once: in a file made for it, a few Adds of a
 * value to itself reach a value in millions of ways.
 *
 * @param unknown the answer beyond DEPTH.
 */
export function searchBack<T>(unknown: T, visit: (name: string, again: (name: string) => T) => T): (name: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  let depth = DEPTH;
  const search = (name: string): T => {
    const found = known.get(name);
    if (found !== undefined) return found.answer;
    if (depth === 0) return unknown;
    depth--;
    const answer = visit(name, search);
    depth++;
    known.set(name, { answer });
    return answer;
  };
  return search;
}

/** A bound below this cuts nothing off a probability, and a sum this small is only there against a division by 0. */
export const NEGLIGIBLE = 1e-3;

/** A value that a Mul or Div with a positive constant of one element scales. */
export function scaledValue(graph: Graph, node: GraphNode): { readonly of: string; readonly factor: number } | undefined {
  if (node.op !== 'Mul' && node.op !== 'Div') return undefined;
  const position = node.op === 'Div' ? 1 : node.inputs.findIndex((name) => numberOf(graph, name) !== undefined);
  const number = numberOf(graph, node.inputs[position] ?? '');
  const of = node.inputs[1 - position];
  if (number === undefined || !(number > 0) || of === undefined || !graph.shapes.has(of)) return undefined;
  return { of, factor: node.op === 'Div' ? 1 / number : number };
}

/** The number that a constant of one element holds. */
export function numberOf(graph: Graph, name: string): number | undefined {
  const data = graph.constants.get(name)?.data;
  return data?.length === 1 ? data[0] : undefined;
}

/** The x of 1 / (1 + exp(-x)), written as a Div or a Reciprocal, if it is a value of the graph. */
export function spelledSigmoid(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  const negative = producers.get(exponentOf(graph, producers, node) ?? '');
  if (negative?.op === 'Neg') return inputAt(negative, 0);
  if (negative?.op !== 'Mul') return undefined;
  const factor = negative.inputs.findIndex((name) => numberOf(graph, name) === -1);
  return factor < 0 ? undefined : inputAt(negative, 1 - factor);
}

/** The x of 1 / (1 + exp(x)), which lies between 0 and 1. */
export function exponentOf(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  const divisor =
    node.op === 'Reciprocal' ? inputAt(node, 0) : node.op === 'Div' && numberOf(graph, inputAt(node, 0)) === 1 ? inputAt(node, 1) : '';
  const sum = producers.get(divisor);
  if (sum?.op !== 'Add') return undefined;
  const one = sum.inputs.findIndex((name) => numberOf(graph, name) === 1);
  const exp = one < 0 ? undefined : producers.get(inputAt(sum, 1 - one));
  return exp?.op === 'Exp' ? inputAt(exp, 0) : undefined;
}

/**
 * The logits of a LogSoftmax over all elements, as one node or spelled out: x - log(sum(exp(x))), in which exp(x) may be shifted by the
 * largest x.
 */
export function logSoftmaxOf(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  const whole = sizeOf(shapeOf(graph, node.output));
  if (node.op === 'LogSoftmax') return node.attributes.length === whole ? inputAt(node, 0) : undefined;
  if (node.op !== 'Sub' || whole === 1) return undefined;
  const logits = inputAt(node, 0);
  const isLargest = (name: string) => {
    const largest = withoutViews(producers, name);
    return largest?.op === 'ReduceMax' && inputAt(largest, 0) === logits && sizeOf(shapeOf(graph, largest.output)) === 1;
  };
  const last = withoutViews(producers, inputAt(node, 1));
  const shift = last?.op === 'Add' ? last.inputs.findIndex(isLargest) : -1;
  const log = last?.op === 'Add' && shift >= 0 ? withoutViews(producers, inputAt(last, 1 - shift)) : last;
  const sum = log?.op === 'Log' ? withoutViews(producers, inputAt(log, 0)) : undefined;
  const exp = sum?.op === 'ReduceSum' && sizeOf(shapeOf(graph, sum.output)) === 1 ? producers.get(inputAt(sum, 0)) : undefined;
  const power = exp?.op === 'Exp' ? inputAt(exp, 0) : undefined;
  if (shift < 0) return power === logits ? logits : undefined;
  const shifted = producers.get(power ?? '');
  return shifted?.op === 'Sub' && inputAt(shifted, 0) === logits && isLargest(inputAt(shifted, 1)) ? logits : undefined;
}

/** The node that makes a value, without what only shapes it. */
export function withoutViews(producers: Producers, name: string): GraphNode | undefined {
  let node = producers.get(name);
  while (node !== undefined && operators[node.op].view) node = producers.get(inputAt(node, 0));
  return node;
}
