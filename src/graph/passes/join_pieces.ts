import { operators } from '../../ops/index.js';
import { type Shape, sameShape } from '../../tensor/tensor.js';
import { GraphBuilder, type Operation } from '../builder.js';
import { activeValues, type Graph, type GraphNode, shapeOf } from '../graph.js';
import { type Curve, constantCurve, curveOf, IDENTITY, isContinuous, linesOf } from './curve.js';

/** A value as a function of another, element by element. */
interface Bent {
  readonly base: string;
  readonly curve: Curve;
  /** How many nodes lead from the base to the value. */
  readonly nodes: number;
}

/** Longer chains of nodes are not followed: each of their curves asks all that it is made of. */
const MOST_NODES = 32;
/** No activation has more knots. */
const MOST_KNOTS = 8;

/**
 * Replaces what is spelled out with comparisons, as x (x > 0) or Where(x > 1, 1, x), by nodes without them, where the whole is continuous: Relu,
 * LeakyRelu, or a sum of Relus. Comparisons jump, and no integral of their gradients sees that. The new nodes are affine in pieces. The new
 * graph computes the same function, with the same gradient, at the knots, too. Elements are compared with single numbers only.
 */
export function joinPieces(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => operators[op].flat)) return graph;
  const active = activeValues(graph);
  const builder = new GraphBuilder(graph);
  const known = new Map<string, Bent>();
  const identity = (name: string): Bent => ({ base: name, curve: IDENTITY, nodes: 0 });
  for (const node of graph.nodes) {
    const bent = active.has(node.output) ? bentOf(graph, node, (name) => known.get(name) ?? identity(name), active) : undefined;
    const jumps = bent && node.inputs.some((name) => active.has(name) && !isContinuous(known.get(name)?.curve ?? IDENTITY));
    if (bent) known.set(node.output, bent);
    if (bent && jumps && isContinuous(bent.curve)) replace(builder, node, bent);
    else builder.append(node);
  }
  return builder.build();
}

/** A node's output as a function of the value that all its inputs are functions of. Undefined where there is no such value. */
function bentOf(graph: Graph, node: GraphNode, of: (name: string) => Bent, active: ReadonlySet<string>): Bent | undefined {
  const shape = shapeOf(graph, node.output);
  const inputs = node.inputs.map((name) => (active.has(name) ? of(name) : numberOf(graph, name, shape)));
  const bases = new Set(inputs.flatMap((input) => (typeof input === 'object' ? [input.base] : [])));
  const [base] = bases;
  if (base === undefined || bases.size > 1 || inputs.includes(undefined) || !sameShape(shapeOf(graph, base), shape)) return undefined;
  const nodes = inputs.reduce<number>((count, input) => count + (typeof input === 'object' ? input.nodes : 0), 1);
  const curve =
    nodes <= MOST_NODES
      ? curveOf(
          node,
          inputs.flatMap((input) => (input === undefined ? [] : typeof input === 'number' ? [constantCurve(input)] : [input.curve])),
        )
      : undefined;
  return curve && curve.knots.length <= MOST_KNOTS ? { base, curve, nodes } : undefined;
}

/** The number that a constant has in all its elements. Undefined where they differ, or where it would stretch the values. */
function numberOf(graph: Graph, name: string, shape: Shape): number | undefined {
  const constant = graph.constants.get(name);
  const number = constant?.data[0];
  if (constant === undefined || number === undefined || constant.shape.length > shape.length) return undefined;
  return constant.data.every((each) => each === number) ? number : undefined;
}

/** Appends nodes that compute a continuous curve: slope x + offset below the first knot, and what each knot adds to the slope. */
function replace(builder: GraphBuilder, node: GraphNode, { base, curve }: Bent): void {
  const shape = builder.shape(node.output);
  const constant = (value: number) => builder.addConstant(node.name, [], Float64Array.of(value));
  const add = (operation: Operation) => builder.add(node.name, shape, operation);
  const scaled = (x: string, factor: number) => (factor === 1 ? x : add({ op: 'Mul', inputs: [x, constant(factor)], attributes: {} }));
  const shifted = (x: string, offset: number) => (offset === 0 ? x : add({ op: 'Add', inputs: [x, constant(offset)], attributes: {} }));
  const lines = linesOf(curve);
  const [first = { slope: 0, offset: 0 }, ...others] = lines;
  const terms = curve.knots.flatMap((knot, k) => {
    const [before, after] = [lines[k]?.slope ?? 0, others[k]?.slope ?? 0];
    if (after === before) return [];
    // At the knot itself the gradient is that of one side.
    const right = curve.at(knot).slope === after;
    const from = shifted(base, -knot);
    const open = add(
      right ? { op: 'Clip', inputs: [from], attributes: { min: 0, max: Infinity } } : { op: 'Relu', inputs: [from], attributes: {} },
    );
    return [scaled(open, after - before)];
  });
  const whole = first.slope === 0 ? terms : [scaled(base, first.slope), ...terms];
  const [start = scaled(base, 0), ...rest] = whole;
  const sum = rest.reduce((total, term) => add({ op: 'Add', inputs: [total, term], attributes: {} }), start);
  builder.replace(node, { op: 'Identity', inputs: [shifted(sum, first.offset)], attributes: {} });
}
