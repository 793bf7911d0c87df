import { operatorOf } from '../../ops/index.js';
import type { Graph, GraphNode } from '../graph.js';
import { analyse } from './analyse.js';

/** The part of a network behind the last nonlinearity on every way to the output. */
export interface LinearSuffix {
  readonly nodes: ReadonlySet<GraphNode>;
  /** What it reads of the rest of the network (or the output itself, where it has no nodes), in the order in which it is computed. */
  readonly from: readonly string[];
}

/**
 * Everything from which on the network is affine in what it is given: `linearPrefix` (prefix.ts) from the other end. The cotangents of what
 * the suffix reads are the same at every point of a path, J^T seed; and the points' own outputs matter to nobody. Nodes that `isCandidate`
 * refuses are not part of it.
 */
export function linearSuffix(graph: Graph, isCandidate: (node: GraphNode) => boolean): LinearSuffix {
  const { active } = analyse(graph);
  const nodes = new Set<GraphNode>();
  // Values of which every reader is in the suffix.
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
