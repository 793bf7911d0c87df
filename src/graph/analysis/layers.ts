import { PathlightError } from '../../errors.js';
import { operators } from '../../ops/index.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import { activeValues, type Graph, type GraphNode, shapeOf } from '../graph.js';
import { recompose } from '../passes/recompose.js';
import type { Plane } from '../plane.js';
import { hasProportions, planeOf } from './planes.js';
import { leadingTo } from './reach.js';

/** A node whose output has channels with planes. */
export interface Layer {
  /** The node's name in the file. */
  readonly name: string;
  /** The name of the node's output. */
  readonly value: string;
  readonly shape: Shape;
  /** Which of its numbers are channels of a plane. */
  readonly plane: Plane;
}

/**
 * The layer of this name, which may be a node's or its output's. Without a name it is the last convolution with more than one pixel, with
 * the batch normalisation and the activation that follow it; or in a transformer the last LayerNormalization of tokens before an attention:
 * behind the last attention, the tokens of the plane no longer meet the class token. Throws PathlightError, naming layers that exist.
 */
export function findLayer(graph: Graph, name?: string): Layer {
  if (name !== undefined) {
    const node = graph.nodes.find((each) => each.name === name) ?? graph.nodes.find((each) => each.output === name);
    if (node === undefined) throw new PathlightError('layer.unknown', { layer: name, known: examples(graph) });
    checkLayer(graph, node.output);
    const layer = layerOf(graph, node);
    if (layer === undefined) {
      throw new PathlightError('layer.no-plane', { layer: name, shape: shapeOf(graph, node.output), known: examples(graph) });
    }
    return layer;
  }
  const all = convolutions(graph);
  const convolution = all.filter(({ output }) => hasProportions(graph, output)).at(-1) ?? all.at(-1);
  const normalised = lastTokens(graph, convolution);
  const layer = normalised ?? (convolution && layerOf(graph, withFollowers(graph, convolution)));
  if (layer === undefined) throw new PathlightError('layer.no-convolution');
  return layer;
}

/** The last normalisation of tokens before the last attention, or in a network that mixes tokens otherwise the last of several, where it comes after a convolution. */
function lastTokens(graph: Graph, convolution: GraphNode | undefined): Layer | undefined {
  const whole = recompose(graph);
  const active = activeValues(whole);
  const reaching = leadingTo(whole, [graph.output.name], ({ output }) => active.has(output));
  const attention = reaching.filter(({ op, output }) => op === 'Softmax' && shapeOf(whole, output).length > 2).at(-1);
  const before = attention ? leadingTo(whole, [attention.output], () => true) : reaching;
  const from = whole.nodes.findIndex(({ output }) => output === convolution?.output);
  const behind = new Set(whole.nodes.slice(from + 1));
  const layers = before
    .filter((node) => node.op === 'LayerNormalization' && behind.has(node))
    .flatMap(({ output }) => graph.nodes.find((node) => node.output === output) ?? [])
    .flatMap((node) => layerOf(graph, node) ?? [])
    // It normalises the channels of a place. What lies beside each other in another value are the channels of an attention head.
    .filter(({ plane }) => plane.channelStride === 1);
  // Without attention, a single normalisation belongs to the convolution before it.
  return attention || layers.length > 1 ? layers.at(-1) : undefined;
}

/** Throws PathlightError for a value that has no gradient of its own. */
export function checkLayer(graph: Graph, value: string): void {
  const node = graph.nodes.find(({ output }) => output === value);
  if (node === undefined || !activeValues(graph).has(value)) {
    throw new PathlightError('layer.no-value', { value, known: examples(graph) });
  }
  if (!activeValues(graph, value).has(graph.output.name)) throw new PathlightError('layer.unused', { value });
  if (operators[node.op].view) throw new PathlightError('layer.view', { operator: node.op, node: node.name });
}

/** The layers whose names `findLayer` takes, in the order of the network. */
export function layersWithPlane(graph: Graph): readonly Layer[] {
  return graph.nodes.flatMap(({ name }) => {
    try {
      return [findLayer(graph, name)];
    } catch (error) {
      if (error instanceof PathlightError) return [];
      throw error;
    }
  });
}

function layerOf(graph: Graph, { name, output }: GraphNode): Layer | undefined {
  const plane = planeOf(graph, output);
  return plane && { name, value: output, shape: shapeOf(graph, output), plane };
}

function convolutions(graph: Graph): GraphNode[] {
  const reaches = (value: string) => activeValues(graph, value).has(graph.output.name);
  return graph.nodes.filter(({ op, output }) => op === 'Conv' && isPlane(shapeOf(graph, output)) && reaches(output));
}

function isPlane(shape: Shape): boolean {
  return shape.length === 4 && sizeOf(shape.slice(2)) > 1;
}

function withFollowers(graph: Graph, convolution: GraphNode): GraphNode {
  let node = convolution;
  for (;;) {
    const readers = graph.nodes.filter(({ inputs }) => inputs.includes(node.output));
    const [next, ...others] = readers;
    if (next === undefined || others.length > 0 || !operators[next.op].followsLayer) return node;
    node = next;
  }
}

/** The last few convolutions, by name. */
function examples(graph: Graph): string[] {
  return convolutions(graph)
    .map(({ name }) => name)
    .slice(-3);
}
