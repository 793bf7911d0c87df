import type { Cost, GradientMoments, GradientMomentsRequest, GradientRequest, Gradients, RunOptions } from '../executor.js';
import type { Graph } from '../graph/graph.js';
import { Moments } from '../tensor/moments.js';
import { sizeOf } from '../tensor/tensor.js';
import { quadsFor, SAMPLES_PER_QUAD } from './layout.js';
import { activeRoots, lowerGraph } from './network.js';
import {
  backwardDispatches,
  type ExternalBinding,
  forwardDispatches,
  type Schedule,
  type ScheduledDispatch,
  type Stage,
  withMemory,
} from './schedule.js';
import type { GpuSession } from './session.js';

const CHUNK = { stage: 'chunk', space: 'samples' } as const;
const STAGES: ReadonlySet<Stage> = new Set(['chunk']);

/** Samples whose moments one invocation of shaders/gradient_moments.wgsl finds; the same as there. */
const RUN = 32;

/** What is made of the gradients: they are sent back as they are, or their moments, or those of their products with factors. */
export type GradientEnding = 'gradients' | 'moments' | 'products';

const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/**
 * images, seeds (and factors) -> outputs: each image's own gradient, or the moments of runs of them. A path request would spend three of a
 * quad's four samples on ends and padding.
 */
export function gradientSchedule(graph: Graph, ending: GradientEnding, compact = false): Schedule {
  const network = lowerGraph(graph, { fuse: true, compact: compact && ending === 'gradients' });
  const elements = sizeOf(graph.input.shape);
  const seeded = new Set([network.rootOf(graph.output.name)]);
  const gradient = { kind: 'cotangent', name: graph.input.name } as const;
  const factored = ending === 'products';
  const end: ScheduledDispatch =
    ending === 'gradients'
      ? storeDispatch(graph, gradient, 'outputs')
      : {
          ...CHUNK,
          kernel: 'gradient_moments',
          constants: { FACTORS: Number(factored) },
          bindings: [gradient, ...(factored ? [external('factors')] : []), external('outputs')],
          parameters: {},
          tiles: elements,
        };
  const schedule = withMemory(network, [
    loadDispatch(graph),
    ...forwardDispatches(network, 'chunk', 'samples'),
    seedDispatch(graph),
    ...backwardDispatches(network, 'chunk', 'samples', seeded, activeRoots(network)),
    end,
  ]);
  return { ...schedule, layeredOnly: ending !== 'gradients' };
}

/** images -> the input of the network */
export function loadDispatch({ input }: Graph): ScheduledDispatch {
  const elements = sizeOf(input.shape);
  const bindings = [external('images'), { kind: 'value', name: input.name } as const];
  return { ...CHUNK, kernel: 'images_load', bindings, parameters: { elements }, tiles: elements };
}

/** seeds -> the cotangent of the output, the same for all samples */
export function seedDispatch({ output }: Graph): ScheduledDispatch {
  const classes = sizeOf(output.shape);
  const bindings = [external('seeds'), { kind: 'cotangent', name: output.name } as const];
  return { ...CHUNK, kernel: 'path_seed', bindings, parameters: { classes }, tiles: classes };
}

/** A value or cotangent -> a buffer of the request, [samples][size] */
export function storeDispatch(
  { shapes }: Graph,
  from: { readonly kind: 'value' | 'cotangent'; readonly name: string },
  to: string,
): ScheduledDispatch {
  const size = sizeOf(shapes.get(from.name)!);
  return { ...CHUNK, kernel: 'outputs_store', bindings: [from, external(to)], parameters: { classes: size }, tiles: size };
}

/** Runs a schedule that sends gradients back, in as many chunks as memory asks for. */
export async function findGradients(
  session: GpuSession,
  schedule: Schedule,
  { images, seed }: GradientRequest,
  elements: number,
  run: RunOptions,
): Promise<Gradients> {
  const gradients = new Float32Array(images.length);
  const store = ([found]: readonly Float32Array[], offset: number) => gradients.set(found!, offset * elements);
  const results = { outputs: (samples: number) => samples * elements };
  return { gradients, cost: await runChunks(session, schedule, { kind: 'gradients', images, seed, elements, results }, store, run) };
}

/** Runs a schedule that sends moments back, and joins them in float64. Chunks of whole runs: how many there are changes nothing. */
export async function findMoments(
  session: GpuSession,
  schedule: Schedule,
  { images, factors, seed }: GradientMomentsRequest,
  elements: number,
  run: RunOptions,
): Promise<GradientMoments> {
  const moments = new Moments(elements);
  const join = ([found]: readonly Float32Array[], _: number, samples: number) => {
    for (let start = 0; start < samples; start += RUN) {
      const at = (2 * elements * start) / RUN;
      const [mean, squares] = [found!.subarray(at, at + elements), found!.subarray(at + elements, at + 2 * elements)];
      moments.merge(Math.min(RUN, samples - start), mean, squares);
    }
  };
  const results = { outputs: (samples: number) => 2 * elements * Math.ceil(samples / RUN) };
  const request = { kind: factors ? 'products' : 'moments', images, seed, elements, results, ...(factors && { factors }) };
  const cost = await runChunks(session, schedule, request, join, run);
  return { mean: moments.mean, squares: moments.squares, cost };
}

export interface ChunkedRequest extends GradientMomentsRequest {
  /** Names the recording. */
  readonly kind: string;
  readonly elements: number;
  /** The buffers that are read back, and the numbers that so many samples of a chunk give. */
  readonly results: Readonly<Record<string, (samples: number) => number>>;
}

/** Runs a schedule of images and one seed, in as many chunks as memory asks for; those of a run or more are whole runs. */
export async function runChunks(
  session: GpuSession,
  schedule: Schedule,
  { kind, images, factors, seed, elements, results }: ChunkedRequest,
  take: (found: readonly Float32Array[], offset: number, samples: number) => void,
  { signal, onProgress }: RunOptions,
): Promise<Cost> {
  const meter = session.meter();
  const count = images.length / elements;
  const sizes = Object.values(results);
  const fixed = (samples: number) => 4 * sizes.reduce((sum, size) => sum + size(samples), samples * elements * (factors ? 2 : 1));
  const recording = await session.record(kind, () => ({ schedule, samples: count, images: 0, fixedBytes: fixed }));
  const { pace } = recording;
  const seeds = meter.upload('seeds', seed);
  let samples: number;
  for (let offset = 0; offset < count; offset += samples) {
    signal?.throwIfAborted();
    const most = pace.samples(recording.samples);
    samples = Math.min(most >= RUN ? most - (most % RUN) : most, count - offset);
    const part = (data: Float32Array) => data.subarray(offset * elements, (offset + samples) * elements);
    const given = {
      images: meter.upload('images', part(images)),
      seeds,
      ...(factors && { factors: meter.upload('factors', part(factors)) }),
    };
    const wanted = Object.entries(results).map(
      ([name, size]) => [name, session.buffer(name, 4 * size(samples)), 4 * size(samples)] as const,
    );
    // All samples count as steps of one path, which has one seed.
    const steps = Math.ceil(samples / SAMPLES_PER_QUAD) * SAMPLES_PER_QUAD;
    const encoder = session.encoder();
    const quads = { samples: quadsFor(samples), ends: 0, images: 0 };
    meter.dispatches += recording.encode(encoder, STAGES, quads, {
      externals: { ...given, ...Object.fromEntries(wanted.map(([name, buffer]) => [name, buffer])) },
      parameters: {
        images_load: { samples },
        path_seed: { samples: steps, offset: 0, steps },
        outputs_store: { samples },
        gradient_moments: { samples },
      },
      invocations: { gradient_moments: ({ tiles }) => tiles * Math.ceil(samples / RUN) },
    });
    const parts = wanted.map(([, buffer, bytes]) => [buffer, bytes] as const);
    const found = await pace.time(samples, () => meter.submitAndRead(encoder, parts));
    take(found, offset, samples);
    onProgress?.(offset + samples, count);
  }
  return meter.cost();
}
