import { operatorOf } from '../../ops/index.js';
import type { Graph, GraphNode } from '../graph.js';
import { analyse } from './analyse.js';

/** The part of a network that is affine in the image, and where it ends. */
export interface LinearPrefix {
  /** In the graph's order, including nodes that depend on no image. */
  readonly nodes: ReadonlySet<GraphNode>;
  /** The affine values that the rest of the network reads (or the output itself), at least one, in the order in which they are computed. */
  readonly cut: readonly string[];
}

/**
 * Everything before the first nonlinearity. On a straight path p(a) = b + a (x - b) such a value is h(a) = h(b) + a (h(x) - h(b)), so two
 * evaluations serve all alphas. Its gradient does not depend on a, so sum_k w_k J^T d_k = J^T sum_k w_k d_k, and one backward pass serves
 * all alphas, too. Nodes that `isCandidate` refuses are not part of it.
 */
export function linearPrefix(graph: Graph, isCandidate: (node: GraphNode) => boolean = () => true): LinearPrefix {
  const { active } = analyse(graph);
  const affine = new Set([graph.input.name]);
  const nodes = new Set<GraphNode>();
  const cut = new Set<string>();
  for (const node of graph.nodes) {
    const activeInputs = node.inputs.map((name) => active.has(name));
    const linear = operatorOf(node).linear?.(node.attributes, activeInputs) ?? false;
    const known = node.inputs.every((name, position) => !activeInputs[position] || affine.has(name));
    if (!activeInputs.includes(true) || (linear && known && isCandidate(node))) {
      nodes.add(node);
      affine.add(node.output);
    } else {
      for (const name of node.inputs) if (active.has(name) && affine.has(name)) cut.add(name);
    }
  }
  if (affine.has(graph.output.name)) cut.add(graph.output.name);
  return { nodes, cut: [...affine].filter((name) => cut.has(name)) };
}
