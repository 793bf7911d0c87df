import { leadingTo } from '../../graph/analysis/reach.js';
import type { Graph } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { ScheduleOptions } from '../compile/lower.js';
import { numberOf, type Schedule, type ScheduledDispatch, type Seed } from '../compile/schedule.js';
import { CHUNK, external } from '../requests/dispatches.js';
import { placeOf } from '../requests/path/path_cuts.js';
import { cutGraph, scheduleOfPaths } from '../requests/path/path_parts.js';
import { linkedKernels } from './kernels.js';

/**
 * The schedule of paths (src/gpu/requests/path/path_schedule.ts) for one shader. Its workgroups do not wait for each other, so the ends are the
 * last two samples of each path, with weight 0, and samples run through the whole network.
 */
export function fusedPathSchedule(graph: Graph, { kernels = linkedKernels }: ScheduleOptions = {}): Schedule {
  const cut = cutGraph(graph, { kernels });
  const classes = sizeOf(graph.output.shape);
  const outputs: ScheduledDispatch = {
    ...CHUNK,
    kernel: 'path_outputs',
    bindings: [{ kind: 'value', name: graph.output.name }, external('ends')],
    parameters: { classes },
    tiles: classes,
    atRequest: (chunk) => ({ ...placeOf(chunk), first_end: numberOf(chunk, 'nodes') }),
  };
  const seed: Seed = {
    kernel: 'path_seed',
    bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
    parameters: { classes },
    tiles: classes,
    atRequest: placeOf,
  };
  return scheduleOfPaths(cut, {
    atEnds: [],
    network: cut.lowered.slice({ fuse: true, nodes: leadingTo(graph, [graph.output.name], cut.isAfter) }),
    outputs: [outputs],
    seeds: [seed],
  });
}
