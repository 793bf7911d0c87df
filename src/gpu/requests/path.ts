import { linearPrefix } from '../../graph/analysis/prefix.js';
import { leadingTo } from '../../graph/analysis/reach.js';
import { type LinearSuffix, linearSuffix } from '../../graph/analysis/suffix.js';
import { activeValues, type Graph, type GraphNode, shapeOf } from '../../graph/graph.js';
import type { Binding, Epilogue, Window } from '../../ops/operator.js';
import { codesOf, gateShape, gatesOf } from '../../ops/shared/saved_for_backward.js';
import { sizeOf } from '../../tensor/tensor.js';
import { activeRoots, type Fusion, fusionsAfter, lowerGraph, type Network, type ScheduleOptions } from '../compile/lower.js';
import { backwardDispatches, forwardDispatches } from '../compile/passes.js';
import { type ExternalBinding, type Schedule, type ScheduledDispatch, type Seed, withMemory } from '../compile/schedule.js';
import type { Plan } from '../fused/choose.js';

/*
 * What surrounds the network in each kind of request. Parameters that are known only with the request (numbers of samples, offsets)
 * are given when a recording is encoded.
 */

const external = (name: string): ExternalBinding => ({ kind: 'external', name });
const SAMPLES = { stage: 'chunk', space: 'samples' } as const;

/**
 * inputs, baselines, alphas, weights, seeds -> ends, gradients. The linear prefix (src/graph/analysis/prefix.ts) runs at the two ends of every path,
 * `path_blend` gives its values at all alphas, the rest of the network runs there and back, `path_reduce` adds up over alphas, and
 * the prefix runs back once an image.
 *
 * The whole network runs at the ends, too, for the outputs there. So of the linear suffix (src/graph/analysis/suffix.ts) samples need nothing: it runs
 * back once an image, and `path_spread` gives every sample what comes out. In the fused plan, whose workgroups do not wait for each other,
 * the ends are the last two samples of each path instead, with weight 0, and samples run through all of the network.
 */
export function pathSchedule(graph: Graph, plan: Plan = 'layered', { kernels = {} }: ScheduleOptions = {}): Schedule {
  const endsAmongSamples = plan === 'fused';
  const prefix = withoutReaders(graph, (isCandidate) => linearPrefix(graph, isCandidate));
  const before = lowerGraph(graph, { kernels, nodes: leadingTo(graph, prefix.cut, (node) => prefix.nodes.has(node)) });
  const cuts = cutsOf(graph, prefix.cut, before);
  const blended = new Set(cuts.flatMap(({ fusion }) => fusion?.nodes ?? []));
  // What depends on no image is computed on both sides of the cut, where it is needed.
  const active = activeValues(graph);
  const isRest = (node: GraphNode) => !(prefix.nodes.has(node) && active.has(node.output));
  const rest = lowerGraph(graph, { fuse: true, kernels, nodes: leadingTo(graph, [graph.output.name], isRest) });
  const isAfter = (node: GraphNode) => isRest(node) && !blended.has(node);
  const suffix = endsAmongSamples ? noSuffix(graph) : suffixOf(graph, isAfter);
  const isInner = (node: GraphNode) => isAfter(node) && !suffix.nodes.has(node);
  const inner = lowerGraph(graph, { fuse: true, kernels, nodes: leadingTo(graph, suffix.from, isInner) });
  const rootOf = (name: string) => before.rootOf(rest.rootOf(name));
  const after = afterCuts({ ...inner, rootOf }, cuts);
  const elements = sizeOf(graph.input.shape);
  const output = { value: { kind: 'value', name: graph.output.name }, cotangent: { kind: 'cotangent', name: graph.output.name } } as const;
  const classes = sizeOf(graph.output.shape);
  const seeded = new Set<string>();
  const seeds = endsAmongSamples ? [seedOf(graph)] : suffix.from.map((name) => spreadOf(graph, name));
  const backward = backwardDispatches(after, 'chunk', 'samples', seeded, activeRoots(after), seeds);
  const reached = cuts.filter(({ stored }) => seeded.has(rootOf(stored)));
  const summed = new Set(reached.map(({ root }) => root));
  const atEnds: ScheduledDispatch[] = [
    ...forwardDispatches(rest, 'begin', 'ends'),
    {
      stage: 'begin',
      space: 'ends',
      kernel: 'outputs_store',
      bindings: [output.value, external('ends')],
      parameters: { classes },
      tiles: classes,
    },
  ];
  const amongSamples: ScheduledDispatch = {
    ...SAMPLES,
    kernel: 'path_outputs',
    bindings: [output.value, external('ends')],
    parameters: { classes },
    tiles: classes,
  };
  return withMemory({ graph, rootOf }, [
    {
      stage: 'begin',
      space: 'ends',
      kernel: 'path_ends',
      bindings: [external('inputs'), external('baselines'), { kind: 'value', name: graph.input.name }],
      parameters: { elements },
      tiles: elements,
    },
    ...forwardDispatches(before, 'begin', 'ends'),
    ...(endsAmongSamples ? [] : [...atEnds, ...suffixBackward(graph, suffix, rootOf)]),
    ...cuts.map(({ blend }) => blend),
    ...forwardDispatches(after, 'chunk', 'samples'),
    ...(endsAmongSamples ? [amongSamples] : []),
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

/** The cotangent of the output, for every sample the seed vector of its path. */
function seedOf({ output }: Graph): Seed {
  const classes = sizeOf(output.shape);
  return {
    kernel: 'path_seed',
    bindings: [external('seeds'), { kind: 'cotangent', name: output.name }],
    parameters: { classes },
    tiles: classes,
  };
}

/** The cotangent of a value for every sample, which is that of its image. */
function spreadOf(graph: Graph, name: string): Seed {
  const elements = sizeOf(shapeOf(graph, name));
  const bindings = [
    { kind: 'cotangent', name, space: 'images' },
    { kind: 'cotangent', name },
  ] as const;
  return { kernel: 'path_spread', bindings, parameters: { elements }, tiles: elements, gateable: true };
}

interface Suffix extends LinearSuffix {
  readonly network: Network;
}

function noSuffix(graph: Graph): Suffix {
  return { nodes: new Set(), from: [graph.output.name], network: lowerGraph(graph, { nodes: [] }) };
}

function suffixOf(graph: Graph, isCandidate: (node: GraphNode) => boolean): Suffix {
  return withoutReaders(graph, (isLinear) => linearSuffix(graph, (node) => isCandidate(node) && isLinear(node)));
}

/**
 * A linear part of the network, of nodes whose backward kernels read nothing that depends on the image, since their values are not there
 * once an image: those of a function that is linear for its attributes alone (the largest of one element, a power of 1) do.
 */
function withoutReaders<T extends { readonly nodes: ReadonlySet<GraphNode> }>(
  graph: Graph,
  find: (isCandidate: (node: GraphNode) => boolean) => T,
): T & { readonly network: Network } {
  const active = activeValues(graph);
  const reads = (binding: Binding) => binding.kind === 'saved' || (binding.kind === 'value' && active.has(binding.name));
  const refused = new Set<GraphNode>();
  for (;;) {
    const part = find((node) => !refused.has(node));
    const network = lowerGraph(graph, { nodes: graph.nodes.filter((node) => part.nodes.has(node)) });
    const readers = network.lowered.filter(({ node, kernels }) => {
      return active.has(node.output) && kernels.backward.some(({ bindings }) => bindings.some(reads));
    });
    if (readers.length === 0) return { ...part, network };
    for (const { node } of readers) refused.add(node);
  }
}

/** The suffix back, once an image, from its seed vector to the cotangents of what it reads. */
function suffixBackward(graph: Graph, { nodes, from, network: own }: Suffix, rootOf: Network['rootOf']): ScheduledDispatch[] {
  const active = activeValues(graph);
  const classes = sizeOf(graph.output.shape);
  // Factors that depend on no image are computed anew, in the layout of images.
  const inputs = [...nodes].flatMap((node) => node.inputs).filter((name) => !active.has(name));
  const factors = lowerGraph(graph, { nodes: leadingTo(graph, inputs, (node) => !active.has(node.output)) });
  const network = { ...own, rootOf };
  const wanted = new Set([...from, ...[...nodes].map(({ output }) => output)].map(rootOf));
  const seed: Seed = {
    kernel: 'images_load',
    bindings: [external('seeds'), { kind: 'cotangent', name: graph.output.name }],
    parameters: { elements: classes },
    tiles: classes,
  };
  return [...forwardDispatches(factors, 'begin', 'images'), ...backwardDispatches(network, 'begin', 'images', new Set(), wanted, [seed])];
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
  const shape = shapeOf(graph, name);
  const elements = sizeOf(shape);
  const storedShape = shapeOf(graph, stored);
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

/** The network after the cuts, which knows the gates of what the blends store. */
function afterCuts(after: Network, cuts: readonly Cut[]): Network {
  const gates = new Map(after.gates);
  for (const { stored, fusion } of cuts) {
    if (fusion?.epilogue.relu && !fusion.epilogue.pool) gates.set(stored, gatesOf(stored, shapeOf(after.graph, stored)));
  }
  return { ...after, gates };
}
