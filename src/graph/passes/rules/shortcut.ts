import { GraphBuilder } from '../../builder.js';
import type { Graph } from '../../graph.js';

/** The graph in which what reads one value reads an earlier one of the same shape. What then leads to nothing is left out. */
export function shortcut(graph: Graph, from: string, to: string): Graph {
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) builder.append({ ...node, inputs: node.inputs.map((name) => (name === to ? from : name)) });
  return builder.build();
}
