import { analyse } from '../../graph/analysis/analyse.js';
import { ruledBackward } from '../../graph/analysis/rules.js';
import { type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
import { operators } from '../../ops/index.js';
import type { BackwardRule, Binding, Dispatch, Lowered } from '../../ops/operator.js';
import { gatesOf } from '../../ops/shared/saved_for_backward.js';
import type { Shape } from '../../tensor/tensor.js';
import { chooseFusions, type FusedNode, NO_FUSIONS } from './fusions.js';
import { kernelsOf, type Lowerings, loweringOf, lowerOf } from './lowering.js';

type Saved = Extract<Binding, { kind: 'saved' }>;

/** A node with its kernels, which also compute the nodes after it that are fused. */
export interface LoweredNode {
  readonly node: GraphNode;
  /** The value that the kernels store: the node's output, or the epilogue's. */
  readonly output: string;
  readonly kernels: Lowered;
  /** The kernel that computes the cotangent of the epilogue's residual. */
  readonly residual?: Dispatch;
  /** The gates that the forward kernels write, of the value that they store. */
  readonly gates?: Saved;
}

/** A part of a graph with its kernels. Views have none. */
export interface Network {
  readonly graph: Graph;
  readonly lowered: readonly LoweredNode[];
  /** The value in whose memory a value lies: itself, or for a view the value that the view shows. */
  readonly rootOf: (name: string) => string;
  /** The gates to apply to the cotangent of a value when it is written, by the value's root. */
  readonly gates: ReadonlyMap<string, Saved>;
}

/** Options of every schedule. */
export interface ScheduleOptions {
  /** Kernels that replace those of the operators. */
  readonly kernels?: Lowerings;
}

/**
 * Prepares a canonical graph (src/graph/passes/canonicalise.ts) for slices with kernels. With a rule, nodes that it serves have its
 * kernels.
 */
export function lowerGraph(graph: Graph, { kernels = {} }: ScheduleOptions = {}, rule?: BackwardRule): LoweredGraph {
  return new LoweredGraph(graph, kernels, rule);
}

/**
 * A graph with the kernels of its nodes. Networks are slices of it. A kernel that computes several nodes must not reach beyond the end of
 * a slice, so the slice decides what is fused. Each node is lowered once for each fusion in which some slice has it, when that fusion is
 * first needed. All slices with the same fusion share its kernels.
 */
export class LoweredGraph {
  readonly #lowered = new Map<string, LoweredNode>();

  constructor(
    readonly graph: Graph,
    private readonly kernels: Lowerings,
    private readonly rule?: BackwardRule,
  ) {}

  /** Some nodes (by default all) with their kernels. With `fuse`, kernels also compute epilogues (Operator.fuses). */
  slice({ fuse = false, nodes = this.graph.nodes }: { readonly fuse?: boolean; readonly nodes?: readonly GraphNode[] } = {}): Network {
    const { fused, absorbed } = fuse ? chooseFusions(this.graph, nodes) : NO_FUSIONS;
    const lowered: LoweredNode[] = [];
    for (const node of nodes) {
      const whole = fused.get(node);
      if (whole) lowered.push(this.#fused(whole));
      else if (!absorbed.has(node) && !isView(node)) lowered.push(this.#alone(node));
    }
    const gates = new Map(lowered.flatMap((each) => (each.gates ? [[each.output, each.gates] as const] : [])));
    return { graph: this.graph, lowered, rootOf: analyse(this.graph).rootOf, gates };
  }

  /** Whether the backward kernels of a node, not fused, read a value that depends on the image, besides a cotangent. */
  backwardReads(node: GraphNode): boolean {
    if (isView(node)) return false;
    const { active } = analyse(this.graph);
    const reads = (binding: Binding) => binding.kind === 'saved' || (binding.kind === 'value' && active.has(binding.name));
    return this.#alone(node).kernels.backward.some(({ bindings }) => bindings.some(reads));
  }

  #alone(node: GraphNode): LoweredNode {
    return this.#once([node], () => {
      const lowering = loweringOf(this.graph, node);
      const ruled = this.rule && ruledBackward(node, analyse(this.graph).active, this.rule);
      return { node, output: node.output, kernels: ruled?.lower(lowering) ?? kernelsOf(this.kernels, node, lowering) };
    });
  }

  #fused({ node, fusion: { epilogue, output }, parts }: FusedNode): LoweredNode {
    return this.#once(parts, () => {
      const shape = shapeOf(this.graph, output);
      const kernels = kernelsOf(this.kernels, node, { ...loweringOf(this.graph, node), output: { name: output, shape }, epilogue });
      // A Relu after a max-pool has no gates: where it is closed, the pool's code says so.
      const gates = gatesOf(output, shape);
      const saved = kernels.forward.flatMap(({ bindings }) => bindings);
      return {
        node,
        output,
        kernels,
        ...(epilogue.residual && { residual: residualOf(epilogue.residual, output, shape) }),
        ...(saved.some((binding) => binding.kind === 'saved' && binding.name === gates.name) && { gates }),
      };
    });
  }

  /** The lowered node of these parts, which is made when it is first asked for. */
  #once(parts: readonly GraphNode[], lower: () => LoweredNode): LoweredNode {
    const key = JSON.stringify(parts.map(({ output }) => output));
    const lowered = this.#lowered.get(key) ?? lower();
    this.#lowered.set(key, lowered);
    return lowered;
  }
}

function isView({ op }: GraphNode): boolean {
  return operators[op].view === true;
}

/** The kernel that computes the cotangent of an epilogue's residual: that of an Add of the stored value and the residual. */
function residualOf(name: string, output: string, shape: Shape): Dispatch {
  const operands = [output, name].map((operand) => ({ name: operand, shape }));
  const [, second] = lowerOf('Add')({ attributes: {}, inputs: operands, output: { name: output, shape } }).backward;
  if (second === undefined) throw new Error('Add has no kernel for the cotangent of its second input');
  return second;
}

/** The roots of all values that have a cotangent. */
export function differentiableRoots({ graph, rootOf }: Network): Set<string> {
  return new Set([...analyse(graph).differentiable].map(rootOf));
}
