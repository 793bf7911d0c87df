import { type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
import { type OperatorAttributes, type OpType, operatorOf } from '../../ops/index.js';
import type { Lowered, Lowering } from '../../ops/operator.js';

/** Makes the kernels of a node, as an operator's `lower` does. */
export type LowerNode<Op extends OpType> = (lowering: Lowering<OperatorAttributes[Op]>) => Lowered;

/** Functions that make the kernels of nodes, by operator. Every other operator uses its own `lower`. */
export type Lowerings = { readonly [Op in OpType]?: LowerNode<Op> };

/** The operator's own lowering. Canonical graphs have no operator without one. */
export function lowerOf<Op extends OpType>(op: Op): LowerNode<Op> {
  const { lower } = operatorOf({ op });
  if (lower === undefined) throw new Error(`${op} has no kernels: a pass must rewrite it`);
  return lower;
}

/** The kernels of a node with this lowering. */
export function kernelsOf<Op extends OpType>(
  kernels: Lowerings,
  { op }: GraphNode<Op>,
  lowering: Lowering<OperatorAttributes[Op]>,
): Lowered {
  const lower = kernels[op] ?? lowerOf(op);
  return lower(lowering);
}

/** What an operator's `lower` is told about a node. */
export function loweringOf<Op extends OpType>(
  graph: Graph,
  { attributes, inputs, output }: GraphNode<Op>,
): Lowering<OperatorAttributes[Op]> {
  return {
    attributes,
    inputs: inputs.map((name) => {
      const constant = graph.constants.get(name);
      return { name, shape: shapeOf(graph, name), ...(constant && { constant }) };
    }),
    output: { name: output, shape: shapeOf(graph, output) },
  };
}
