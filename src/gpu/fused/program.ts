import { itemAt } from '../../tensor/items.js';
import { assignSlots, type Lifetime } from '../compile/memory.js';
import type { Schedule, ScheduledBinding, ScheduledDispatch, Stage, TensorBinding } from '../compile/schedule.js';
import { TILE_ORDER, type Workgroup } from './entry_point.js';
import { linkKernels } from './link.js';
import type { LinkedKernel } from './linked_kernel.js';
import type { Home } from './rewrite.js';

/*
 * A schedule as at most two dispatches. The first runs for every sample (`begin`, `chunk`), the second once those have ended (`reduce`,
 * `finish`). Each is a linked shader with a table of rows, whose addresses follow from the shape of a request.
 */

/** How a program's workgroups share the samples. Each choice has a linked shader of its own. */
export interface Walks {
  /** Quads in a block of samples. In lane mode a workgroup has an invocation for each. One lane means workgroup mode. */
  readonly lanes: number;
}

/** Invocations of a workgroup that shares the tiles of a quad. */
const GROUP_INVOCATIONS = 64;

/** The parts of the buffers `memory` and `words`, in their order. */
export const REGIONS = ['kept', 'scratch', 'ends', 'images'] as const;
/**
 * For how many samples a part of a buffer holds its tensors:
 *
 *   kept      every quad of samples, since the second dispatch reads them
 *   scratch   the quads of one round of a workgroup
 *   ends      the ends that a workgroup needs, once for each workgroup
 *   images    the quad of images of a workgroup of the second dispatch
 */
export type Region = (typeof REGIONS)[number];

export interface PlacedTensor {
  readonly buffer: 'memory' | 'words';
  readonly region: Region;
  /** For one quad, in elements of the buffer (vec4s or words): where the tensor begins in its region, and its size. */
  readonly offset: number;
  readonly elements: number;
}

export interface ProgramRow {
  readonly dispatch: ScheduledDispatch;
  readonly kernel: LinkedKernel;
  readonly order: number;
  readonly bindings: readonly { readonly binding: ScheduledBinding; readonly tensor?: PlacedTensor }[];
}

export interface ProgramPart {
  readonly source: string;
  readonly invocations: number;
  readonly rows: readonly ProgramRow[];
}

export interface FusedProgram {
  readonly lanes: number;
  /** One or two. */
  readonly parts: readonly ProgramPart[];
  /** Elements for each quad, by buffer and region. */
  readonly sizes: Readonly<Record<'memory' | 'words', Readonly<Record<Region, number>>>>;
  /** Whether workgroups evaluate the ends of their paths. */
  readonly hasEnds: boolean;
}

/** Links a schedule into a program. */
export function fuse(schedule: Schedule, { lanes }: Walks): FusedProgram {
  const stages: readonly (readonly Stage[])[] = [
    ['begin', 'chunk'],
    ['reduce', 'finish'],
  ];
  const linked = stages
    .map((own) => schedule.dispatches.filter(({ stage }) => own.includes(stage)))
    .filter((dispatches) => dispatches.length > 0)
    .map((dispatches, part) => {
      const alone = part === 0 && lanes > 1;
      const workgroup: Workgroup = {
        invocations: alone ? lanes : GROUP_INVOCATIONS,
        barriers: !alone || dispatches.some(({ stage }) => stage === 'begin'),
      };
      const shader = linkKernels(
        dispatches.map(({ kernel, constants, quads, bindings }) => ({
          kernel,
          // An invocation works on one quad here.
          constants: quads === undefined ? (constants ?? {}) : { ...constants, QUADS: 1 },
          homes: bindings.map((binding, index) => homeOf(binding, index === bindings.length - 1)),
        })),
        workgroup,
      );
      return { dispatches, shader, workgroup };
    });
  const { placed, sizes } = placeTensors(schedule, linked);
  return {
    lanes,
    sizes,
    hasEnds: schedule.dispatches.some(({ stage }) => stage === 'begin'),
    parts: linked.map(({ dispatches, shader, workgroup }) => ({
      source: shader.source,
      invocations: workgroup.invocations,
      rows: dispatches.map((dispatch, index) => ({
        dispatch,
        kernel: itemAt(shader.kernels, index),
        order: orderOf(dispatch, lanes),
        bindings: dispatch.bindings.map((binding) => {
          const tensor = isTensor(binding) ? placed.get(schedule.tensorOf(dispatch, binding).id) : undefined;
          return tensor ? { binding, tensor } : { binding };
        }),
      })),
    })),
  };
}

/** Where a binding's data are. A dispatch writes its last binding, so a buffer of the request there holds a result. */
function homeOf(binding: ScheduledBinding, last: boolean): Home {
  if (binding.kind === 'constant') return 'constant';
  if (binding.kind === 'external') return last ? 'result' : 'request';
  return 'tensor';
}

function isTensor(binding: ScheduledBinding): binding is TensorBinding {
  return binding.kind !== 'constant' && binding.kind !== 'external';
}

function orderOf({ stage }: ScheduledDispatch, lanes: number): number {
  if (stage === 'begin') return TILE_ORDER.ends;
  if (stage === 'reduce') return TILE_ORDER.reduce;
  return stage === 'chunk' && lanes > 1 ? TILE_ORDER.lane : TILE_ORDER.group;
}

interface Known {
  readonly buffer: 'memory' | 'words';
  readonly space: string;
  readonly elements: number;
  readonly first: number;
  last: number;
  readonly part: number;
  kept: boolean;
}

/** Places tensors in the buffers. Tensors of a region share memory where they never live at the same time, unless they are kept. */
function placeTensors(
  schedule: Schedule,
  parts: readonly { readonly dispatches: readonly ScheduledDispatch[]; readonly shader: { readonly kernels: readonly LinkedKernel[] } }[],
) {
  const known = new Map<string, Known>();
  let step = 0;
  parts.forEach(({ dispatches, shader }, part) => {
    dispatches.forEach((dispatch, index) => {
      dispatch.bindings.forEach((binding, position) => {
        if (!isTensor(binding)) return;
        const { id, elements } = schedule.tensorOf(dispatch, binding);
        const buffer = itemAt(itemAt(shader.kernels, index).bindings, position).buffer as 'memory' | 'words';
        const space = binding.space ?? dispatch.space;
        const tensor = known.get(id) ?? {
          buffer,
          space,
          elements: buffer === 'words' ? 4 * elements : Math.ceil(elements),
          first: step,
          last: step,
          part,
          kept: false,
        };
        if (tensor.buffer !== buffer) throw new Error(`kernels see ${id} both as vec4f and as words`);
        tensor.last = step;
        tensor.kept ||= space === 'samples' && part !== tensor.part;
        known.set(id, tensor);
      });
      step++;
    });
  });
  const placed = new Map<string, PlacedTensor>();
  const sizes = { memory: emptyRegions(), words: emptyRegions() };
  for (const buffer of ['memory', 'words'] as const) {
    for (const region of REGIONS) {
      const own = [...known].filter(([, tensor]) => tensor.buffer === buffer && regionOf(tensor) === region);
      const lifetimes = own.map(([id, { elements, first, last }]): Lifetime => {
        return region === 'kept' ? { id, elements, first: 0, last: step } : { id, elements, first, last };
      });
      const { slots, slotOf } = assignSlots(lifetimes);
      const offsets = slots.map((_, slot) => slots.slice(0, slot).reduce((sum, elements) => sum + elements, 0));
      for (const [id, { elements }] of own) placed.set(id, { buffer, region, offset: itemAt(offsets, slotOf.get(id)!), elements });
      sizes[buffer][region] = slots.reduce((sum, elements) => sum + elements, 0);
    }
  }
  return { placed, sizes };
}

function emptyRegions(): Record<Region, number> {
  return { kept: 0, scratch: 0, ends: 0, images: 0 };
}

function regionOf({ space, kept }: Known): Region {
  if (space === 'samples') return kept ? 'kept' : 'scratch';
  return space as 'ends' | 'images';
}

/** How the samples of a request are shared among the workgroups of a program. */
export interface FusedShape {
  readonly lanes: number;
  /** Blocks of samples in all, and for each workgroup. */
  readonly blocks: number;
  readonly rounds: number;
  /** Quads of ends: the most that one workgroup may need, and all. */
  readonly groupEnds: number;
  readonly ends: number;
  /** Quads of images. */
  readonly images: number;
}

export function groupsOf({ blocks, rounds }: FusedShape): number {
  return Math.ceil(blocks / rounds);
}

/** The shape for this many samples, in at most this many workgroups. It has no room for ends yet (see withEnds). */
export function shapeOf(lanes: number, samples: number, images: number, workgroups: number): FusedShape {
  const blocks = Math.max(1, Math.ceil(samples / (4 * lanes)));
  const rounds = Math.ceil(blocks / workgroups);
  const ends = Math.ceil(images / 2);
  return { lanes, blocks, rounds, groupEnds: 0, ends, images: Math.ceil(images / 4) };
}

/** The shape with room for the ends of all paths, of `steps` samples each, on which a workgroup's samples can lie. */
export function withEnds(shape: FusedShape, steps: number): FusedShape {
  const met = Math.ceil((4 * shape.lanes * shape.rounds - 1) / steps) + 1;
  return { ...shape, groupEnds: Math.min(shape.ends, Math.floor(met / 2) + 1) };
}

/**
 * Elements of a buffer before each region, and in total. Images come first: they hold sums over all chunks of a request, and chunks may have different shapes, so
 * nothing whose size depends on the chunk may lie before them.
 */
export function regionsOf({ sizes }: FusedProgram, buffer: 'memory' | 'words', shape: FusedShape) {
  const groups = groupsOf(shape);
  const size = sizes[buffer];
  const kept = size.images * shape.images;
  const scratch = kept + size.kept * shape.blocks * shape.lanes;
  const ends = scratch + size.scratch * shape.lanes * groups;
  return { images: 0, kept, scratch, ends, total: ends + size.ends * shape.groupEnds * groups };
}

/** Bytes of both buffers. */
export function fusedBytes(program: FusedProgram, shape: FusedShape): { memory: number; words: number } {
  return { memory: 16 * regionsOf(program, 'memory', shape).total, words: 4 * regionsOf(program, 'words', shape).total };
}

/** The four words of a tensor's base (BASE in src/gpu/fused/entry_point.ts). */
export function baseOf(program: FusedProgram, { buffer, region, offset, elements }: PlacedTensor, shape: FusedShape): readonly number[] {
  const start = regionsOf(program, buffer, shape)[region];
  const total = program.sizes[buffer][region];
  if (region === 'kept') return [start + offset * shape.blocks * shape.lanes, 0, 0, 0];
  // A workgroup of the second dispatch has one quad of images. Workgroups reach a row at different times, so each has its tensors together.
  if (region === 'images') return [start + offset, total, elements, 0];
  if (region === 'scratch') return [start + offset * shape.lanes, total * shape.lanes, elements * shape.lanes, 0];
  return [start + offset * shape.groupEnds, total * shape.groupEnds, elements, 1];
}
