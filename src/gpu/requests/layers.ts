import type { LayerGradients, LayerRequest, RunOptions } from '../../executor.js';
import { checkLayer } from '../../graph/analysis/layers.js';
import { leadingTo } from '../../graph/analysis/reach.js';
import { differentiableValues, type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
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

/** Names of a layer's buffers in the request. */
const resultsOf = (index: number) => ({ values: `values${index}`, gradients: `gradients${index}` });

/**
 * images, seeds -> values, gradients: the values of layers, and their cotangents, in one forward and one backward pass. The graph is lowered in slices, the
 * nodes that lead to the first layer, those that lead to the second and not to the first, and so on, and the rest. So no kernel computes a layer's value
 * together with what follows: the value is stored as it is, and no gate of earlier nodes is applied to its cotangent before that is stored. A slice also reads
 * values that bypass its layer (a residual connection); those before the first layer get no cotangent.
 */
export function layerSchedule(graph: Graph, layers: readonly string[], options: ScheduleOptions = {}): Schedule {
  for (const layer of layers) checkLayer(graph, layer);
  const lowered = lowerGraph(graph, options);
  const done = new Set<GraphNode>();
  const sliceTo = (value: string) => {
    const nodes = leadingTo(graph, [value], (node) => !done.has(node));
    for (const node of nodes) done.add(node);
    return lowered.slice({ fuse: true, nodes });
  };
  const order = graph.nodes.map(({ output }) => output).filter((output) => layers.includes(output));
  const before = order.map((layer) => ({ layer, slice: sliceTo(layer) }));
  const rest = sliceTo(graph.output.name);
  const { rootOf } = rest;
  const seeded = new Set([rootOf(graph.output.name)]);
  const wanted = new Set(layers.flatMap((layer) => [...differentiableValues(graph, layer)].map(rootOf)));
  const storesOf = (layer: string, kind: 'value' | 'cotangent') =>
    layers.flatMap((each, index) => {
      const { values, gradients } = resultsOf(index);
      return each === layer ? [storeDispatch(graph, { kind, name: layer }, kind === 'value' ? values : gradients)] : [];
    });
  return withMemory(rest, [
    loadDispatch(graph),
    ...before.flatMap(({ layer, slice }) => [...forwardDispatches(slice, 'chunk', 'samples'), ...storesOf(layer, 'value')]),
    ...forwardDispatches(rest, 'chunk', 'samples'),
    seedDispatch(graph),
    ...backwardDispatches(rest, 'chunk', 'samples', seeded, wanted),
    ...before.reverse().flatMap(({ layer, slice }, index) => [
      ...zeroUnlessWritten(rest, layer, seeded, 'chunk', 'samples'),
      ...storesOf(layer, 'cotangent'),
      // Nothing is asked of what leads to the first layer.
      ...(index < order.length - 1 ? backwardDispatches(slice, 'chunk', 'samples', seeded, wanted) : []),
    ]),
  ]);
}

/** The values of layers, and their cotangents, at each of many images. */
export async function findLayerGradients(
  resources: GpuResources,
  schedules: Schedules,
  request: LayerRequest,
  run: RunOptions,
): Promise<LayerGradients> {
  const { graph } = schedules;
  const { layers, rules } = request;
  for (const layer of layers) checkLayer(graph, layer);
  const kind = `layers ${JSON.stringify(layers)}${rules ? ` ${keyOf(rules)}` : ''}`;
  const elements = sizeOf(graph.input.shape);
  const count = request.images.length / elements;
  const found = layers.map((layer, index) => {
    const size = sizeOf(shapeOf(graph, layer));
    return { names: resultsOf(index), size, values: new Float32Array(count * size), gradients: new Float32Array(count * size) };
  });
  const results: Record<string, (samples: number) => number> = {};
  for (const { names, size } of found) {
    results[names.values] = (samples) => samples * size;
    results[names.gradients] = (samples) => samples * size;
  }
  const take = (resultNamed: (name: string) => Float32Array, { offset }: Chunk) => {
    for (const { names, size, values, gradients } of found) {
      values.set(resultNamed(names.values), offset * size);
      gradients.set(resultNamed(names.gradients), offset * size);
    }
  };
  const requestOf = (parts: PlanParts) => {
    const schedule = schedules.get(kind, parts, (graph, { kernels }) => layerSchedule(graph, layers, { kernels }));
    return requestOfImages(schedule, elements, request, { results, take });
  };
  const meter = resources.meter();
  await runChunks(resources, meter, kind, requestOf, run);
  return { layers: found.map(({ values, gradients }) => ({ values, gradients })), cost: meter.cost() };
}
