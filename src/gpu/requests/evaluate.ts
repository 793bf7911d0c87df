import type { Graph } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import { type Lowerings, lowerGraph, type ScheduleOptions } from '../compile/lower.js';
import { forwardDispatches } from '../compile/passes.js';
import type { Schedule } from '../compile/schedule.js';
import { withMemory } from '../compile/schedule.js';
import { CHUNK, external } from './dispatches.js';
/** images -> outputs */
export function forwardSchedule(graph: Graph, { kernels = {} }: ScheduleOptions = {}): Schedule {
  return evaluation(graph, kernels, 'images_load', ['images'], { elements: sizeOf(graph.input.shape) }, 'outputs_store', 'outputs');
}

/** image, paint, patches, ranks, candidates -> verdicts */
export function candidateSchedule(graph: Graph, { kernels = {} }: ScheduleOptions = {}): Schedule {
  return evaluation(graph, kernels, 'candidates', ['image', 'paint', 'patches', 'ranks', 'candidates'], {}, 'verdict', 'verdicts');
}

/** A forward pass between a kernel that fills the input from buffers of the request, and one that reads the output. */
export function evaluation(
  graph: Graph,
  kernels: Lowerings,
  load: string,
  from: readonly string[],
  parameters: Record<string, number>,
  store: string,
  to: string,
): Schedule {
  const network = lowerGraph(graph, { fuse: true, kernels });
  const classes = sizeOf(graph.output.shape);
  return withMemory(network, [
    {
      ...CHUNK,
      kernel: load,
      bindings: [...from.map(external), { kind: 'value', name: graph.input.name }],
      parameters,
      tiles: sizeOf(graph.input.shape),
    },
    ...forwardDispatches(network, 'chunk', 'samples'),
    {
      ...CHUNK,
      kernel: store,
      bindings: [{ kind: 'value', name: graph.output.name }, external(to)],
      parameters: { classes },
      tiles: store === 'verdict' ? 1 : classes,
    },
  ]);
}
