import { PathlightError } from '../../errors.js';
import { operatorOf } from '../../ops/index.js';
import { activeValues, type Graph, type GraphNode } from '../graph.js';
import { withOutput } from '../passes/head.js';

/** Whether a node's output is affine in its inputs that depend on the image. */
export function isLinear(node: GraphNode, active: ReadonlySet<string>): boolean {
  const activeInputs = node.inputs.map((name) => active.has(name));
  return !activeInputs.includes(true) || operatorOf(node).linear?.(node.attributes, activeInputs) === true;
}

/** The first node that keeps the output from being piecewise linear in the image. */
export function firstSmooth(graph: Graph): GraphNode | undefined {
  const active = activeValues(graph);
  return graph.nodes.find((node) => !isLinear(node, active) && !isPiecewise(node, active));
}

/** Whether a node's output is piecewise affine, but not affine, in its inputs that depend on the image. */
export function isPiecewise(node: GraphNode, active: ReadonlySet<string>): boolean {
  const { piecewise } = operatorOf(node);
  return (
    piecewise !== undefined && (piecewise.anyInput === true || node.inputs.every((name, position) => active.has(name) === (position === 0)))
  );
}

/** Refuses networks whose gradient is not piecewise constant. Throws PathlightError, which names the first node that is smooth or jumps. */
export function checkPiecewiseLinear(graph: Graph): void {
  const smooth = firstSmooth(graph);
  if (smooth === undefined) return;
  const alone = firstSmooth(withOutput(graph, 'logit')) === undefined;
  const jumps = operatorOf(smooth).jumps === true;
  throw new PathlightError('graph.smooth', { operator: smooth.op, node: smooth.name, jumps, onlySoftmax: alone });
}
