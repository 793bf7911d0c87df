import { analyse } from '../../analysis/analyse.js';
import { type Graph, type GraphNode, inputAt } from '../../graph.js';
import { LAYER_TYPES } from './composites.js';

/**
 * Activations that an export spells out as a value times a function of itself, x s(x), as SiLU is: the Mul, and x. An activation's relevance goes to x, not
 * to both factors.
 */
export function selfGated(graph: Graph): ReadonlyMap<GraphNode, string> {
  const { active } = analyse(graph);
  const makers = new Map(graph.nodes.map((node) => [node.output, node]));
  const found = new Map<GraphNode, string>();
  /** Whether a value is a function of each element of another one alone. */
  const isFunctionOf = (value: string, of: string): boolean => {
    if (value === of) return true;
    const node = makers.get(value);
    const type = node && LAYER_TYPES[node.op];
    return node !== undefined && (type === 'activation' || type === 'affine') && isFunctionOf(inputAt(node, 0), of);
  };
  for (const node of graph.nodes) {
    if (node.op !== 'Mul') continue;
    const [left, right] = [inputAt(node, 0), inputAt(node, 1)];
    if (!active.has(left) || !active.has(right)) continue;
    if (isFunctionOf(right, left)) found.set(node, left);
    else if (isFunctionOf(left, right)) found.set(node, right);
  }
  return found;
}
