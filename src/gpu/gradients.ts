import type { GradientRequest, Gradients, RunOptions } from '../executor.js';
import type { Graph } from '../graph/graph.js';
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

const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/** images, seeds -> outputs: each image's own gradient. A path request would spend three of a quad's four samples on ends and padding. */
export function gradientSchedule(graph: Graph): Schedule {
  const network = lowerGraph(graph, { fuse: true });
  const elements = sizeOf(graph.input.shape);
  const classes = sizeOf(graph.output.shape);
  const seeded = new Set([network.rootOf(graph.output.name)]);
  const ends: Record<'load' | 'seed' | 'store', ScheduledDispatch> = {
    load: {
      ...CHUNK,
      kernel: 'images_load',
      bindings: [external('images'), { kind: 'value', name: graph.input.name }],
      parameters: { elements },
      tiles: elements,
    },
    seed: {
      ...CHUNK,
      kernel: 'path_seed',
      bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
      parameters: { classes },
      tiles: classes,
    },
    store: {
      ...CHUNK,
      kernel: 'outputs_store',
      bindings: [{ kind: 'cotangent', name: graph.input.name }, external('outputs')],
      parameters: { classes: elements },
      tiles: elements,
    },
  };
  return withMemory(network, [
    ends.load,
    ...forwardDispatches(network, 'chunk', 'samples'),
    ends.seed,
    ...backwardDispatches(network, 'chunk', 'samples', seeded, activeRoots(network)),
    ends.store,
  ]);
}

/** Runs a gradient schedule, in as many chunks as memory asks for. */
export async function findGradients(
  session: GpuSession,
  schedule: Schedule,
  { images, seed }: GradientRequest,
  elements: number,
  { signal, onProgress }: RunOptions,
): Promise<Gradients> {
  const meter = session.meter();
  const count = images.length / elements;
  const gradients = new Float32Array(images.length);
  const fixedBytes = (samples: number) => 8 * samples * elements;
  const recording = await session.record('gradients', () => ({ schedule, samples: count, images: 0, fixedBytes }));
  const seeds = meter.upload('seeds', seed);
  for (let offset = 0; offset < count; offset += recording.samples) {
    signal?.throwIfAborted();
    const samples = Math.min(recording.samples, count - offset);
    const bytes = 4 * samples * elements;
    const externals = {
      images: meter.upload('images', images.subarray(offset * elements, (offset + samples) * elements)),
      seeds,
      outputs: session.buffer('outputs', bytes),
    };
    // All samples count as steps of one path, which has one seed.
    const steps = Math.ceil(samples / SAMPLES_PER_QUAD) * SAMPLES_PER_QUAD;
    const encoder = session.encoder();
    const quads = { samples: quadsFor(samples), ends: 0, images: 0 };
    meter.dispatches += recording.encode(encoder, STAGES, quads, {
      externals,
      parameters: { images_load: { samples }, path_seed: { samples: steps, offset: 0, steps }, outputs_store: { samples } },
    });
    const [found] = await meter.submitAndRead(encoder, [[externals.outputs, bytes]]);
    gradients.set(found!, offset * elements);
    onProgress?.(offset + samples, count);
  }
  return { gradients, cost: meter.cost() };
}
