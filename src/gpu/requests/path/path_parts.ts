import { analyse } from '../../../graph/analysis/analyse.js';
import { linearPrefix } from '../../../graph/analysis/prefix.js';
import { leadingTo } from '../../../graph/analysis/reach.js';
import type { Graph, GraphNode } from '../../../graph/graph.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { differentiableRoots, type LoweredGraph, lowerGraph, type Network, type ScheduleOptions } from '../../compile/lower.js';
import { backwardDispatches, forwardDispatches, zeroUnlessWritten } from '../../compile/passes.js';
import { type Schedule, type ScheduledDispatch, type Seed, withMemory } from '../../compile/schedule.js';
import { external } from '../dispatches.js';
import { afterCuts, type Cut, cutsOf } from './path_cuts.js';
import { joinSpreads } from './path_spread.js';

/** The ends of a path: the input and the baseline. */
export const ENDS = 2;

/** A graph that is cut where its linear prefix (src/graph/analysis/prefix.ts) ends. */
export interface CutGraph {
  readonly lowered: LoweredGraph;
  /** The nodes that lead to the cuts. */
  readonly before: Network;
  readonly cuts: readonly Cut[];
  /** `isRest`: whether a node is computed after the cuts. `isAfter`: whether it is computed from the values that the cuts store. */
  readonly isRest: (node: GraphNode) => boolean;
  readonly isAfter: (node: GraphNode) => boolean;
}

/**
 * Cuts a graph. Backward kernels before the cuts read no values that depend on an image: they run on sums over alphas, for which there are
 * no such values.
 */
export function cutGraph(graph: Graph, options: ScheduleOptions): CutGraph {
  const { active } = analyse(graph);
  const lowered = lowerGraph(graph, options);
  const prefix = linearPrefix(graph, (node) => !lowered.backwardReads(node));
  const before = lowered.slice({ nodes: leadingTo(graph, prefix.cut, (node) => prefix.nodes.has(node)) });
  const cuts = cutsOf(graph, prefix.cut);
  const blended = new Set(cuts.flatMap(({ fusion }) => fusion?.nodes ?? []));
  // Nodes that depend on no image are computed on each side of the cut that needs them.
  const isRest = (node: GraphNode) => !(prefix.nodes.has(node) && active.has(node.output));
  return { lowered, before, cuts, isRest, isAfter: (node) => isRest(node) && !blended.has(node) };
}

/** The dispatches between the blends of the cuts and their sums, and those at the ends. */
export interface BetweenCuts {
  /** At the ends, after the nodes that lead to the cuts. */
  readonly atEnds: readonly ScheduledDispatch[];
  /** The nodes that run for the samples, forward and back. */
  readonly network: Network;
  /** After the forward pass of the samples. */
  readonly outputs: readonly ScheduledDispatch[];
  /** The dispatches with which the backward pass of the samples begins. */
  readonly seeds: readonly Seed[];
}

/** The schedule of paths: the prefix at the ends, the rest at all samples, and the prefix backward once for each image. */
export function scheduleOfPaths({ lowered, before, cuts }: CutGraph, { atEnds, network, outputs, seeds }: BetweenCuts): Schedule {
  const { graph } = lowered;
  const { active, rootOf } = analyse(graph);
  const elements = sizeOf(graph.input.shape);
  const after = afterCuts(network, cuts);
  const seeded = new Set<string>();
  const backward = joinSpreads(backwardDispatches(after, 'chunk', 'samples', seeded, differentiableRoots(after), seeds), rootOf);
  const reached = cuts.filter(({ stored }) => seeded.has(rootOf(stored)));
  const summed = new Set(reached.map(({ root }) => root));
  const ends: ScheduledDispatch = {
    stage: 'begin',
    space: 'ends',
    kernel: 'path_ends',
    bindings: [external('inputs'), external('baselines'), { kind: 'value', name: graph.input.name }],
    parameters: { elements },
    tiles: elements,
    atRequest: ({ images }) => ({ images }),
  };
  const store: ScheduledDispatch = {
    stage: 'finish',
    space: 'images',
    kernel: 'path_store',
    bindings: [{ kind: 'cotangent', name: graph.input.name }, external('gradients')],
    parameters: { elements },
    tiles: elements,
    atRequest: ({ images }) => ({ images }),
  };
  // Factors that depend on no image are computed again, in the layout of the sums.
  const factors = { ...before, lowered: before.lowered.filter(({ output }) => !active.has(output)) };
  return withMemory(after, [
    ends,
    ...forwardDispatches(before, 'begin', 'ends'),
    ...atEnds,
    ...cuts.map(({ blend }) => blend),
    ...forwardDispatches(after, 'chunk', 'samples'),
    ...outputs,
    ...backward,
    ...reached.map(({ reduce }) => reduce),
    ...forwardDispatches(factors, 'finish', 'images'),
    ...backwardDispatches(before, 'finish', 'images', summed, differentiableRoots(before)),
    ...zeroUnlessWritten(before, graph.input.name, summed, 'finish', 'images'),
    store,
  ]);
}
