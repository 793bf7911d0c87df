import { operators } from '../../ops/index.js';
import { activeValues, differentiableValues, type Graph, type GraphNode } from '../graph.js';

/** Facts about a graph that many passes ask for. */
export interface Analysis {
  /** The values that depend on the image, including the image itself. */
  readonly active: ReadonlySet<string>;
  /** Those of them that have a cotangent. */
  readonly differentiable: ReadonlySet<string>;
  /** The nodes that read a value, in the graph's order. */
  readonly readersOf: (value: string) => readonly GraphNode[];
  /** The value whose elements a value has: itself, or for a view the value that the view shows. */
  readonly rootOf: (value: string) => string;
}

const known = new WeakMap<Graph, Analysis>();

/** The analysis of a graph. It is made once, when it is first asked for. */
export function analyse(graph: Graph): Analysis {
  const analysis = known.get(graph) ?? analysisOf(graph);
  known.set(graph, analysis);
  return analysis;
}

function analysisOf(graph: Graph): Analysis {
  const readers = new Map<string, GraphNode[]>();
  const roots = new Map<string, string>();
  const rootOf = (value: string) => roots.get(value) ?? value;
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const others = readers.get(input);
      if (others) others.push(node);
      else readers.set(input, [node]);
    }
    const [source] = node.inputs;
    if (operators[node.op].view && source !== undefined) roots.set(node.output, rootOf(source));
  }
  return {
    active: activeValues(graph),
    differentiable: differentiableValues(graph),
    readersOf: (value) => readers.get(value) ?? [],
    rootOf,
  };
}
