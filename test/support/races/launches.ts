import { workgroupsFor } from '../../../src/gpu/compile/layout.js';
import { type Chunk, parametersOf, type ScheduledBinding, type ScheduledDispatch, STAGES } from '../../../src/gpu/compile/schedule.js';
import { reflectKernel } from '../../../src/gpu/kernels/interface.js';
import { kernelSource } from '../../../src/gpu/kernels/source.js';
import { invocationsOf, kernelOf, type Variant } from '../../../src/gpu/kernels/variant.js';
import { candidatesOf } from '../../../src/gpu/tuning/candidates.js';
import { type Graph, shapeOf } from '../../../src/graph/graph.js';
import { numbersOf } from '../../../src/ops/shared/packed.js';
import { itemAt } from '../../../src/tensor/items.js';
import { sizeOf } from '../../../src/tensor/tensor.js';
import { DEVICES } from '../variants.js';
import { type CompileOptions, compileAddresses, type Sink } from './address_program.js';

/** A dispatch in the layout of a test. */
export interface Launch {
  readonly dispatch: ScheduledDispatch;
  readonly graph: Graph;
  /** Quads of a block. */
  readonly lanes: number;
  readonly variant: Variant;
}

/** Points on a path: three quads. */
const STEPS = 12;
const BLOCKS = 2;
/** Quads with samples: whole paths, more than one block and less than two where a block has several quads. */
const QUADS: Readonly<Record<number, number>> = { 1: 3, 2: 3, 4: 6, 16: 18 };
export const LANES = Object.keys(QUADS).map(Number);

/** Limits of workgroups for tiles with one slice and with several. The texts of larger ones differ from those in numbers alone, and take as long again. */
const SMALL = { maxComputeWorkgroupStorageSize: 16_384, maxComputeInvocationsPerWorkgroup: 128 };

/** The ways in which adapters run a dispatch with as many blocks as keep them busy, and with few. */
export function launchesOf(dispatch: ScheduledDispatch, graph: Graph): Launch[] {
  return LANES.flatMap((lanes) =>
    Object.values(DEVICES).flatMap((kind) =>
      [BLOCKS, 1024].flatMap((blocks) => {
        const device = { ...kind, device: { limits: SMALL } };
        return candidatesOf(dispatch, { lanes, blocks }, device).map(({ variant }) => ({ dispatch, graph, lanes, variant }));
      }),
    ),
  );
}

/** A dispatch as the fused plan runs it in lanes of their own. */
export function plainLaunch(dispatch: ScheduledDispatch, graph: Graph): Launch {
  return { dispatch, graph, lanes: 4, variant: { tiles: dispatch.tiles, quads: 1, workgroup: 64, constants: {} } };
}

export function sourceOf({ dispatch, variant }: Launch): string {
  const { kernel, constants } = kernelOf(dispatch, variant);
  return kernelSource(kernel, constants);
}

/** A chunk that is a whole request: paths, images or candidates. */
function chunkOf({ graph, lanes }: Launch): Chunk {
  const quads = QUADS[lanes]!;
  const layout = { lanes, blocks: Math.ceil(quads / lanes) };
  const pixels = sizeOf(graph.input.shape);
  return {
    stages: new Set(STAGES),
    samples: 4 * quads,
    offset: 0,
    allSamples: 4 * quads,
    steps: STEPS,
    // As many as there is room for, once or twice an image; those with samples are fewer.
    images: 4 * quads,
    firstImage: 0,
    imagesHere: (4 * quads) / STEPS,
    quads: { samples: quads, ends: quads, images: quads },
    layouts: { samples: layout, ends: layout, images: layout },
    numbers: { nodes: STEPS - 2, pixels, patches: pixels, channels: 1, channelsLast: 0, wanted: 0 },
  };
}

/** The uniform of a kernel as an object: numbers, arrays for vectors, objects for structs. */
function uniformOf(launch: Launch, source: string, chunk: Chunk): Record<string, unknown> {
  const { dispatch, variant, lanes } = launch;
  const grid = { 'grid.lanes': lanes, 'grid.quads': QUADS[lanes]!, 'grid.tiles': variant.tiles, 'grid.accumulate': 1 };
  const values: Readonly<Record<string, number | readonly number[]>> = { ...grid, ...parametersOf(dispatch, chunk) };
  const uniform: Record<string, Record<string, unknown> | unknown> = {};
  for (const { name, type, length } of reflectKernel(dispatch.kernel, source).parameters.members) {
    const numbers = [values[name]].flat().map((value) => (type === 'u32' ? Number(value) >>> 0 : Number(value)));
    const [outer = '', inner] = name.split('.');
    const value = length === 1 ? numbers[0] : numbers;
    if (inner === undefined) uniform[outer] = value;
    else uniform[outer] = { ...(uniform[outer] as object), [inner]: value };
  }
  return uniform;
}

/** The invocation that accesses: its workgroup, its phase between barriers, and its number over all workgroups. */
export interface Moment {
  group: number;
  phase: number;
  invocation: number;
}

/** What runs a launch. `moment` is kept up to date while `sink` is called. */
export function runLaunch(launch: Launch, source: string, sink: Sink, moment: Moment, isTracked?: CompileOptions['isTracked']): void {
  const { dispatch, variant, lanes } = launch;
  const contents = new Map<string, ArrayLike<number>>();
  for (const { name, binding } of buffersOf(launch, source)) {
    if (binding.kind !== 'constant') continue;
    const numbers = numbersOf(binding.data);
    if (numbers instanceof Uint32Array) contents.set(name, numbers);
  }
  const program = compileAddresses(source, { hasContents: (name) => contents.has(name), ...(isTracked && { isTracked }) });
  const chunk = chunkOf(launch);
  const uniform = uniformOf(launch, source, chunk);
  const blocks = Math.ceil(QUADS[lanes]! / lanes);
  const invocations = dispatch.invocations?.(chunk) ?? invocationsOf(variant, lanes * blocks);
  const { workgroupSize } = program;
  const [columns, rows] = workgroupsFor(invocations, 65535, workgroupSize);
  for (let group = 0; group < columns * rows; group++) {
    const own = [group % columns, Math.floor(group / columns), 0];
    moment.group = group + 1;
    for (const { name, scope } of program.tracked) if (scope === 'workgroup') sink.forget?.(name);
    moment.phase++;
    let waiting = Array.from({ length: workgroupSize }, (_, index) => ({
      index,
      rest: undefined as Iterator<void> | undefined,
      begun: false,
    }));
    for (; waiting.length > 0; moment.phase++) {
      waiting = waiting.filter((each) => {
        moment.invocation = group * workgroupSize + each.index + 1;
        if (!each.begun) {
          each.begun = true;
          const place = {
            global_invocation_id: [own[0]! * workgroupSize + each.index, own[1]!, 0],
            local_invocation_id: [each.index, 0, 0],
            local_invocation_index: each.index,
            workgroup_id: own,
            num_workgroups: [columns, rows, 1],
          };
          each.rest = program.run(place, uniform, contents, sink);
        }
        return each.rest !== undefined && !each.rest.next().done;
      });
    }
  }
}

interface BufferOfKernel {
  readonly name: string;
  readonly binding: ScheduledBinding;
  /** Bytes of an element. */
  readonly bytes: number;
}

function buffersOf({ dispatch }: Launch, source: string): BufferOfKernel[] {
  return [...source.matchAll(/@binding\((\d+)\)\s*var<storage, \w+>\s*(\w+): array<(?:vec([234])|\w+)/g)].map(
    ([, number, name = '', size = '1']) => ({
      name,
      binding: itemAt(dispatch.bindings, Number(number) - 1),
      bytes: 4 * Number(size),
    }),
  );
}

/** A read of what belongs to another quad than that of the invocation. */
export interface ForeignRead {
  readonly buffer: string;
  readonly element: number;
  readonly block: number;
  readonly lane: number;
}

/**
 * The first reads of tensors at quads of other invocations. In the fused plan all kernels run in one dispatch, so whatever they read was written
 * in it: each lane may read only what it wrote itself.
 */
export function foreignReads(launch: Launch, source = sourceOf(launch)): ForeignRead[] {
  const { dispatch, graph, lanes, variant } = launch;
  const perQuad = new Map<string, number>();
  for (const { name, binding, bytes } of buffersOf(launch, source)) {
    if (binding.kind === 'constant' || binding.kind === 'external') continue;
    // The ends of paths are computed before all samples, with a barrier.
    if (binding.space !== undefined && binding.space !== dispatch.space) continue;
    perQuad.set(name, (binding.kind === 'saved' ? 4 * binding.words : 16 * sizeOf(shapeOf(graph, binding.name))) / bytes);
  }
  const found: ForeignRead[] = [];
  const moment: Moment = { group: 0, phase: 0, invocation: 0 };
  const read = (buffer: string, element: number) => {
    const linear = moment.invocation - 1;
    const [block, lane] = [Math.floor(linear / lanes / variant.tiles), linear % lanes];
    const elements = perQuad.get(buffer) ?? Number.NaN;
    if ((Math.floor(element / lanes / elements) !== block || element % lanes !== lane) && found.length < 10)
      found.push({ buffer, element, block, lane });
  };
  runLaunch(launch, source, { read, write: read }, moment, (name) => perQuad.has(name));
  return found;
}
