import { analyse } from '../../../graph/analysis/analyse.js';
import { leadingTo } from '../../../graph/analysis/reach.js';
import { type LinearSuffix, linearSuffix } from '../../../graph/analysis/suffix.js';
import type { Graph, GraphNode } from '../../../graph/graph.js';
import { sizeOf } from '../../../tensor/tensor.js';
import type { LoweredGraph, ScheduleOptions } from '../../compile/lower.js';
import { backwardDispatches, forwardDispatches } from '../../compile/passes.js';
import type { Schedule, ScheduledDispatch, Seed } from '../../compile/schedule.js';
import { external } from '../dispatches.js';
import { cutGraph, ENDS, scheduleOfPaths } from './path_parts.js';
import { spreadOf } from './path_spread.js';

/**
 * inputs, baselines, alphas, weights, seeds -> ends, gradients. The linear prefix (src/graph/analysis/prefix.ts) runs at the two ends of
 * every path. `path_blend` gives its values at all alphas, where the rest of the network runs forward and backward. `path_reduce` sums over
 * alphas, and the prefix runs backward on the sums, once for each image.
 *
 * The whole network also runs at the ends, for the outputs there. So samples need not run the linear suffix (src/graph/analysis/suffix.ts):
 * it runs backward once for each image, and `path_spread` gives its cotangents to every sample.
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

/** The backward pass of the suffix, once for each image: from the image's seed to the cotangents of the values that the suffix reads. */
function suffixBackward(lowered: LoweredGraph, { nodes, from }: LinearSuffix): ScheduledDispatch[] {
  const { graph } = lowered;
  const { active, rootOf } = analyse(graph);
  const classes = sizeOf(graph.output.shape);
  // Factors that depend on no image are computed again, in the layout of images.
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
