import { operatorOf } from '../../ops/index.js';
import { sizeOf } from '../../tensor/tensor.js';
import { type Graph, type GraphNode, shapeOf } from '../graph.js';
import { withOutput } from '../passes/head.js';
import { finalSoftmax, type HeadKind, headOf } from './head/head.js';
import { firstSmooth } from './piecewise.js';

/** What a network is made of, counted. */
export interface GraphDescription {
  /** Operators by name, the most frequent first, and equally frequent ones in alphabetical order. */
  readonly operators: readonly { readonly op: string; readonly count: number }[];
  readonly nodes: number;
  /** Numbers in the constants that the nodes read, and their size in bytes as float32. */
  readonly parameters: number;
  readonly parameterBytes: number;
  /** Multiply-adds of convolutions and matrix products for one image. */
  readonly multiplyAdds: number;
  readonly finalSoftmax: 'Softmax' | 'LogSoftmax' | null;
  /** What the outputs are. */
  readonly head: HeadKind;
  /** The first node that keeps the logits from being piecewise linear in the image. null where they are. */
  readonly firstSmooth: { readonly op: string; readonly name: string } | null;
}

/** Counts what a network is made of. */
export function describeGraph(graph: Graph): GraphDescription {
  const counts = new Map<string, number>();
  for (const { op } of graph.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  let parameters = 0;
  for (const { shape } of graph.constants.values()) parameters += sizeOf(shape);
  const softmax = finalSoftmax(graph);
  const smooth = firstSmooth(withOutput(graph, 'logit'));
  return {
    operators: [...counts].map(([op, count]) => ({ op, count })).sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1)),
    nodes: graph.nodes.length,
    parameters,
    parameterBytes: 4 * parameters,
    multiplyAdds: graph.nodes.reduce((sum, node) => sum + multiplyAdds(node, graph), 0),
    finalSoftmax: softmax?.op ?? null,
    head: headOf(graph).kind,
    firstSmooth: smooth ? { op: smooth.op, name: smooth.name } : null,
  };
}

function multiplyAdds(node: GraphNode, graph: Graph): number {
  const inputs = node.inputs.map((name) => shapeOf(graph, name));
  return operatorOf(node).multiplyAdds?.(node.attributes, inputs, shapeOf(graph, node.output)) ?? 0;
}
