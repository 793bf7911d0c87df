import { activeValues, type Graph, type GraphNode } from '../graph/graph.js';
import { operators } from '../ops/index.js';
import type { Binding, Dispatch, Lowered, Lowering } from '../ops/operator.js';
import { sizeOf } from '../tensor/tensor.js';
import { assignSlots, type Lifetime, type SlotAssignment } from './memory.js';

/** A graph with every node's kernels, and with views resolved. */
export interface Network {
  readonly graph: Graph;
  readonly lowered: readonly { readonly node: GraphNode; readonly kernels: Lowered }[];
  /** The value whose memory a value's is: itself unless a view made it. */
  readonly rootOf: (name: string) => string;
}

/** Lowers every node of a canonical graph (src/graph/canonicalise.ts), once for all requests. */
export function lowerGraph(graph: Graph): Network {
  const views = new Map<string, string>();
  const lowered: { node: GraphNode; kernels: Lowered }[] = [];
  for (const node of graph.nodes) {
    const operator = operators[node.op]!;
    if (operator.view) {
      const source = node.inputs[0]!;
      views.set(node.output, views.get(source) ?? source);
      continue;
    }
    if (operator.lower === undefined) throw new Error(`${node.op} "${node.name}" has no kernels: a pass must rewrite it`);
    lowered.push({ node, kernels: operator.lower(loweringOf(graph, node)) });
  }
  return { graph, lowered, rootOf: (name) => views.get(name) ?? name };
}

/** What an operator's `lower` is told of a node. */
export function loweringOf(graph: Graph, node: GraphNode): Lowering<unknown> {
  return {
    attributes: node.attributes,
    inputs: node.inputs.map((name) => {
      const constant = graph.constants.get(name);
      return { name, shape: (constant ?? { shape: graph.shapes.get(name)! }).shape, ...(constant && { constant }) };
    }),
    output: { name: node.output, shape: graph.shapes.get(node.output)! },
  };
}

/** A buffer of a request rather than of the network: images, alphas, results. */
export type ExternalBinding = { readonly kind: 'external'; readonly name: string };
export type ConstantData = Extract<Binding, { kind: 'constant' }>['data'];
/** A binding whose memory depends on the number of samples. */
export type TensorBinding = Exclude<Binding, { kind: 'constant' }>;
export type ScheduledBinding = Binding | ExternalBinding;

export interface ScheduledDispatch extends Omit<Dispatch, 'bindings'> {
  readonly bindings: readonly ScheduledBinding[];
  /** Add to the cotangent that is there. */
  readonly accumulate?: boolean;
}

/** A sequence of dispatches with the memory that they need. */
export interface Schedule {
  readonly dispatches: readonly ScheduledDispatch[];
  readonly memory: SlotAssignment;
  /** All constants that the dispatches bind. */
  readonly constants: ReadonlySet<ConstantData>;
  /** The identity of a tensor's memory: `value x`, `cotangent x`, `saved x`, with views resolved. */
  readonly tensorOf: (binding: TensorBinding) => string;
}

/** The forward pass between what fills the input and what reads the output. */
export function scheduleForward(network: Network, before: readonly ScheduledDispatch[], after: readonly ScheduledDispatch[]): Schedule {
  return withMemory(network, [...before, ...forwardDispatches(network), ...after]);
}

/** Forward and backward: `between` must write the output's cotangent, `after` reads the input's. */
export function scheduleGradient(
  network: Network,
  before: readonly ScheduledDispatch[],
  between: readonly ScheduledDispatch[],
  after: readonly ScheduledDispatch[],
): Schedule {
  return withMemory(network, [...before, ...forwardDispatches(network), ...between, ...backwardDispatches(network), ...after]);
}

function forwardDispatches({ lowered }: Network): ScheduledDispatch[] {
  return lowered.flatMap(({ kernels }) => kernels.forward);
}

function backwardDispatches({ graph, lowered, rootOf }: Network): ScheduledDispatch[] {
  const active = activeValues(graph);
  const written = new Set([rootOf(graph.output.name)]);
  const dispatches: ScheduledDispatch[] = [];
  for (const { node, kernels } of [...lowered].reverse()) {
    if (!written.has(rootOf(node.output))) continue;
    for (const dispatch of kernels.backward) {
      const target = dispatch.bindings.at(-1)!;
      if (target.kind === 'cotangent') {
        const root = rootOf(target.name);
        if (!active.has(root)) continue;
        dispatches.push({ ...dispatch, accumulate: written.has(root) });
        written.add(root);
      } else dispatches.push(dispatch);
    }
  }
  return dispatches;
}

/** These dispatches with slots for their tensors. */
export function withMemory({ graph, rootOf }: Network, dispatches: readonly ScheduledDispatch[]): Schedule {
  const tensorOf = (binding: TensorBinding): string => {
    return binding.kind === 'saved' ? `saved ${binding.name}` : `${binding.kind} ${rootOf(binding.name)}`;
  };
  const constants = new Set<ConstantData>();
  const lifetimes = new Map<string, { -readonly [K in keyof Lifetime]: Lifetime[K] }>();
  dispatches.forEach(({ bindings }, index) => {
    for (const binding of bindings) {
      if (binding.kind === 'external') continue;
      if (binding.kind === 'constant') {
        constants.add(binding.data);
        continue;
      }
      const id = tensorOf(binding);
      const known = lifetimes.get(id);
      if (known) known.last = index;
      else {
        const elements = binding.kind === 'saved' ? binding.elements : sizeOf(graph.shapes.get(binding.name)!);
        lifetimes.set(id, { id, elements, first: index, last: index });
      }
    }
  });
  return { dispatches, memory: assignSlots([...lifetimes.values()]), constants, tensorOf };
}
