import { activeValues, type Graph, type GraphNode, inputAt, shapeOf } from '../../graph/graph.js';
import { type OperatorAttributes, type OpType, operatorOf, operators } from '../../ops/index.js';
import type { Binding, Dispatch, Epilogue, Lowered, Lowering } from '../../ops/operator.js';
import { gatesOf } from '../../ops/shared/saved_for_backward.js';
import { type Shape, sameShape } from '../../tensor/tensor.js';

type Saved = Extract<Binding, { kind: 'saved' }>;

/** A node with its kernels, and with what follows it where that happens in the same kernels. */
export interface LoweredNode {
  readonly node: GraphNode;
  /** The value that is stored: the node's output, or what the epilogue makes of it. */
  readonly output: string;
  readonly kernels: Lowered;
  /** The kernel that gives the epilogue's residual its cotangent. */
  readonly residual?: Dispatch;
}

/** A graph with kernels, with views resolved. */
export interface Network {
  readonly graph: Graph;
  readonly lowered: readonly LoweredNode[];
  /** The value whose memory a value's is: itself unless a view made it. */
  readonly rootOf: (name: string) => string;
  /** Gates that whoever writes the cotangent of a value has to apply, by the value's root. */
  readonly gates: ReadonlyMap<string, Saved>;
}

/** What is computed from a value right where it is stored. */
export interface Fusion {
  readonly epilogue: Epilogue;
  /** The value that is stored. */
  readonly output: string;
  /** The nodes that this stands for. */
  readonly nodes: readonly GraphNode[];
}

/** Makes the kernels of a node, as an operator's `lower` does. */
export type LowerNode<Op extends OpType> = (lowering: Lowering<OperatorAttributes[Op]>) => Lowered;

/** What makes the kernels of nodes, by the name of their operator. Operators that are not named have their own `lower`. */
export type Lowerings = { readonly [Op in OpType]?: LowerNode<Op> };

/** What every schedule can be built with. */
export interface ScheduleOptions {
  /** The operators' own where there are none. */
  readonly kernels?: Lowerings;
}

export interface LoweringOptions extends ScheduleOptions {
  readonly fuse?: boolean;
  readonly nodes?: readonly GraphNode[];
}

/**
 * Lowers nodes of a canonical graph (src/graph/passes/canonicalise.ts), all of them unless told otherwise. With `fuse`, a residual Add, a MaxPool
 * and a Relu go into the kernels of the node before them wherever its operator can take them (Operator.fuses).
 */
export function lowerGraph(graph: Graph, { fuse = false, kernels = {}, nodes = graph.nodes }: LoweringOptions = {}): Network {
  const network = new Lowerer(graph, kernels);
  if (fuse) network.fuse(nodes);
  for (const node of nodes) network.lower(node);
  return network.build();
}

/** Which epilogues could follow a value: those of up to three nodes, the longest first. Empty unless each has one reader. */
export function fusionsAfter(graph: Graph, value: string): Fusion[] {
  const readers = (name: string) => graph.nodes.filter(({ inputs }) => inputs.includes(name));
  const fusions: Fusion[] = [];
  let epilogue: Epilogue = { relu: false };
  let output = value;
  const nodes: GraphNode[] = [];
  for (;;) {
    const [next, ...others] = readers(output);
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

/** An epilogue with one node more; undefined where that is no part of epilogues, or comes too late in one. */
function extend(graph: Graph, epilogue: Epilogue, node: GraphNode, value: string): Epilogue | undefined {
  if (node.op === 'Relu' && !epilogue.relu) return { ...epilogue, relu: true };
  // max(relu(z)) = relu(max(z)), the element that is found included wherever a gradient flows.
  if (node.op === 'MaxPool' && !epilogue.pool) return { ...epilogue, pool: node.attributes.window };
  if (node.op === 'Add' && !epilogue.relu && !epilogue.pool && !epilogue.residual) {
    const shape = shapeOf(graph, node.output);
    const residual = node.inputs.find((name) => name !== value);
    const same = node.inputs.every((name) => graph.shapes.has(name) && sameShape(shapeOf(graph, name), shape));
    if (residual !== undefined && same) return { ...epilogue, residual };
  }
  return undefined;
}

class Lowerer {
  readonly #views = new Map<string, string>();
  readonly #lowered: LoweredNode[] = [];
  readonly #gates = new Map<string, Saved>();
  /** By the last node that it stands for: that is where its kernels run, since a residual may be computed late. */
  readonly #fused = new Map<GraphNode, { node: GraphNode; fusion: Fusion }>();
  readonly #absorbed = new Set<GraphNode>();

  constructor(
    private readonly graph: Graph,
    private readonly kernels: Lowerings,
  ) {}

  fuse(nodes: readonly GraphNode[]): void {
    const own = new Set(nodes);
    for (const node of nodes) {
      if (this.#absorbed.has(node) || operators[node.op].fuses === undefined) continue;
      const fusion = fusionsAfter(this.graph, node.output).find(
        (candidate) =>
          candidate.nodes.every((part) => own.has(part) && !this.#absorbed.has(part)) &&
          !leavesPoolAlone(candidate, this.graph) &&
          operatorOf(node).fuses?.(loweringOf(this.graph, node), candidate.epilogue),
      );
      if (fusion === undefined) continue;
      for (const part of [node, ...fusion.nodes]) this.#absorbed.add(part);
      this.#fused.set(fusion.nodes.at(-1)!, { node, fusion });
    }
    // What is left of Relu -> MaxPool becomes MaxPool with a Relu after it: fewer elements, and no gates.
    for (const node of nodes) {
      if (node.op !== 'Relu' || this.#absorbed.has(node)) continue;
      const [pool] = fusionsAfter(this.graph, node.output).flatMap(({ nodes: [next, ...more] }) =>
        next?.op === 'MaxPool' && more.length === 0 ? [next] : [],
      );
      if (pool === undefined || !own.has(pool) || this.#absorbed.has(pool)) continue;
      const turned = { ...pool, inputs: node.inputs };
      const fusion: Fusion = { epilogue: { relu: true }, output: pool.output, nodes: [pool] };
      if (!operators.MaxPool.fuses?.(loweringOf(this.graph, turned), fusion.epilogue)) continue;
      for (const part of [node, pool]) this.#absorbed.add(part);
      this.#fused.set(pool, { node: turned, fusion });
    }
  }

  lower(node: GraphNode): void {
    const fused = this.#fused.get(node);
    if (fused) this.#lowerFused(fused.node, fused.fusion);
    else if (!this.#absorbed.has(node)) this.#lowerAlone(node);
  }

  build(): Network {
    const rootOf = (name: string) => this.#views.get(name) ?? name;
    return { graph: this.graph, lowered: this.#lowered, rootOf, gates: this.#gates };
  }

  #lowerAlone(node: GraphNode): void {
    if (operators[node.op].view) {
      const source = inputAt(node, 0);
      this.#views.set(node.output, this.#views.get(source) ?? source);
      return;
    }
    this.#lowered.push({ node, output: node.output, kernels: this.#kernelsOf(node, loweringOf(this.graph, node)) });
  }

  #lowerFused(node: GraphNode, { epilogue, output }: Fusion): void {
    const shape = shapeOf(this.graph, output);
    const lowering = { ...loweringOf(this.graph, node), output: { name: output, shape }, epilogue };
    const kernels = this.#kernelsOf(node, lowering);
    const residual = epilogue.residual && this.#residual(epilogue.residual, output, shape);
    this.#lowered.push({ node, output, kernels, ...(residual && { residual }) });
    // A Relu behind a max-pool has none: it closes codes.
    const gates = gatesOf(output, shape);
    const saved = kernels.forward.flatMap(({ bindings }) => bindings);
    if (saved.some((binding) => binding.kind === 'saved' && binding.name === gates.name)) this.#gates.set(output, gates);
  }

  #kernelsOf<Op extends OpType>({ op }: GraphNode<Op>, lowering: Lowering<OperatorAttributes[Op]>): Lowered {
    const lower = this.kernels[op] ?? lowerOf(op);
    return lower(lowering);
  }

  #residual(name: string, output: string, shape: Shape): Dispatch | undefined {
    const operands = [output, name].map((operand) => ({ name: operand, shape }));
    return lowerOf('Add')({ attributes: {}, inputs: operands, output: { name: output, shape } }).backward[1];
  }
}

/** A Relu is not taken by its producer alone where a MaxPool follows: the pool takes it, on fewer elements. */
function leavesPoolAlone({ epilogue, output }: Fusion, graph: Graph): boolean {
  if (!epilogue.relu || epilogue.pool) return false;
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(output));
  return readers.length === 1 && readers[0]?.op === 'MaxPool';
}

/** The operator's own lowering. Operators without one are no part of canonical graphs. */
export function lowerOf<Op extends OpType>(op: Op): LowerNode<Op> {
  const { lower } = operatorOf({ op });
  if (lower === undefined) throw new Error(`${op} has no kernels: a pass must rewrite it`);
  return lower;
}

/** The roots of values that have a cotangent. */
export function activeRoots({ graph, rootOf }: Network): Set<string> {
  return new Set([...activeValues(graph)].map(rootOf));
}

/** What an operator's `lower` is told of a node. */
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
