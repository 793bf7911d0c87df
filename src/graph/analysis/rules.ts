import { type OperatorAttributes, type OpType, operatorOf } from '../../ops/index.js';
import type { BackwardRule, RuledBackward } from '../../ops/operator.js';
import type { Graph, GraphNode } from '../graph.js';
import { analyse } from './analyse.js';
import { isLinear } from './piecewise.js';

/**
 * The rule's backward for a node. Undefined where the pass takes the node's derivative: the node is linear, or the rule has nothing for its
 * operator.
 */
export function ruledBackward(
  node: GraphNode,
  active: ReadonlySet<string>,
  rule: BackwardRule,
): RuledBackward<OperatorAttributes[OpType]> | undefined {
  if (isLinear(node, active)) return undefined;
  const ruled = operatorOf(node).rules?.[rule];
  const serves =
    ruled?.serves?.(
      node.attributes,
      node.inputs.map((name) => active.has(name)),
    ) ?? true;
  return serves ? ruled : undefined;
}

/**
 * The operators of nonlinear nodes for which a backward pass by a rule takes the derivative. Each is named once, in alphabetical order.
 */
export function passedByGradient(graph: Graph, rule: BackwardRule): readonly OpType[] {
  const { active } = analyse(graph);
  const passed = graph.nodes.filter((node) => !isLinear(node, active) && ruledBackward(node, active, rule) === undefined);
  return [...new Set(passed.map(({ op }) => op))].sort();
}
