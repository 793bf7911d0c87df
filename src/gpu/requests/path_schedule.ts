import { analyse } from '../../graph/analysis/analyse.js';
import { leadingTo } from '../../graph/analysis/reach.js';
import { type LinearSuffix, linearSuffix } from '../../graph/analysis/suffix.js';
import { type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { LoweredGraph, ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches } from '../compile/passes.js';
import type { Schedule, ScheduledDispatch, Seed } from '../compile/schedule.js';
import { external } from './dispatches.js';
import { placeOf } from './path_cuts.js';
import { cutGraph, ENDS, scheduleOfPaths } from './path_parts.js';

/**
 * inputs, baselines, alphas, weights, seeds -> ends, gradients. The linear prefix (src/graph/analysis/prefix.ts) runs at the two ends of every path,
 * `path_blend` gives its values at all alphas, the rest of the network runs there and back, `path_reduce` adds up over alphas, and
 * the prefix runs back once an image.
 *
 * The whole network runs at the ends, too, for the outputs there. So of the linear suffix (src/graph/analysis/suffix.ts) samples need nothing: it runs
 * back once an image, and `path_spread` gives every sample what comes out.
 */
export function pathSchedule(graph: Graph, options: ScheduleOptions = {}): Schedule {
  const cut = cutGraph(graph, options);
  const { lowered, isRest, isAfter } = cut;
  const rest = lowered.slice({ fuse: true, nodes: leadingTo(graph, [graph.output.name], isRest) });
  const suffix = linearSuffix(graph, (node) => isAfter(node) && !lowered.backwardReads(node));
  const isInner = (node: GraphNode) => isAfter(node) && !suffix.nodes.has(node);
  const classes = sizeOf(graph.output.shape);
  const outputs: ScheduledDispatch = {
    stage: 'begin',
    space: 'ends',
    kernel: 'outputs_store',
    bindings: [{ kind: 'value', name: graph.output.name }, external('ends')],
    parameters: { classes },
    tiles: classes,
    atRequest: ({ images }) => ({ samples: ENDS * images }),
  };
  return scheduleOfPaths(cut, {
    atEnds: [...forwardDispatches(rest, 'begin', 'ends'), outputs, ...suffixBackward(lowered, suffix)],
    network: lowered.slice({ fuse: true, nodes: leadingTo(graph, suffix.from, isInner) }),
    outputs: [],
    seeds: suffix.from.map((name) => spreadOf(graph, name)),
  });
}

/** The suffix back, once an image, from its seed vector to the cotangents of what it reads. */
function suffixBackward(lowered: LoweredGraph, { nodes, from }: LinearSuffix): ScheduledDispatch[] {
  const { graph } = lowered;
  const { active, rootOf } = analyse(graph);
  const classes = sizeOf(graph.output.shape);
  // Factors that depend on no image are computed anew, in the layout of images.
  const inputs = [...nodes].flatMap((node) => node.inputs).filter((name) => !active.has(name));
  const factors = lowered.slice({ nodes: leadingTo(graph, inputs, (node) => !active.has(node.output)) });
  const network = lowered.slice({ nodes: graph.nodes.filter((node) => nodes.has(node)) });
  const wanted = new Set([...from, ...[...nodes].map(({ output }) => output)].map(rootOf));
  const seed: Seed = {
    kernel: 'images_load',
    bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
    parameters: { elements: classes },
    tiles: classes,
    atRequest: ({ images }) => ({ samples: images }),
  };
  return [...forwardDispatches(factors, 'begin', 'images'), ...backwardDispatches(network, 'begin', 'images', new Set(), wanted, [seed])];
}

/** The cotangent of a value for every sample, which is that of its image. */
function spreadOf(graph: Graph, name: string): Seed {
  const elements = sizeOf(shapeOf(graph, name));
  const bindings = [
    { kind: 'cotangent', name, space: 'images' },
    { kind: 'cotangent', name },
  ] as const;
  return {
    kernel: 'path_spread',
    bindings,
    parameters: { elements },
    tiles: elements,
    gateable: true,
    atRequest: (chunk) => ({ ...placeOf(chunk), images_lanes: chunk.layouts.images.lanes }),
  };
}
