import type { LayerGradients, LayerRequest, RunOptions } from '../../executor.js';
import { checkLayer } from '../../graph/analysis/layers.js';
import { leadingTo } from '../../graph/analysis/reach.js';
import { differentiableValues, type Graph, shapeOf } from '../../graph/graph.js';
import { keyOf } from '../../graph/passes/rules/rule_set.js';
import { sizeOf } from '../../tensor/tensor.js';
import { lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches, zeroUnlessWritten } from '../compile/passes.js';
import { type Chunk, type Schedule, withMemory } from '../compile/schedule.js';
import type { GpuResources } from '../resources.js';
import { runChunks } from './chunks.js';
import { loadDispatch, seedDispatch, storeDispatch } from './dispatches.js';
import { requestOfImages } from './images.js';
import type { PlanParts, Schedules } from './schedules.js';

/**
 * images, seeds -> values, gradients: the value of a layer, and its cotangent. The graph is lowered in two slices, the nodes that lead to
 * the layer and the rest. So no kernel computes the layer's value together with what follows: the value is stored as it is, and no gate of
 * earlier nodes is applied to its cotangent. The rest also reads values that bypass the layer (a residual connection); these get no
 * cotangent.
 */
export function layerSchedule(graph: Graph, layer: string, options: ScheduleOptions = {}): Schedule {
  checkLayer(graph, layer);
  const leading = leadingTo(graph, [layer], () => true);
  const own = new Set(leading);
  const following = leadingTo(graph, [graph.output.name], (node) => !own.has(node));
  const lowered = lowerGraph(graph, options);
  const before = lowered.slice({ fuse: true, nodes: leading });
  const rest = lowered.slice({ fuse: true, nodes: following });
  const seeded = new Set([rest.rootOf(graph.output.name)]);
  const wanted = new Set([...differentiableValues(graph, layer)].map(rest.rootOf));
  return withMemory(rest, [
    loadDispatch(graph),
    ...forwardDispatches(before, 'chunk', 'samples'),
    storeDispatch(graph, { kind: 'value', name: layer }, 'values'),
    ...forwardDispatches(rest, 'chunk', 'samples'),
    seedDispatch(graph),
    ...backwardDispatches(rest, 'chunk', 'samples', seeded, wanted),
    ...zeroUnlessWritten(rest, layer, seeded, 'chunk', 'samples'),
    storeDispatch(graph, { kind: 'cotangent', name: layer }, 'gradients'),
  ]);
}

/** The value of a layer, and its cotangent, at each of many images. */
export async function findLayerGradients(
  resources: GpuResources,
  schedules: Schedules,
  request: LayerRequest,
  run: RunOptions,
): Promise<LayerGradients> {
  const { graph } = schedules;
  const { layer, rules } = request;
  checkLayer(graph, layer);
  const kind = `layer ${layer}${rules ? ` ${keyOf(rules)}` : ''}`;
  const elements = sizeOf(graph.input.shape);
  const size = sizeOf(shapeOf(graph, layer));
  const all = (request.images.length / elements) * size;
  const [values, gradients] = [new Float32Array(all), new Float32Array(all)];
  const sizeOfLayer = (samples: number) => samples * size;
  const results = { values: sizeOfLayer, gradients: sizeOfLayer };
  const take = (found: (name: 'values' | 'gradients') => Float32Array, { offset }: Chunk) => {
    values.set(found('values'), offset * size);
    gradients.set(found('gradients'), offset * size);
  };
  const requestOf = (parts: PlanParts) => {
    const schedule = schedules.get(kind, parts, (graph, { kernels }) => layerSchedule(graph, layer, { kernels }));
    return requestOfImages(schedule, elements, request, { results, take });
  };
  const meter = resources.meter();
  await runChunks(resources, meter, kind, requestOf, run);
  return { values, gradients, cost: meter.cost() };
}
