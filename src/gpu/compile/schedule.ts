import { shapeOf } from '../../graph/graph.js';
import type { Binding, Dispatch } from '../../ops/operator.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Layouts } from './layout.js';
import type { Network } from './lower.js';
import { assignSlots, type Lifetime, packTensors } from './memory.js';

/**
 * The samples that a dispatch runs on, or that a tensor holds:
 *
 *   samples   the points of a request: every alpha of every path, or every image or candidate
 *   ends      two for each image: the input (sample 2i) and the baseline (sample 2i + 1) of path i
 *   images    one for each image: what is summed over alphas
 */
export type Space = 'samples' | 'ends' | 'images';

/**
 * When a dispatch runs: once before all chunks (`begin`), in every chunk (`chunk`), at the end of every chunk (`reduce`, whose dispatches
 * read several samples), or once after all chunks (`finish`).
 */
export type Stage = 'begin' | 'chunk' | 'reduce' | 'finish';

export const STAGES: readonly Stage[] = ['begin', 'chunk', 'reduce', 'finish'];

/** A buffer that belongs to a request rather than to the network: images, alphas, results. */
export type ExternalBinding = { readonly kind: 'external'; readonly name: string };
export type ConstantData = Extract<Binding, { kind: 'constant' }>['data'];
/**
 * A binding whose memory depends on the number of samples. Without a space of its own it has the dispatch's. `again`: the tensor that was
 * written a second time (src/gpu/compile/lean.ts). `halves`: its numbers have 16 bits (src/gpu/compile/halves.ts).
 */
export type TensorBinding = Exclude<Binding, { kind: 'constant' }> & {
  readonly space?: Space;
  readonly again?: true;
  readonly halves?: true;
};
export type ScheduledBinding = Extract<Binding, { kind: 'constant' }> | TensorBinding | ExternalBinding;

/** Values for the members of a kernel's uniform struct, by name. */
export type Parameters = Dispatch['parameters'];

/**
 * The part of a request that one submit computes, as a dispatch sees it when it is encoded. Its samples are points of paths, `steps` for
 * each image, or independent images or candidates. In the second case `images` is 0 and `steps` is 1.
 */
export interface Chunk {
  readonly stages: ReadonlySet<Stage>;
  /** `samples` counts those of this chunk, `offset` those of the request before them, `allSamples` those of the request. */
  readonly samples: number;
  readonly offset: number;
  readonly allSamples: number;
  /** Samples on each path. */
  readonly steps: number;
  /** Images of the request. */
  readonly images: number;
  /** The first image with samples in this chunk, and the number of images with samples in it. */
  readonly firstImage: number;
  readonly imagesHere: number;
  /** Quads that are computed in each space. */
  readonly quads: Readonly<Record<Space, number>>;
  readonly layouts: Layouts;
  /** Numbers that only this kind of request has, by name. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** A number that only this kind of request has. */
export function numberOf({ numbers }: Chunk, name: string): number {
  const value = numbers[name];
  if (value === undefined) throw new Error(`the request does not say ${name}`);
  return value;
}

export interface ScheduledDispatch extends Omit<Dispatch, 'bindings' | 'gateable'> {
  readonly bindings: readonly ScheduledBinding[];
  readonly stage: Stage;
  readonly space: Space;
  /** Whether to add to the cotangent that is there already. */
  readonly accumulate?: boolean;
  /** Further parameters, which are known only with the chunk. */
  readonly atRequest?: (chunk: Chunk) => Parameters;
  /** Invocations in all, where they are not `tiles` times the quads. */
  readonly invocations?: (chunk: Chunk) => number;
}

/** All parameters of a dispatch besides its grid. */
export function parametersOf({ parameters, atRequest }: ScheduledDispatch, chunk: Chunk): Parameters {
  return { ...parameters, ...atRequest?.(chunk) };
}

/** The bindings of a dispatch that hold numbers of 16 bits. */
export function halvesOf({ bindings }: Pick<ScheduledDispatch, 'bindings'>): number[] {
  return bindings.flatMap((binding, position) => ('halves' in binding && binding.halves ? [position + 1] : []));
}

/** A dispatch that writes a cotangent with which a backward pass begins. `gateable` is explained in src/ops/operator.ts. */
export type Seed = Omit<ScheduledDispatch, 'stage' | 'space'> & Pick<Dispatch, 'gateable'>;

/** Dispatches in the order of their stages, with the memory that they need. */
export interface Schedule extends Pick<Network, 'graph' | 'rootOf'> {
  readonly dispatches: readonly ScheduledDispatch[];
  readonly memory: ScheduleMemory;
  /** All constants that the dispatches bind. */
  readonly constants: ReadonlySet<ConstantData>;
  /** The slot of a tensor that a dispatch binds, as an index into `memory.slots`. */
  readonly slotOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => number;
  /** Where a tensor that a dispatch binds begins in its slot, in vec4s for each quad of samples. */
  readonly offsetOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => number;
  /** The tensor that a dispatch binds, and its vec4s for each quad of samples. */
  readonly tensorOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => { readonly id: string; readonly elements: number };
  /** Multiply-adds that the products take for one sample, by space. */
  readonly multiplyAdds: Readonly<Record<Space, number>>;
  /**
   * A kernel of a chunk reads what others wrote for several quads, or several invocations write the same memory. Only the layered plan puts
   * such dispatches in order.
   */
  readonly layeredOnly?: boolean;
  /** Most of the forward pass runs twice (src/gpu/compile/lean.ts). */
  readonly recomputes?: true;
  /** Activations are stored in 16 bits (src/gpu/compile/halves.ts). */
  readonly halved?: true;
}

export interface ScheduleMemory {
  readonly slots: readonly Slot[];
}

/** A piece of memory that tensors share which never live at the same time. */
export interface Slot {
  readonly space: Space;
  /** vec4s for each quad of samples. */
  readonly elements: number;
}

/** With which tensors a tensor shares slots: with those of its space, or with all, for one quad of samples in each space. */
export type Sharing = 'each space' | 'one quad';

/**
 * Gives every tensor its slot. The stages `chunk` and `reduce` run many times, so what they read of `begin` must live until their last
 * dispatch.
 */
export function withMemory(
  network: Pick<Network, 'graph' | 'rootOf'>,
  dispatches: readonly ScheduledDispatch[],
  sharing: Sharing = 'each space',
): Schedule {
  const { graph, rootOf } = network;
  const { keyOf, elementsOf } = tensorsOf(network);
  const constants = new Set<ConstantData>();
  const multiplyAdds = { samples: 0, ends: 0, images: 0 };
  for (const { bindings, space, multiplyAdds: products = 0 } of dispatches) {
    multiplyAdds[space] += products;
    for (const binding of bindings) if (binding.kind === 'constant') constants.add(binding.data);
  }
  const slots: Slot[] = [];
  const slotOf = new Map<string, number>();
  const offsetOf = new Map<string, number>();
  for (const [space, own] of lifetimesOf(network, dispatches, sharing)) {
    const assigned = sharing === 'one quad' ? packTensors(own, writtenTogether(dispatches, keyOf)) : assignSlots(own);
    for (const [id, slot] of assigned.slotOf) slotOf.set(id, slots.length + slot);
    for (const [id, offset] of assigned.offsetOf ?? []) offsetOf.set(id, offset);
    slots.push(...assigned.slots.map((elements) => ({ space, elements })));
  }
  return {
    graph,
    rootOf,
    dispatches,
    memory: { slots },
    constants,
    slotOf: ({ space }, binding) => {
      const slot = slotOf.get(keyOf(space, binding));
      if (slot === undefined) throw new Error(`the schedule has no tensor "${keyOf(space, binding)}"`);
      return slot;
    },
    offsetOf: ({ space }, binding) => offsetOf.get(keyOf(space, binding)) ?? 0,
    tensorOf: ({ space }, binding) => ({ id: keyOf(space, binding), elements: elementsOf(binding) }),
    multiplyAdds,
  };
}

/** The tensors of dispatches and their lifetimes, by the space with whose tensors they share slots. `sharing` is that of withMemory. */
export function lifetimesOf(
  network: Pick<Network, 'graph' | 'rootOf'>,
  dispatches: readonly ScheduledDispatch[],
  sharing: Sharing,
): Map<Space, Lifetime[]> {
  const { keyOf, elementsOf } = tensorsOf(network);
  const lifetimes = new Map<Space, Map<string, { -readonly [K in keyof Lifetime]: Lifetime[K] }>>();
  const repeated = ({ stage }: ScheduledDispatch) => stage === 'chunk' || stage === 'reduce';
  const [firstRepeated, lastRepeated] = [dispatches.findIndex(repeated), dispatches.map(repeated).lastIndexOf(true)];
  dispatches.forEach((dispatch, index) => {
    for (const binding of dispatch.bindings) {
      if (binding.kind === 'external' || binding.kind === 'constant') continue;
      const own = binding.space ?? dispatch.space;
      const group = sharing === 'one quad' ? 'samples' : own;
      const tensors = lifetimes.get(group) ?? new Map();
      lifetimes.set(group, tensors);
      const id = keyOf(dispatch.space, binding);
      const known = tensors.get(id);
      if (known) known.last = Math.max(known.last, repeated(dispatch) && known.first < firstRepeated ? lastRepeated : index);
      else {
        // A sum of an image grows from chunk to chunk, while tensors of samples come and go.
        const sum = repeated(dispatch) && own !== 'samples' && sharing === 'one quad';
        const [first, last] = sum ? [firstRepeated, lastRepeated] : [index, index];
        tensors.set(id, { id, elements: Math.ceil(elementsOf(binding)), first, last });
      }
    }
  });
  return new Map([...lifetimes].map(([space, tensors]) => [space, [...tensors.values()]]));
}

function tensorsOf({ graph, rootOf }: Pick<Network, 'graph' | 'rootOf'>) {
  return {
    keyOf: (space: Space, binding: TensorBinding): string => {
      const name = binding.kind === 'value' || binding.kind === 'cotangent' ? rootOf(binding.name) : binding.name;
      return `${binding.space ?? space} ${binding.kind} ${name}${binding.again ? ' again' : ''}`;
    },
    elementsOf: (binding: TensorBinding): number => {
      if (binding.kind === 'saved') return binding.words / 4;
      if (binding.kind === 'scratch') return binding.elements;
      return sizeOf(shapeOf(graph, binding.name)) / (binding.halves ? 2 : 1);
    },
  };
}

/** For each tensor those that a dispatch binds together with it, where the dispatch writes one of the two. */
function writtenTogether(
  dispatches: readonly ScheduledDispatch[],
  keyOf: (space: Space, binding: TensorBinding) => string,
): Map<string, Set<string>> {
  const apart = new Map<string, Set<string>>();
  const separate = (a: string, b: string) => {
    const others = apart.get(a) ?? new Set();
    apart.set(a, others.add(b));
  };
  for (const { space, bindings } of dispatches) {
    const tensors = bindings.flatMap((binding, index) => {
      if (binding.kind === 'constant' || binding.kind === 'external') return [];
      // A forward kernel also writes what it saves.
      return [{ id: keyOf(space, binding), writes: binding.kind === 'saved' || index === bindings.length - 1 }];
    });
    for (const a of tensors) {
      for (const b of tensors) {
        if (a.id !== b.id && (a.writes || b.writes)) separate(a.id, b.id);
      }
    }
  }
  return apart;
}
