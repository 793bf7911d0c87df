import type { LayerGradients, LayerRequest, RunOptions } from '../executor.js';
import { activeValues, type Graph } from '../graph/graph.js';
import { checkLayer } from '../graph/layers.js';
import { sizeOf } from '../tensor/tensor.js';
import { quadsFor, SAMPLES_PER_QUAD } from './layout.js';
import { lowerGraph } from './network.js';
import {
  backwardDispatches,
  type ExternalBinding,
  forwardDispatches,
  type Schedule,
  type ScheduledDispatch,
  type Stage,
  withMemory,
} from './schedule.js';
import { leadingTo } from './schedules.js';
import type { GpuSession } from './session.js';

const CHUNK = { stage: 'chunk', space: 'samples' } as const;
const STAGES: ReadonlySet<Stage> = new Set(['chunk']);

const external = (name: string): ExternalBinding => ({ kind: 'external', name });

/**
 * images, seeds -> values, outputs: what a layer holds, and its cotangent. The graph is lowered in two parts, what leads to the layer and the
 * rest, so that no kernel computes the layer's value and more in one: it is stored as it is, and no gate of what comes before it is applied to
 * its cotangent. What goes past the layer (a residual connection) is read by the rest as everywhere, and has no cotangent.
 */
export function layerSchedule(graph: Graph, layer: string): Schedule {
  checkLayer(graph, layer);
  const leading = leadingTo(graph, [layer], () => true);
  const own = new Set(leading);
  const before = lowerGraph(graph, { fuse: true, nodes: leading });
  const after = lowerGraph(graph, { fuse: true, nodes: leadingTo(graph, [graph.output.name], (node) => !own.has(node)) });
  const rest = { ...after, rootOf: (name: string) => before.rootOf(after.rootOf(name)) };
  const seeded = new Set([rest.rootOf(graph.output.name)]);
  const wanted = new Set([...activeValues(graph, layer)].map(rest.rootOf));
  const [elements, size, classes] = [graph.input.shape, graph.shapes.get(layer)!, graph.output.shape].map(sizeOf) as [
    number,
    number,
    number,
  ];
  const store = (kind: 'value' | 'cotangent', to: string): ScheduledDispatch => ({
    ...CHUNK,
    kernel: 'outputs_store',
    bindings: [{ kind, name: layer }, external(to)],
    parameters: { classes: size },
    tiles: size,
  });
  return withMemory({ graph, rootOf: rest.rootOf }, [
    {
      ...CHUNK,
      kernel: 'images_load',
      bindings: [external('images'), { kind: 'value', name: graph.input.name }],
      parameters: { elements },
      tiles: elements,
    },
    ...forwardDispatches(before, 'chunk', 'samples'),
    store('value', 'values'),
    ...forwardDispatches(rest, 'chunk', 'samples'),
    {
      ...CHUNK,
      kernel: 'path_seed',
      bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
      parameters: { classes },
      tiles: classes,
    },
    ...backwardDispatches(rest, 'chunk', 'samples', seeded, wanted),
    store('cotangent', 'outputs'),
  ]);
}

/** Runs a layer schedule, in as many chunks as memory asks for. */
export async function findLayerGradients(
  session: GpuSession,
  schedule: Schedule,
  { images, seed, layer }: LayerRequest,
  graph: Graph,
  { signal, onProgress }: RunOptions,
): Promise<LayerGradients> {
  const meter = session.meter();
  const elements = sizeOf(graph.input.shape);
  const size = sizeOf(graph.shapes.get(layer)!);
  const count = images.length / elements;
  const values = new Float32Array(count * size);
  const gradients = new Float32Array(count * size);
  const fixed = (samples: number) => 4 * samples * (elements + 2 * size);
  const recording = await session.record(`layer ${layer}`, schedule, { samples: count, images: 0 }, fixed);
  const seeds = meter.upload('seeds', seed);
  for (let offset = 0; offset < count; offset += recording.samples) {
    signal?.throwIfAborted();
    const samples = Math.min(recording.samples, count - offset);
    const bytes = 4 * samples * size;
    const externals = {
      images: meter.upload('images', images.subarray(offset * elements, (offset + samples) * elements)),
      seeds,
      values: session.buffer('values', bytes),
      outputs: session.buffer('outputs', bytes),
    };
    // All samples count as steps of one path, which has one seed.
    const steps = Math.ceil(samples / SAMPLES_PER_QUAD) * SAMPLES_PER_QUAD;
    const encoder = session.encoder();
    meter.dispatches += recording.encode(
      encoder,
      STAGES,
      { samples: quadsFor(samples), ends: 0, images: 0 },
      {
        externals,
        parameters: { images_load: { samples }, path_seed: { samples: steps, offset: 0, steps }, outputs_store: { samples } },
      },
    );
    const found = await meter.submitAndRead(encoder, [
      [externals.values, bytes],
      [externals.outputs, bytes],
    ]);
    values.set(found[0]!, offset * size);
    gradients.set(found[1]!, offset * size);
    onProgress?.(offset + samples, count);
  }
  return { values, gradients, cost: meter.cost() };
}
