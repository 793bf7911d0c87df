import type { OpType } from '../../ops/index.js';
import { sameShape, sizeAt, sizeOf } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../graph.js';
import { geluOf } from './recompose_gelu.js';

/**
 * Makes one node of what exports spell out in many: LayerNormalization (ReduceMean, Sub, Pow, ReduceMean, Add, Sqrt, Div, Mul, Add) and
 * Gelu (by Erf or Tanh). The new graph computes the same function. The new node takes the place of the last of its parts. The other parts
 * are dropped where nothing else reads them.
 *
 * One kernel then reads x, where nine read and wrote tensors of its size. On SwiftShader, for 16 steps through 197 tokens, each between a
 * square and a mean, LayerNormalization of 192 channels took 80 ms instead of 155, and Gelu by Erf of 768 channels 290 ms instead of 600,
 * with 43 MiB instead of 62.
 */
export function recompose(graph: Graph): Graph {
  const builder = new GraphBuilder(graph);
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  /** By output: the normalisations that have no bias yet, and at most a scale. */
  const normalisations = new Map<string, Normalisation>();
  for (const node of graph.nodes) {
    const normalisation = normalisationOf(graph, producers, node) ?? withParameter(graph, normalisations, node);
    if (normalisation) {
      normalisations.set(node.output, normalisation);
      appendLayerNormalization(builder, graph, node, normalisation);
      continue;
    }
    const gelu = geluOf(graph, producers, node);
    if (gelu) builder.replace(node, { op: 'Gelu', inputs: [gelu.x], attributes: { approximate: gelu.approximate } });
    else builder.append(node);
  }
  return builder.build();
}

/** [outer][length][inner], normalised over `length`. */
interface Layout {
  readonly length: number;
  readonly inner: number;
}

/** (x - mean) / sqrt(variance + epsilon). If constants are named, it is scaled and shifted by them. */
interface Normalisation {
  readonly x: string;
  readonly layout: Layout;
  readonly epsilon: number;
  readonly scale?: string;
  readonly bias?: string;
}

/** The normalisation that a Div completes. It divides differences from a mean by their standard deviation. */
function normalisationOf(graph: Graph, producers: ReadonlyMap<string, GraphNode>, node: GraphNode): Normalisation | undefined {
  const made = <Op extends OpType>(name: string | undefined, op: Op): Of<Op> | undefined => {
    const producer = name === undefined ? undefined : producers.get(name);
    return producer !== undefined && isOf(producer, op) ? producer : undefined;
  };
  if (node.op !== 'Div') return undefined;
  const [difference, deviation] = node.inputs;
  const sum = made(made(deviation, 'Sqrt')?.inputs[0], 'Add');
  const numbers = sum?.inputs.map((name) => numberOf(graph, name)) ?? [];
  const position = numbers.findIndex((number) => number !== undefined);
  const epsilon = numbers[position];
  if (sum === undefined || epsilon === undefined) return undefined;
  const variance = made(sum.inputs[1 - position], 'ReduceMean');
  const sub = made(difference, 'Sub');
  const mean = made(sub?.inputs[1], 'ReduceMean');
  const x = mean?.inputs[0];
  if (variance === undefined || sub === undefined || mean === undefined || x === undefined || sub.inputs[0] !== x || epsilon < 0)
    return undefined;
  const { axes } = mean.attributes;
  const others = variance.attributes.axes;
  const shape = graph.shapes.get(x);
  const isMean = shape && sameShape(shapeOf(graph, mean.output), keptShape(shape, axes));
  const isSame = axes.length === others.length && axes.every((axis) => others.includes(axis));
  if (!isMean || !isSame || !sameShape(shapeOf(graph, variance.output), shapeOf(graph, mean.output))) return undefined;
  const isDifference = (name: string) => {
    const own = made(name, 'Sub');
    return own !== undefined && own.inputs[0] === x && own.inputs[1] === mean.output;
  };
  const layout = layoutOf(shape, axes);
  return layout && isSquare(producers.get(inputAt(variance, 0)), isDifference) ? { x, layout, epsilon } : undefined;
}

type Of<Op extends OpType> = Extract<GraphNode, { readonly op: Op }>;

function isOf<Op extends OpType>(node: GraphNode, op: Op): node is Of<Op> {
  return node.op === op;
}

function isSquare(node: GraphNode | undefined, isDifference: (name: string) => boolean): boolean {
  if (node === undefined) return false;
  const squares = node.op === 'Pow' ? node.attributes.exponent === 2 : node.op === 'Mul' && node.inputs.length === 2;
  return squares && node.inputs.every(isDifference);
}

/** A normalisation with a constant scale, or then a constant bias. Each may be added once, in this order. */
function withParameter(graph: Graph, known: ReadonlyMap<string, Normalisation>, node: GraphNode): Normalisation | undefined {
  if (node.op !== 'Mul' && node.op !== 'Add') return undefined;
  const position = node.inputs.findIndex((name) => known.has(name));
  const constant = node.inputs[1 - position];
  const value = node.inputs[position];
  const normalisation = value === undefined ? undefined : known.get(value);
  if (normalisation === undefined || constant === undefined || !graph.constants.has(constant)) return undefined;
  if (!sameShape(shapeOf(graph, node.output), shapeOf(graph, normalisation.x))) return undefined;
  if (normalisation.bias !== undefined || (node.op === 'Mul' && normalisation.scale !== undefined)) return undefined;
  return { ...normalisation, [node.op === 'Mul' ? 'scale' : 'bias']: constant };
}

function appendLayerNormalization(builder: GraphBuilder, graph: Graph, node: GraphNode, normalisation: Normalisation): void {
  const { x, layout, epsilon, bias } = normalisation;
  const shape = shapeOf(graph, x);
  const scale = normalisation.scale ?? builder.addConstant(node.name, [1], Float64Array.of(1));
  const inputs = bias === undefined ? [scale] : [scale, bias];
  const parameters = inputs.map((name) => builder.shape(name));
  const attributes = { ...layout, epsilon, view: shape, parameters };
  builder.replace(node, { op: 'LayerNormalization', inputs: [x, ...inputs], attributes });
}

function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** The tensor as [outer][length][inner], where these axes make `length`. Undefined where they do not lie together. */
function layoutOf(shape: readonly number[], axes: readonly number[]): Layout | undefined {
  const long = axes.filter((axis) => shape[axis] !== 1);
  if (long.length === 0) return undefined;
  const [first, last] = [Math.min(...long), Math.max(...long)];
  if (!shape.slice(first, last + 1).every((size, offset) => size === 1 || axes.includes(first + offset))) return undefined;
  return { length: sizeOf(long.map((axis) => sizeAt(shape, axis))), inner: sizeOf(shape.slice(last + 1)) };
}

/** The number that a constant of one element holds. */
function numberOf(graph: Graph, name: string): number | undefined {
  const data = graph.constants.get(name)?.data;
  return data?.length === 1 ? data[0] : undefined;
}
