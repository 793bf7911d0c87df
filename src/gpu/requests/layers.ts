import type { LayerGradients, LayerRequest, RunOptions } from '../../executor.js';
import { checkLayer } from '../../graph/analysis/layers.js';
import { leadingTo } from '../../graph/analysis/reach.js';
import { activeValues, type Graph } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import { lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches } from '../compile/passes.js';
import { type Schedule, withMemory } from '../compile/schedule.js';
import type { GpuResources } from '../resources.js';
import { runChunks } from './chunks.js';
import { loadDispatch, seedDispatch, storeDispatch } from './dispatches.js';

/**
 * images, seeds -> values, gradients: what a layer holds, and its cotangent. The graph is lowered in two parts, what leads to the layer and the
 * rest, so that no kernel computes the layer's value and more in one: it is stored as it is, and no gate of what comes before it is applied to
 * its cotangent. What goes past the layer (a residual connection) is read by the rest as everywhere, and has no cotangent.
 */
export function layerSchedule(graph: Graph, layer: string, options: ScheduleOptions = {}): Schedule {
  checkLayer(graph, layer);
  const leading = leadingTo(graph, [layer], () => true);
  const own = new Set(leading);
  const following = leadingTo(graph, [graph.output.name], (node) => !own.has(node));
  const before = lowerGraph(graph, { ...options, fuse: true, nodes: leading });
  const after = lowerGraph(graph, { ...options, fuse: true, nodes: following });
  const rest = { ...after, rootOf: (name: string) => before.rootOf(after.rootOf(name)) };
  const seeded = new Set([rest.rootOf(graph.output.name)]);
  const wanted = new Set([...activeValues(graph, layer)].map(rest.rootOf));
  return withMemory(rest, [
    loadDispatch(graph),
    ...forwardDispatches(before, 'chunk', 'samples'),
    storeDispatch(graph, { kind: 'value', name: layer }, 'values'),
    ...forwardDispatches(rest, 'chunk', 'samples'),
    seedDispatch(graph),
    ...backwardDispatches(rest, 'chunk', 'samples', seeded, wanted),
    storeDispatch(graph, { kind: 'cotangent', name: layer }, 'gradients'),
  ]);
}

/** Runs a layer schedule, in as many chunks as memory asks for. */
export async function findLayerGradients(
  session: GpuResources,
  schedule: Schedule,
  { images, seed, layer }: LayerRequest,
  { input, shapes }: Graph,
  run: RunOptions,
): Promise<LayerGradients> {
  const elements = sizeOf(input.shape);
  const size = sizeOf(shapes.get(layer)!);
  const numbers = (images.length / elements) * size;
  const found = { values: new Float32Array(numbers), gradients: new Float32Array(numbers) };
  const take = ([values, gradients]: readonly Float32Array[], offset: number) => {
    found.values.set(values!, offset * size);
    found.gradients.set(gradients!, offset * size);
  };
  const all = (samples: number) => samples * size;
  const request = { kind: `layer ${layer}`, images, seed, elements, results: { values: all, gradients: all } };
  return { ...found, cost: await runChunks(session, schedule, request, take, run) };
}
