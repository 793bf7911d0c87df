import { type OperatorAttributes, type OpType, operatorOf } from '../../ops/index.js';
import type { BackwardRule, RuledBackward } from '../../ops/operator.js';
import type { Graph, GraphNode } from '../graph.js';
import { analyse } from './analyse.js';
import { isLinear } from './piecewise.js';

/** What serves a node in a backward pass by a rule; undefined where its derivative does: the node is linear, or its operator has nothing for it. */
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

/** The operators of nodes that are not linear, and that a backward pass by a rule passes by their derivatives. Each once, in alphabetical order. */
export function passedByGradient(graph: Graph, rule: BackwardRule): readonly OpType[] {
  const { active } = analyse(graph);
  const passed = graph.nodes.filter((node) => !isLinear(node, active) && ruledBackward(node, active, rule) === undefined);
  return [...new Set(passed.map(({ op }) => op))].sort();
}
