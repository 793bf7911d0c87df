import { analyse } from '../../graph/analysis/analyse.js';
import { type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
import { operators } from '../../ops/index.js';
import type { Binding, Dispatch, Lowered } from '../../ops/operator.js';
import { gatesOf } from '../../ops/shared/saved_for_backward.js';
import type { Shape } from '../../tensor/tensor.js';
import { chooseFusions, type FusedNode, NO_FUSIONS } from './fusions.js';
import { kernelsOf, type Lowerings, loweringOf, lowerOf } from './lowering.js';

type Saved = Extract<Binding, { kind: 'saved' }>;

/** A node with its kernels, and with what follows it where that happens in the same kernels. */
export interface LoweredNode {
  readonly node: GraphNode;
  /** The value that is stored: the node's output, or what the epilogue makes of it. */
  readonly output: string;
  readonly kernels: Lowered;
  /** The kernel that gives the epilogue's residual its cotangent. */
  readonly residual?: Dispatch;
  /** Gates that the forward kernels write of what they store. */
  readonly gates?: Saved;
}

/** A part of a graph with kernels. Views have none. */
export interface Network {
  readonly graph: Graph;
  readonly lowered: readonly LoweredNode[];
  /** The value whose memory a value's is: itself unless a view made it. */
  readonly rootOf: (name: string) => string;
  /** Gates that whoever writes the cotangent of a value has to apply, by the value's root. */
  readonly gates: ReadonlyMap<string, Saved>;
}

/** What every schedule can be built with. */
export interface ScheduleOptions {
  /** The operators' own where there are none. */
  readonly kernels?: Lowerings;
}

/** The kernels of a canonical graph (src/graph/passes/canonicalise.ts). */
export function lowerGraph(graph: Graph, { kernels = {} }: ScheduleOptions = {}): LoweredGraph {
  return new LoweredGraph(graph, kernels);
}

/**
 * A graph with the kernels of its nodes, of which networks are slices. A kernel that stands for several nodes must not reach over the end of a
 * slice, so what is fused depends on the slice. A node is therefore lowered once for each fusion in which some slice has it, when it is
 * first needed, and all slices with that fusion share its kernels.
 */
export class LoweredGraph {
  readonly #lowered = new Map<string, LoweredNode>();

  constructor(
    readonly graph: Graph,
    private readonly kernels: Lowerings,
  ) {}

  /** These nodes, all unless told otherwise, as they are or with epilogues in the kernels of the nodes before them (Operator.fuses). */
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

  /** Whether the backward kernels of a node alone read something that depends on the image, besides a cotangent. */
  backwardReads(node: GraphNode): boolean {
    if (isView(node)) return false;
    const { active } = analyse(this.graph);
    const reads = (binding: Binding) => binding.kind === 'saved' || (binding.kind === 'value' && active.has(binding.name));
    return this.#alone(node).kernels.backward.some(({ bindings }) => bindings.some(reads));
  }

  #alone(node: GraphNode): LoweredNode {
    return this.#once([node], () => {
      return { node, output: node.output, kernels: kernelsOf(this.kernels, node, loweringOf(this.graph, node)) };
    });
  }

  #fused({ node, fusion: { epilogue, output }, parts }: FusedNode): LoweredNode {
    return this.#once(parts, () => {
      const shape = shapeOf(this.graph, output);
      const kernels = kernelsOf(this.kernels, node, { ...loweringOf(this.graph, node), output: { name: output, shape }, epilogue });
      // A Relu behind a max-pool has no gates: it closes codes.
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

  /** What stands for these nodes. */
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

/** The kernel that gives the residual of an epilogue its cotangent: that of an Add of the value that is stored and the residual. */
function residualOf(name: string, output: string, shape: Shape): Dispatch {
  const operands = [output, name].map((operand) => ({ name: operand, shape }));
  const [, second] = lowerOf('Add')({ attributes: {}, inputs: operands, output: { name: output, shape } }).backward;
  if (second === undefined) throw new Error('Add has no kernel for the cotangent of its second input');
  return second;
}

/** The roots of values that have a cotangent. */
export function activeRoots({ graph, rootOf }: Network): Set<string> {
  return new Set([...analyse(graph).active].map(rootOf));
}
