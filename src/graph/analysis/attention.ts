import { PathlightError } from '../../errors.js';
import { operators } from '../../ops/index.js';
import { itemAt } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../graph.js';
import { canonicalise } from '../passes/canonicalise.js';
import type { Plane } from '../plane.js';
import { analyse } from './analyse.js';
import { planeOf } from './planes.js';
import { leadingTo } from './reach.js';

/** One attention of a transformer: a Softmax between two products of values. */
export interface AttentionLayer {
  /** The name of the node. */
  readonly name: string;
  /** Its output: [heads][tokens that look][tokens that are looked at]. */
  readonly value: string;
  readonly heads: number;
  /** The tokens behind the block: the last sum before the next attention, where that is all that the rest of the network reads. */
  readonly behind?: string;
}

/** The attention of a transformer whose tokens are one and the same all the way, and are places of the image. */
export interface Attention {
  /** From the image on. */
  readonly layers: readonly AttentionLayer[];
  readonly tokens: number;
  /** The places of the tokens. Those before `first` are others, a class token say. */
  readonly rows: number;
  readonly columns: number;
  readonly first: number;
  /** From which tokens the scores are read. */
  readonly read: { readonly from: number; readonly count: number };
}

/**
 * Finds the attention of a network, whoever wrote the file. Throws PathlightError where there is none, and where its tokens are not the same all the way:
 * attention within windows, or over planes that shrink.
 */
export function findAttention(file: Graph): Attention {
  const graph = canonicalise(file);
  const found = graph.nodes.filter((node) => isAttention(graph, node));
  const [first] = found;
  if (first === undefined) throw new PathlightError('attention.none');
  const tokens = shapeOf(graph, first.output).at(-1) ?? 1;
  for (const node of found) {
    const shape = shapeOf(graph, node.output);
    if (shape.at(-1) !== tokens || shape.at(-2) !== tokens)
      throw new PathlightError('attention.windows', { node: node.name, shape, tokens });
  }
  const plane = planeOfTokens(graph, first, tokens);
  if (plane === undefined) throw new PathlightError('attention.windows', { node: first.name, shape: shapeOf(graph, first.output), tokens });
  const { rows, columns } = plane;
  const before = plane.offset / plane.channels;
  const cuts = cutsOf(graph);
  const layers = found.map((node, index): AttentionLayer => {
    const end = found[index + 1];
    const sum = lastSum(graph, cuts, node, end);
    const heads = sizeOf(shapeOf(graph, node.output)) / tokens ** 2;
    return { name: node.name, value: node.output, heads, ...(sum && { behind: sum.output }) };
  });
  return {
    layers,
    tokens,
    rows,
    columns,
    first: before,
    read: tokensRead(graph, itemAt(found, found.length - 1), tokens, rows * columns, before),
  };
}

/** Whether a node is a Softmax over the last axis, of a product of two values, that another product multiplies a value with. */
function isAttention(graph: Graph, node: GraphNode): boolean {
  const { active } = analyse(graph);
  const shape = shapeOf(graph, node.output);
  if (node.op !== 'Softmax' || !active.has(node.output) || node.attributes.inner !== 1 || node.attributes.length !== shape.at(-1))
    return false;
  return shape.length > 2 && comesFromProduct(graph, inputAt(node, 0)) && weighsValues(graph, node.output);
}

const isProduct = (graph: Graph, { op, inputs }: GraphNode): boolean =>
  op === 'MatMul' && inputs.every((name) => analyse(graph).active.has(name));

/** Whether a value is a product of two values that was only scaled, shifted, masked or seen in another shape. */
function comesFromProduct(graph: Graph, value: string): boolean {
  const { active } = analyse(graph);
  const node = graph.nodes.find(({ output }) => output === value);
  if (node === undefined) return false;
  if (isProduct(graph, node)) return true;
  const passes = operators[node.op].view || ['Add', 'Affine', 'Clip', 'Div', 'Mul', 'Sub', 'Where'].includes(node.op);
  return passes && node.inputs.some((name) => active.has(name) && comesFromProduct(graph, name));
}

/** Whether a product reads a value, maybe in another shape, on its left. */
function weighsValues(graph: Graph, value: string): boolean {
  return analyse(graph)
    .readersOf(value)
    .some((node) =>
      isProduct(graph, node) ? inputAt(node, 0) === value : operators[node.op].view === true && weighsValues(graph, node.output),
    );
}

/** The plane of the tokens that come to an attention. */
function planeOfTokens(graph: Graph, attention: GraphNode, tokens: number): Plane | undefined {
  const [value] = leadingTo(graph, [attention.output], () => true)
    .reverse()
    .map(({ output }) => output)
    .filter((output) => {
      const shape = shapeOf(graph, output);
      return shape.length === 3 && shape[0] === 1 && shape[1] === tokens;
    });
  return value === undefined ? undefined : planeOf(graph, value);
}

/** Nodes whose output is all that later nodes know of the image. */
function cutsOf(graph: Graph): readonly GraphNode[] {
  const { active } = analyse(graph);
  const lastReader = new Map<string, number>();
  graph.nodes.forEach(({ inputs }, index) => {
    for (const name of inputs) if (active.has(name)) lastReader.set(name, index);
  });
  const cuts: GraphNode[] = [];
  let reached = lastReader.get(graph.input.name) ?? 0;
  graph.nodes.forEach((node, index) => {
    if (!active.has(node.output)) return;
    if (reached <= index) cuts.push(node);
    reached = Math.max(reached, lastReader.get(node.output) ?? 0);
  });
  return cuts;
}

/** The last sum behind an attention, and before the next, that is all that later nodes know of the image. */
function lastSum(graph: Graph, cuts: readonly GraphNode[], from: GraphNode, to: GraphNode | undefined): GraphNode | undefined {
  const place = (node: GraphNode) => graph.nodes.indexOf(node);
  const { active } = analyse(graph);
  const isSum = ({ op, inputs }: GraphNode) => op === 'Add' && inputs.every((name) => active.has(name));
  return cuts.filter((node) => isSum(node) && place(node) > place(from) && (to === undefined || place(node) < place(to))).at(-1);
}

/** The tokens that a mean behind the last attention takes, or the first one where there is no mean. */
function tokensRead(graph: Graph, last: GraphNode, tokens: number, places: number, before: number): Attention['read'] {
  for (const node of graph.nodes.slice(graph.nodes.indexOf(last) + 1)) {
    if (!['AveragePool', 'GlobalAveragePool', 'ReduceMax', 'ReduceMean', 'ReduceSum'].includes(node.op)) continue;
    const [size, left] = [sizeOf(shapeOf(graph, inputAt(node, 0))), sizeOf(shapeOf(graph, node.output))];
    if (size === left * tokens) return { from: 0, count: tokens };
    if (size === left * places) return { from: before, count: places };
  }
  return { from: 0, count: 1 };
}
