import { operatorOf } from '../../ops/index.js';
import type { Graph, GraphNode } from '../graph.js';
import { analyse } from './analyse.js';

/** The part of a network after the last nonlinearity on every way to the output. */
export interface LinearSuffix {
  readonly nodes: ReadonlySet<GraphNode>;
  /** The values that it reads from the rest of the network (or the output itself, if it has no nodes), in the order of computation. */
  readonly from: readonly string[];
}

/**
 * The end of the network that is affine in its inputs, found like `linearPrefix` (prefix.ts) but from the output. The cotangents of the
 * values that the suffix reads are J^T seed, the same at every point of a path, and nobody needs the outputs at the points. Nodes that
 * `isCandidate` refuses are not part of it.
 */
export function linearSuffix(graph: Graph, isCandidate: (node: GraphNode) => boolean): LinearSuffix {
  const { active } = analyse(graph);
  const nodes = new Set<GraphNode>();
  // Values whose readers are all in the suffix.
  const closed = new Map<string, boolean>([[graph.output.name, true]]);
  for (const node of [...graph.nodes].reverse()) {
    const activeInputs = node.inputs.map((name) => active.has(name));
    const linear = operatorOf(node).linear?.(node.attributes, activeInputs) ?? false;
    const inside = active.has(node.output) && linear && (closed.get(node.output) ?? false) && isCandidate(node);
    if (inside) nodes.add(node);
    for (const name of node.inputs) closed.set(name, inside && (closed.get(name) ?? true));
  }
  const read = new Set([graph.output.name]);
  for (const node of nodes) {
    read.delete(node.output);
    for (const name of node.inputs) if (active.has(name)) read.add(name);
  }
  for (const node of nodes) read.delete(node.output);
  const order = [graph.input.name, ...graph.nodes.map(({ output }) => output)];
  return { nodes, from: order.filter((name) => read.has(name)) };
}
