import { shapeOf } from '../../graph/graph.js';
import type { Binding, Dispatch } from '../../ops/operator.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { Layouts } from './layout.js';
import type { Network } from './lower.js';
import { assignSlots, type Lifetime } from './memory.js';

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
/** A binding whose memory depends on the number of samples. Without a space of its own it has the dispatch's. */
export type TensorBinding = Exclude<Binding, { kind: 'constant' }> & { readonly space?: Space };
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

/** A dispatch that writes a cotangent with which a backward pass begins. `gateable` is explained in src/ops/operator.ts. */
export type Seed = Omit<ScheduledDispatch, 'stage' | 'space'> & Pick<Dispatch, 'gateable'>;

/** Dispatches in the order of their stages, with the memory that they need. */
export interface Schedule {
  readonly dispatches: readonly ScheduledDispatch[];
  readonly memory: ScheduleMemory;
  /** All constants that the dispatches bind. */
  readonly constants: ReadonlySet<ConstantData>;
  /** The slot of a tensor that a dispatch binds, as an index into `memory.slots`. */
  readonly slotOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => number;
  /** The tensor that a dispatch binds, and its vec4s for each quad of samples. */
  readonly tensorOf: (dispatch: ScheduledDispatch, binding: TensorBinding) => { readonly id: string; readonly elements: number };
  /** Multiply-adds that the products take for one sample, by space. */
  readonly multiplyAdds: Readonly<Record<Space, number>>;
  /**
   * A kernel of a chunk reads what others wrote for several quads, or several invocations write the same memory. Only the layered plan puts
   * such dispatches in order.
   */
  readonly layeredOnly?: boolean;
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

/**
 * Gives every tensor its slot. The stages `chunk` and `reduce` run many times, so what they read of `begin` must live until their last
 * dispatch.
 */
export function withMemory(network: Pick<Network, 'graph' | 'rootOf'>, dispatches: readonly ScheduledDispatch[]): Schedule {
  const { graph, rootOf } = network;
  const keyOf = (space: Space, binding: TensorBinding): string => {
    const name = binding.kind === 'saved' ? binding.name : rootOf(binding.name);
    return `${binding.space ?? space} ${binding.kind} ${name}`;
  };
  const elementsOf = (binding: TensorBinding): number => {
    return binding.kind === 'saved' ? binding.words / 4 : sizeOf(shapeOf(graph, binding.name));
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
    slotOf: ({ space }, binding) => {
      const slot = slotOf.get(keyOf(space, binding));
      if (slot === undefined) throw new Error(`the schedule has no tensor "${keyOf(space, binding)}"`);
      return slot;
    },
    tensorOf: ({ space }, binding) => ({ id: keyOf(space, binding), elements: elementsOf(binding) }),
    multiplyAdds,
  };
}
