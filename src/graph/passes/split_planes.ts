import type { OpType } from '../../ops/index.js';
import { GUARANTEED_BINDING } from '../../ops/shared/bindings.js';
import { type Shape, sizeAt, sizeOf, type Tensor } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../graph.js';
import { resized, TILE } from './split.js';

/** Bytes of an element on a GPU, which keeps four samples beside each other. */
const BYTES_PER_ELEMENT = 16;

/** Operators of single elements. Their constants are numbers, or broadcast to the result. */
const OF_ELEMENTS: ReadonlySet<OpType> = new Set<OpType>([
  'Add',
  'Affine',
  'Celu',
  'Clip',
  'Elu',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'LeakyRelu',
  'Mish',
  'Mul',
  'PRelu',
  'Relu',
  'Selu',
  'Sigmoid',
  'Softplus',
  'Sub',
  'Tanh',
]);

/**
 * Replaces a Conv whose result some device cannot bind at once, and what reads it channel by channel up to smaller results, by several of each,
 * with some of the channels, and a Concat of the smaller results. EfficientNet-B7 has 192 channels of 300 x 300 between a 1x1 convolution and the
 * depthwise one behind it: 264 MiB for the four samples of a quad. The values within have no names afterwards.
 *
 * A convolution over all channels at the end would need the sum over the pieces. It is left whole, and with it all that leads there.
 *
 * @param limit bytes of one piece's result.
 */
export function splitPlanes(graph: Graph, limit = GUARANTEED_BINDING): Graph {
  const isLarge = (name: string) => BYTES_PER_ELEMENT * sizeOf(shapeOf(graph, name)) > limit;
  if (!graph.nodes.some(({ output }) => isLarge(output))) return graph;
  const builder = new GraphBuilder(graph);
  const done = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (done.has(node)) continue;
    const region = node.op === 'Conv' && node.attributes.group === 1 && isLarge(node.output) ? regionOf(graph, node, isLarge) : undefined;
    const most = region && channelsOfPiece(graph, region, limit);
    if (region === undefined || most === undefined) builder.append(node);
    else {
      appendPieces(graph, builder, region, most);
      for (const each of [...region.inside, ...region.exits]) done.add(each);
    }
  }
  return builder.build();
}

/** A convolution, the nodes with large results that read its channels one by one, and those with smaller ones. */
interface Region {
  readonly first: GraphNode<'Conv'>;
  /** In order, the convolution first. */
  readonly inside: readonly GraphNode[];
  readonly exits: readonly GraphNode[];
}

/** Undefined where something reads a large value otherwise. */
function regionOf(graph: Graph, first: GraphNode<'Conv'>, isLarge: (name: string) => boolean): Region | undefined {
  const inside: GraphNode[] = [];
  const exits: GraphNode[] = [];
  const large = new Set<string>();
  for (const node of graph.nodes.slice(graph.nodes.indexOf(first))) {
    if (node !== first && !node.inputs.some((name) => large.has(name))) continue;
    if (node !== first && !isByChannel(graph, node, large)) return undefined;
    if (!isLarge(node.output)) exits.push(node);
    else {
      inside.push(node);
      large.add(node.output);
    }
  }
  return large.has(graph.output.name) ? undefined : { first, inside, exits };
}

/** Whether each channel of a node's output comes from the same channel of values of the region, or from that divided by a whole number. */
function isByChannel(graph: Graph, node: GraphNode, large: ReadonlySet<string>): boolean {
  if (node.op === 'Conv') {
    return large.has(inputAt(node, 0)) && node.attributes.group === sizeAt(shapeOf(graph, inputAt(node, 0)), 1);
  }
  return OF_ELEMENTS.has(node.op) && node.inputs.every((name) => large.has(name) || graph.constants.has(name));
}

/** How many channels of the first convolution a piece has: whole tiles, and whole channels of all values. Undefined where not even one tile fits. */
function channelsOfPiece(graph: Graph, { first, inside }: Region, limit: number): number | undefined {
  const channels = channelsOf(graph, first.output);
  const each = Math.max(...inside.map(({ output }) => sizeOf(shapeOf(graph, output)))) / channels;
  const tiles = Math.floor(limit / (BYTES_PER_ELEMENT * each * TILE));
  if (tiles === 0) return undefined;
  // Pieces of about the same size.
  const pieces = Math.ceil(channels / (TILE * tiles));
  return TILE * Math.ceil(channels / (TILE * pieces));
}

function appendPieces(graph: Graph, builder: GraphBuilder, { first, inside, exits }: Region, most: number): void {
  const channels = channelsOf(graph, first.output);
  const results = new Map<GraphNode, string[]>(exits.map((node) => [node, []]));
  for (let from = 0; from < channels; from += most) {
    const count = Math.min(most, channels - from);
    // The names of the piece's values.
    const pieces = new Map<string, string>();
    for (const node of [...inside, ...exits]) {
      const own = channelsOf(graph, node.output) / channels;
      const channelsHere = { from: from * own, count: count * own };
      const inputs = node.inputs.map((name) => {
        const constant = graph.constants.get(name);
        if (constant === undefined) return pieces.get(name) ?? name;
        const axis = node.op === 'Conv' ? 0 : constant.shape.length - shapeOf(graph, node.output).length + 1;
        return constantPiece(builder, name, constant, axis, channelsHere);
      });
      const shape = resized(shapeOf(graph, node.output), 1, channelsHere.count);
      const piece = builder.add(node.name, shape, { ...withGroup(node, first, builder, inputs), inputs });
      pieces.set(node.output, piece);
      results.get(node)?.push(piece);
    }
  }
  for (const [node, inputs] of results) builder.replace(node, { op: 'Concat', inputs, attributes: { axis: 1 } });
}

/** A depthwise convolution has a group for each channel of its piece. */
function withGroup(node: GraphNode, first: GraphNode, builder: GraphBuilder, [x = '']: readonly string[]): GraphNode {
  if (node.op !== 'Conv' || node === first) return node;
  return { ...node, attributes: { ...node.attributes, group: channelsOf(builder, x) } };
}

/** Some channels of a constant; all of it where it is the same for all of them. */
function constantPiece(
  builder: GraphBuilder,
  name: string,
  { shape, data }: Tensor,
  axis: number,
  { from, count }: { readonly from: number; readonly count: number },
): string {
  if (axis < 0 || sizeAt(shape, axis) === 1) return name;
  const inner = sizeOf(shape.slice(axis + 1));
  const step = sizeAt(shape, axis) * inner;
  const part = new Float64Array((data.length / step) * count * inner);
  for (let outer = 0; outer * step < data.length; outer++) {
    const start = outer * step + from * inner;
    part.set(data.subarray(start, start + count * inner), outer * count * inner);
  }
  return builder.addConstant(name, resized(shape, axis, count), data instanceof Float32Array ? Float32Array.from(part) : part);
}

function channelsOf(graph: Graph | GraphBuilder, name: string): number {
  const shape: Shape = graph instanceof GraphBuilder ? graph.shape(name) : shapeOf(graph, name);
  return sizeAt(shape, 1);
}
