import { PathlightError } from '../../errors.js';
import { operators } from '../../ops/index.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import { activeValues, type Graph, type GraphNode, shapeOf } from '../graph.js';

/** A node whose output has channels with planes. */
export interface Layer {
  /** The node's name in the file. */
  readonly name: string;
  /** The name of the node's output. */
  readonly value: string;
  /** 1 x channels x rows x columns */
  readonly shape: Shape;
}

/**
 * The layer of this name, which may be a node's or its output's. Without a name it is the last convolution with more than one pixel, with
 * the batch normalisation and the activation that follow it. Throws PathlightError, naming layers that exist.
 */
export function findLayer(graph: Graph, name?: string): Layer {
  if (name !== undefined) {
    const node = graph.nodes.find((each) => each.name === name) ?? graph.nodes.find((each) => each.output === name);
    if (node === undefined) throw new PathlightError('layer.unknown', { layer: name, known: examples(graph) });
    checkLayer(graph, node.output);
    const shape = shapeOf(graph, node.output);
    if (!isPlane(shape)) throw new PathlightError('layer.no-plane', { layer: name, shape, known: examples(graph) });
    return layerOf(graph, node);
  }
  const last = convolutions(graph).at(-1);
  if (last === undefined) throw new PathlightError('layer.no-convolution');
  return layerOf(graph, withFollowers(graph, last));
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

function layerOf(graph: Graph, { name, output }: GraphNode): Layer {
  return { name, value: output, shape: shapeOf(graph, output) };
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
