import type { Graph, GraphNode } from '../graph.js';
/** The nodes of one kind from which these values are computed, in the graph's order. */
export function leadingTo(graph: Graph, names: readonly string[], isOfKind: (node: GraphNode) => boolean): GraphNode[] {
  const needed = new Set(names);
  return [...graph.nodes]
    .reverse()
    .filter((node) => {
      if (!isOfKind(node) || !needed.has(node.output)) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    })
    .reverse();
}
