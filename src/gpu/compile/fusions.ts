import { analyse } from '../../graph/analysis/analyse.js';
import { type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
import { operatorOf, operators } from '../../ops/index.js';
import type { Epilogue } from '../../ops/operator.js';
import { sameShape } from '../../tensor/tensor.js';
import { loweringOf } from './lowering.js';

/** What the kernels of a node compute, besides the node, from a value before they store it. */
export interface Fusion {
  readonly epilogue: Epilogue;
  /** The value that is stored. */
  readonly output: string;
  /** The nodes that the epilogue replaces. */
  readonly nodes: readonly GraphNode[];
}

/** A node whose kernels also compute the nodes that follow it. */
export interface FusedNode {
  readonly node: GraphNode;
  readonly fusion: Fusion;
  /** All nodes of the graph that the kernels compute, in the graph's order. */
  readonly parts: readonly GraphNode[];
}

/** Which nodes of a slice are fused. */
export interface Fusions {
  /** By the last of each fused node's parts. The kernels run at its place, since a residual may be computed late. */
  readonly fused: ReadonlyMap<GraphNode, FusedNode>;
  /** The parts of all fused nodes. */
  readonly absorbed: ReadonlySet<GraphNode>;
}

export const NO_FUSIONS: Fusions = { fused: new Map(), absorbed: new Set() };

/** Fuses what can be fused among these nodes. A residual Add, a MaxPool and a Relu go into the kernels of the node before them. */
export function chooseFusions(graph: Graph, nodes: readonly GraphNode[]): Fusions {
  const own = new Set(nodes);
  const fused = new Map<GraphNode, FusedNode>();
  const absorbed = new Set<GraphNode>();
  const take = (node: GraphNode, fusion: Fusion, parts: readonly GraphNode[], last: GraphNode) => {
    for (const part of parts) absorbed.add(part);
    fused.set(last, { node, fusion, parts });
  };
  for (const node of nodes) {
    if (absorbed.has(node) || operators[node.op].fuses === undefined) continue;
    const fusion = fusionsAfter(graph, node.output).find(
      (candidate) =>
        candidate.nodes.every((part) => own.has(part) && !absorbed.has(part)) &&
        !leavesPoolAlone(candidate, graph) &&
        operatorOf(node).fuses?.(loweringOf(graph, node), candidate.epilogue),
    );
    const last = fusion?.nodes.at(-1);
    if (fusion && last) take(node, fusion, [node, ...fusion.nodes], last);
  }
  // Where Relu -> MaxPool is left, the MaxPool runs first and applies the Relu to its result: fewer elements, and no gates.
  for (const node of nodes) {
    if (node.op !== 'Relu' || absorbed.has(node)) continue;
    const [pool] = fusionsAfter(graph, node.output).flatMap(({ nodes: [next, ...more] }) =>
      next?.op === 'MaxPool' && more.length === 0 ? [next] : [],
    );
    if (pool === undefined || !own.has(pool) || absorbed.has(pool)) continue;
    const turned = { ...pool, inputs: node.inputs };
    const fusion: Fusion = { epilogue: { relu: true }, output: pool.output, nodes: [pool] };
    if (operators.MaxPool.fuses?.(loweringOf(graph, turned), fusion.epilogue)) take(turned, fusion, [node, pool], pool);
  }
  return { fused, absorbed };
}

/** The epilogues that could follow a value, of one to three nodes each, the longest first. Each value within one has a single reader. */
export function fusionsAfter(graph: Graph, value: string): Fusion[] {
  const { readersOf } = analyse(graph);
  const fusions: Fusion[] = [];
  let epilogue: Epilogue = { relu: false };
  let output = value;
  const nodes: GraphNode[] = [];
  for (;;) {
    const [next, ...others] = readersOf(output);
    if (output === graph.output.name || next === undefined || others.length > 0) break;
    const longer = extend(graph, epilogue, next, output);
    if (longer === undefined) break;
    epilogue = longer;
    output = next.output;
    nodes.push(next);
    fusions.unshift({ epilogue, output, nodes: [...nodes] });
  }
  return fusions;
}

/** The epilogue with this node added. Undefined where the node cannot be part of an epilogue, or not at this point of one. */
function extend(graph: Graph, epilogue: Epilogue, node: GraphNode, value: string): Epilogue | undefined {
  if (node.op === 'Relu' && !epilogue.relu) return { ...epilogue, relu: true };
  // max(relu(z)) = relu(max(z)). Both take the same element of the window wherever a gradient flows.
  if (node.op === 'MaxPool' && !epilogue.pool) return { ...epilogue, pool: node.attributes.window };
  if (node.op === 'Add' && !epilogue.relu && !epilogue.pool && !epilogue.residual) {
    const shape = shapeOf(graph, node.output);
    const residual = node.inputs.find((name) => name !== value);
    const same = node.inputs.every((name) => graph.shapes.has(name) && sameShape(shapeOf(graph, name), shape));
    if (residual !== undefined && same) return { ...epilogue, residual };
  }
  return undefined;
}

/** Whether a fusion ends with a Relu before a MaxPool. The pool applies that Relu more cheaply, to fewer elements. */
function leavesPoolAlone({ epilogue, output }: Fusion, graph: Graph): boolean {
  if (!epilogue.relu || epilogue.pool) return false;
  const [next, ...others] = analyse(graph).readersOf(output);
  return others.length === 0 && next?.op === 'MaxPool';
}
