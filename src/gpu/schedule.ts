import type { Binding, Dispatch } from '../ops/operator.js';
import { gateShape } from '../ops/saved.js';
import { sizeOf } from '../tensor/tensor.js';
import { assignSlots, type Lifetime } from './memory.js';
import type { Network } from './network.js';

/**
 * Which samples a dispatch runs on, and a tensor is of:
 *
 *   samples   the points of a request: every alpha of every path; every image or candidate
 *   ends      two an image: the input (sample 2i) and the baseline (sample 2i + 1) of path i
 *   images    one an image: what is summed over alphas
 */
export type Space = 'samples' | 'ends' | 'images';

/**
 * When a dispatch runs: once before all samples, once for every chunk of samples, or once after all of them. `reduce` is the part of a
 * chunk that reads several samples.
 */
export type Stage = 'begin' | 'chunk' | 'reduce' | 'finish';

export const STAGES: readonly Stage[] = ['begin', 'chunk', 'reduce', 'finish'];

/** A buffer of a request rather than of the network: images, alphas, results. */
export type ExternalBinding = { readonly kind: 'external'; readonly name: string };
export type ConstantData = Extract<Binding, { kind: 'constant' }>['data'];
/** A binding whose memory depends on the number of samples. Its space is the dispatch's, unless it says otherwise. */
export type TensorBinding = Exclude<Binding, { kind: 'constant' }> & { readonly space?: Space };
export type ScheduledBinding = Extract<Binding, { kind: 'constant' }> | TensorBinding | ExternalBinding;

export interface ScheduledDispatch extends Omit<Dispatch, 'bindings' | 'gateable'> {
  readonly bindings: readonly ScheduledBinding[];
  readonly stage: Stage;
  readonly space: Space;
  /** Add to the cotangent that is there. */
  readonly accumulate?: boolean;
}

/** What writes a cotangent that a backward pass begins with; `gateable` as of any dispatch (src/ops/operator.ts). */
export type Seed = Omit<ScheduledDispatch, 'stage' | 'space'> & Pick<Dispatch, 'gateable'>;

/** A sequence of dispatches, by stages, with the memory that they need. */
export interface Schedule {
  readonly dispatches: readonly ScheduledDispatch[];
  readonly memory: ScheduleMemory;
  /** All constants that the dispatches bind. */
  readonly constants: ReadonlySet<ConstantData>;
  /** The slot of a tensor that a dispatch binds: an index into `memory.slots`. */
  readonly slotOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => number;
  /** Which tensor a dispatch binds, and its vec4s a quad of samples. */
  readonly tensorOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => { readonly id: string; readonly elements: number };
  /** Multiply-adds of the products of one sample, by space. */
  readonly multiplyAdds: Readonly<Record<Space, number>>;
  /** A kernel of a chunk reads what others wrote for several quads, or all write the same: the layered plan alone orders them. */
  readonly layeredOnly?: boolean;
}

export interface ScheduleMemory {
  readonly slots: readonly Slot[];
}

/** Memory that tensors share which never live at the same time. */
export interface Slot {
  readonly space: Space;
  /** vec4s a quad of samples. */
  readonly elements: number;
}

/** The forward pass of a network in one stage and space. */
export function forwardDispatches({ lowered }: Network, stage: Stage, space: Space): ScheduledDispatch[] {
  return lowered.flatMap(({ kernels }) => kernels.forward.map((dispatch) => ({ ...dispatch, stage, space })));
}

/**
 * The backward pass, in one stage and space, from cotangents that are `written` already (a set of roots, which grows by what this writes),
 * and those that `seeds` write, to those of the values in `wanted` (roots).
 */
export function backwardDispatches(
  network: Network,
  stage: Stage,
  space: Space,
  written: Set<string>,
  wanted: ReadonlySet<string>,
  seeds: readonly Seed[] = [],
): ScheduledDispatch[] {
  const { lowered, rootOf } = network;
  const gated = new GatedStores(network, stage, space);
  const dispatches: ScheduledDispatch[] = [];
  for (const root of written) gated.wroteWithout(root);
  for (const seed of seeds) {
    const root = rootOf((seed.bindings.at(-1) as TensorBinding).name);
    dispatches.push(gated.store(seed, root));
    written.add(root);
  }
  for (const { output, kernels, residual } of [...lowered].reverse()) {
    const source = rootOf(output);
    if (!written.has(source)) continue;
    dispatches.push(...gated.pending(source));
    for (const dispatch of residual ? [residual, ...kernels.backward] : kernels.backward) {
      const target = dispatch.bindings.at(-1)!;
      if (target.kind !== 'cotangent') {
        dispatches.push({ ...dispatch, stage, space });
        continue;
      }
      const root = rootOf(target.name);
      if (!wanted.has(root)) continue;
      const accumulate = written.has(root);
      dispatches.push({ ...gated.store(withAccumulate(dispatch, accumulate), root), accumulate });
      written.add(root);
    }
  }
  for (const root of wanted) if (written.has(root)) dispatches.push(...gated.pending(root));
  return dispatches;
}

/** A kernel that names the constant is compiled without the loads of what it would add to. */
function withAccumulate(dispatch: Dispatch, accumulate: boolean): Dispatch {
  const { constants } = dispatch;
  return constants && 'ACCUMULATE' in constants ? { ...dispatch, constants: { ...constants, ACCUMULATE: Number(accumulate) } } : dispatch;
}

/** Gates of one bit are applied where a cotangent is stored; where a kernel cannot, in a pass of its own before the cotangent is read. */
class GatedStores {
  readonly #open = new Set<string>();

  constructor(
    private readonly network: Network,
    private readonly stage: Stage,
    private readonly space: Space,
  ) {}

  wroteWithout(root: string): void {
    if (this.network.gates.has(root)) this.#open.add(root);
  }

  store({ gateable, ...dispatch }: Seed, root: string): ScheduledDispatch {
    const { stage, space } = this;
    const gates = this.network.gates.get(root);
    if (gates === undefined || !gateable) {
      this.wroteWithout(root);
      return { ...dispatch, stage, space };
    }
    return {
      ...dispatch,
      stage,
      space,
      constants: { ...dispatch.constants, GATED: 1 },
      bindings: [...dispatch.bindings.slice(0, -1), gates, dispatch.bindings.at(-1)!],
      parameters: { ...dispatch.parameters, ...this.#places(root) },
    };
  }

  pending(root: string): ScheduledDispatch[] {
    if (!this.#open.delete(root)) return [];
    const { stage, space } = this;
    const elements = sizeOf(this.network.graph.shapes.get(root)!);
    const bindings: ScheduledBinding[] = [this.network.gates.get(root)!, { kind: 'cotangent', name: root }];
    return [{ kernel: 'gates_apply', bindings, parameters: this.#places(root), tiles: elements, stage, space }];
  }

  #places(root: string) {
    const { plane } = gateShape(this.network.graph.shapes.get(root)!);
    return { gate_plane: plane, gate_words: this.network.gates.get(root)!.words };
  }
}

/** Gives every tensor its slot. Stages run in order, and `chunk` with `reduce` many times: what these read of `begin` must outlive them. */
export function withMemory(network: Pick<Network, 'graph' | 'rootOf'>, dispatches: readonly ScheduledDispatch[]): Schedule {
  const { graph, rootOf } = network;
  const keyOf = (space: Space, binding: TensorBinding): string => {
    const name = binding.kind === 'saved' ? binding.name : rootOf(binding.name);
    return `${binding.space ?? space} ${binding.kind} ${name}`;
  };
  const elementsOf = (binding: TensorBinding): number => {
    return binding.kind === 'saved' ? binding.words / 4 : sizeOf(graph.shapes.get(binding.name)!);
  };
  const constants = new Set<ConstantData>();
  const lifetimes = new Map<Space, Map<string, { -readonly [K in keyof Lifetime]: Lifetime[K] }>>();
  const multiplyAdds = { samples: 0, ends: 0, images: 0 };
  const repeated = ({ stage }: ScheduledDispatch) => stage === 'chunk' || stage === 'reduce';
  const [firstRepeated, lastRepeated] = [dispatches.findIndex(repeated), dispatches.map(repeated).lastIndexOf(true)];
  dispatches.forEach((dispatch, index) => {
    const { bindings, space, multiplyAdds: products = 0 } = dispatch;
    multiplyAdds[space] += products;
    for (const binding of bindings) {
      if (binding.kind === 'external') continue;
      if (binding.kind === 'constant') {
        constants.add(binding.data);
        continue;
      }
      const own = binding.space ?? space;
      const tensors = lifetimes.get(own) ?? new Map();
      lifetimes.set(own, tensors);
      const id = keyOf(space, binding);
      const known = tensors.get(id);
      if (known) known.last = repeated(dispatch) && known.first < firstRepeated ? lastRepeated : index;
      else {
        const elements = Math.ceil(elementsOf(binding));
        tensors.set(id, { id, elements, first: index, last: index });
      }
    }
  });
  const slots: Slot[] = [];
  const slotOf = new Map<string, number>();
  for (const [space, tensors] of lifetimes) {
    const assigned = assignSlots([...tensors.values()]);
    for (const [id, slot] of assigned.slotOf) slotOf.set(id, slots.length + slot);
    slots.push(...assigned.slots.map((elements) => ({ space, elements })));
  }
  return {
    dispatches,
    memory: { slots },
    constants,
    slotOf: ({ space }, binding) => slotOf.get(keyOf(space, binding))!,
    tensorOf: ({ space }, binding) => ({ id: keyOf(space, binding), elements: elementsOf(binding) }),
    multiplyAdds,
  };
}
