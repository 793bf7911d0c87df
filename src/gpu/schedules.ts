import { activeValues, type Graph, type GraphNode } from '../graph/graph.js';
import { linearPrefix } from '../graph/prefix.js';
import type { Binding, Epilogue } from '../ops/operator.js';
import { codesOf, gateShape, gatesOf } from '../ops/saved.js';
import type { Window } from '../ops/window.js';
import { sizeOf } from '../tensor/tensor.js';
import { activeRoots, type Fusion, fusionsAfter, lowerGraph, type Network } from './network.js';
import {
  backwardDispatches,
  type ExternalBinding,
  forwardDispatches,
  type Schedule,
  type ScheduledDispatch,
  withMemory,
} from './schedule.js';

/*
 * What surrounds the network in each kind of request. Parameters that are known only with the request (numbers of samples, offsets)
 * are given when a recording is encoded. `compact`: for kernels that will be linked into one shader (Lowering.compact).
 */

const external = (name: string): ExternalBinding => ({ kind: 'external', name });
const SAMPLES = { stage: 'chunk', space: 'samples' } as const;

/** images -> outputs */
export function forwardSchedule(graph: Graph, compact = false): Schedule {
  return evaluation(graph, compact, 'images_load', ['images'], { elements: sizeOf(graph.input.shape) }, 'outputs_store', 'outputs');
}

/** image, paint, patches, ranks, candidates -> verdicts */
export function candidateSchedule(graph: Graph, compact = false): Schedule {
  return evaluation(graph, compact, 'candidates', ['image', 'paint', 'patches', 'ranks', 'candidates'], {}, 'verdict', 'verdicts');
}

/** A forward pass between a kernel that fills the input from buffers of the request, and one that reads the output. */
function evaluation(
  graph: Graph,
  compact: boolean,
  load: string,
  from: readonly string[],
  parameters: Record<string, number>,
  store: string,
  to: string,
): Schedule {
  const network = lowerGraph(graph, { fuse: true, compact });
  const classes = sizeOf(graph.output.shape);
  return withMemory(network, [
    {
      ...SAMPLES,
      kernel: load,
      bindings: [...from.map(external), { kind: 'value', name: graph.input.name }],
      parameters,
      tiles: sizeOf(graph.input.shape),
    },
    ...forwardDispatches(network, 'chunk', 'samples'),
    {
      ...SAMPLES,
      kernel: store,
      bindings: [{ kind: 'value', name: graph.output.name }, external(to)],
      parameters: { classes },
      tiles: store === 'verdict' ? 1 : classes,
    },
  ]);
}

/**
 * inputs, baselines, alphas, weights, seeds -> ends, gradients. The linear prefix (src/graph/prefix.ts) runs at the two ends of every path,
 * `path_blend` gives its values at all alphas, the rest of the network runs there and back, `path_reduce` adds up over alphas, and
 * the prefix runs back once an image.
 */
export function pathSchedule(graph: Graph, compact = false): Schedule {
  const prefix = linearPrefix(graph);
  const before = lowerGraph(graph, { compact, nodes: leadingTo(graph, prefix.cut, (node) => prefix.nodes.has(node)) });
  const cuts = cutsOf(graph, prefix.cut, before);
  const blended = new Set(cuts.flatMap(({ fusion }) => fusion?.nodes ?? []));
  // What depends on no image is computed on both sides of the cut, where it is needed.
  const active = activeValues(graph);
  const isAfter = (node: GraphNode) => !blended.has(node) && !(prefix.nodes.has(node) && active.has(node.output));
  const after = lowerGraph(graph, { fuse: true, compact, nodes: leadingTo(graph, [graph.output.name], isAfter) });
  const rest = afterCuts(after, before, cuts);
  const elements = sizeOf(graph.input.shape);
  const classes = sizeOf(graph.output.shape);
  const output = { kind: 'value', name: graph.output.name } as const;
  const seeded = new Set([rest.rootOf(graph.output.name)]);
  const backward = backwardDispatches(rest, 'chunk', 'samples', seeded, activeRoots(rest));
  const reached = cuts.filter(({ stored }) => seeded.has(rest.rootOf(stored)));
  const summed = new Set(reached.map(({ root }) => root));
  const network = { graph, rootOf: (name: string) => rest.rootOf(name) };
  return withMemory(network, [
    {
      stage: 'begin',
      space: 'ends',
      kernel: 'path_ends',
      bindings: [external('inputs'), external('baselines'), { kind: 'value', name: graph.input.name }],
      parameters: { elements },
      tiles: elements,
    },
    ...forwardDispatches(before, 'begin', 'ends'),
    ...cuts.map(({ blend }) => blend),
    ...forwardDispatches(after, 'chunk', 'samples'),
    { ...SAMPLES, kernel: 'path_outputs', bindings: [output, external('ends')], parameters: { classes }, tiles: classes },
    {
      ...SAMPLES,
      kernel: 'path_seed',
      bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
      parameters: { classes },
      tiles: classes,
    },
    ...backward,
    ...reached.map(({ reduce }) => reduce),
    // Factors that depend on no image are computed anew, in the layout of the sums.
    ...forwardDispatches({ ...before, lowered: before.lowered.filter(({ output }) => !active.has(output)) }, 'finish', 'images'),
    ...backwardDispatches(before, 'finish', 'images', summed, activeRoots(before)),
    {
      stage: 'finish',
      space: 'images',
      kernel: 'path_store',
      bindings: [{ kind: 'cotangent', name: graph.input.name }, external('gradients')],
      parameters: { elements },
      tiles: elements,
    },
  ]);
}

/** The nodes of one kind from which these values are computed, in the graph's order. */
function leadingTo(graph: Graph, names: readonly string[], isOfKind: (node: GraphNode) => boolean): GraphNode[] {
  const needed = new Set(names);
  return [...graph.nodes]
    .reverse()
    .filter((node) => {
      if (!isOfKind(node) || !needed.has(node.output)) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    })
    .reverse();
}

/** Where the prefix ends: an affine value, and what is stored of it at every alpha. */
interface Cut {
  /** The root of the affine value. */
  readonly root: string;
  /** What is stored at every alpha: the value itself, or what a Relu, a MaxPool or both make of it. */
  readonly stored: string;
  readonly fusion?: Fusion;
  readonly blend: ScheduledDispatch;
  readonly reduce: ScheduledDispatch;
}

function cutsOf(graph: Graph, names: readonly string[], before: Network): Cut[] {
  const roots = names.map(before.rootOf);
  return names.flatMap((name, index) => {
    const root = roots[index]!;
    // A value that is read under several names is blended once, as it is.
    if (roots.indexOf(root) !== index) return [];
    const shared = roots.lastIndexOf(root) !== index;
    const fusion = shared ? undefined : fusionsAfter(graph, name).find(({ epilogue }) => canBlend(epilogue));
    return [cutAt(graph, name, root, fusion)];
  });
}

/** Windows that tile the plane, few enough to be unrolled: every element belongs to exactly one. */
function canBlend({ residual, pool }: Epilogue): boolean {
  if (residual !== undefined) return false;
  if (pool === undefined) return true;
  const tiles = [pool.rows, pool.columns].every(
    ({ input, output, kernel, stride, dilation, padding }) =>
      padding === 0 && stride === kernel && (dilation === 1 || kernel === 1) && output * kernel === input,
  );
  return tiles && pool.rows.kernel * pool.columns.kernel <= 16;
}

function cutAt(graph: Graph, name: string, root: string, fusion: Fusion | undefined): Cut {
  const stored = fusion?.output ?? name;
  const shape = graph.shapes.get(name)!;
  const elements = sizeOf(shape);
  const storedShape = graph.shapes.get(stored)!;
  const windows = sizeOf(storedShape);
  const relu = fusion?.epilogue.relu ?? false;
  const pool = fusion?.epilogue.pool;
  const gates = gatesOf(stored, storedShape);
  const saved: Binding[] = pool ? [codesOf(stored, windows)] : relu ? [gates] : [];
  const taps = pool && poolParameters(pool);
  const { channels, plane } = gateShape(shape);
  const blendWith = pool
    ? { kernel: 'path_blend_pool', constants: { RELU: Number(relu), ROWS: pool.rows.kernel, COLUMNS: pool.columns.kernel }, tiles: windows }
    : { kernel: 'path_blend', constants: { RELU: Number(relu) }, tiles: relu ? gates.words : elements };
  return {
    root,
    stored,
    ...(fusion && { fusion }),
    blend: {
      ...SAMPLES,
      ...blendWith,
      bindings: [{ kind: 'value', name: root, space: 'ends' }, external('alphas'), ...saved, { kind: 'value', name: stored }],
      parameters: { elements, ...taps, ...(relu && !pool && { channels, plane }) },
    },
    reduce: {
      stage: 'reduce',
      space: 'images',
      kernel: 'path_reduce',
      ...(pool && { constants: { TAPS: pool.rows.kernel * pool.columns.kernel, COLUMNS: pool.columns.kernel } }),
      bindings: [
        { kind: 'cotangent', name: stored, space: 'samples' },
        external('weights'),
        ...(pool ? [{ ...codesOf(stored, windows), space: 'samples' as const }] : []),
        { kind: 'cotangent', name: root },
      ],
      parameters: { elements, ...taps },
      tiles: windows,
    },
  };
}

function poolParameters({ rows, columns }: Window) {
  return { width: columns.input, pooled_height: rows.output, pooled_width: columns.output, plane: rows.input * columns.input };
}

/** The network after the cuts, which knows the views of both parts and the gates of what the blends store. */
function afterCuts(after: Network, before: Network, cuts: readonly Cut[]): Network {
  const gates = new Map(after.gates);
  for (const { stored, fusion } of cuts) {
    if (fusion?.epilogue.relu && !fusion.epilogue.pool) gates.set(stored, gatesOf(stored, after.graph.shapes.get(stored)!));
  }
  return { ...after, gates, rootOf: (name) => before.rootOf(after.rootOf(name)) };
}
