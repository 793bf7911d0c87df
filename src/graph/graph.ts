import { type OperatorAttributes, type OpType, operators } from '../ops/index.js';
import type { Shape, Tensor } from '../tensor/tensor.js';

/**
 * A network as both executors run it.
 *
 * Every shape is that of ONE sample: the shape in the ONNX graph when its batch axis, wherever it lies, has size 1. Executors run the graph
 * once for every sample of a batch. An axis of size 1 does not change the order of the elements, so a batch size in a Reshape constant
 * cannot matter, and no operator ever mixes samples.
 */
export interface Graph {
  /** The name in the file, or an empty string. */
  readonly name: string;
  readonly opset: number;
  /** The image: shape 1 x ..., float32. */
  readonly input: GraphValue;
  /** The class scores: `sizeOf(shape)` classes. */
  readonly output: GraphValue;
  /** In an order in which every node comes after the nodes that it reads. */
  readonly nodes: readonly GraphNode[];
  /** Shape of the input and of every node's output, by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Float constants that nodes read (weights), by name. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /**
   * Whether the outputs are logits of which each has a probability of its own, its sigmoid: those of classes that do not exclude each other,
   * or those of a class and of its opposite. Otherwise, and where this is absent, probabilities are the softmax of all logits.
   */
  readonly bySigmoid?: boolean;
  /**
   * The value of the file that the output was made of, where it has two classes, one the opposite of the other: z and -z, or their
   * probabilities p and 1 - p (src/graph/passes/two_classes.ts).
   */
  readonly binary?: GraphValue;
}

export interface GraphValue {
  readonly name: string;
  readonly shape: Shape;
}

/** One application of an operator, with one output. `op` says which attributes the node has. */
export type GraphNode<Op extends OpType = OpType> = { readonly [Each in Op]: NodeOf<Each> }[Op];

interface NodeOf<Op extends OpType> {
  readonly op: Op;
  /** The name in the file, or one made from operator and position where the file gives none. */
  readonly name: string;
  /** Names of values or constants. Absent optional inputs are not listed. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** The attributes as the operator's `read` returns them, in the same form for all opsets. */
  readonly attributes: OperatorAttributes[Op];
}

/** A node whose operator is known only at run time. Its attributes come from that operator's `read`. */
export function makeNode<Op extends OpType>(op: Op, rest: Omit<NodeOf<Op>, 'op'>): GraphNode<Op> {
  return { op, ...rest };
}

/** The shape of a value or constant of the graph. Throws where it has none of this name: a defect. */
export function shapeOf({ shapes, constants }: Pick<Graph, 'shapes' | 'constants'>, name: string): Shape {
  const shape = shapes.get(name) ?? constants.get(name)?.shape;
  if (shape === undefined) throw new Error(`the graph has no value "${name}"`);
  return shape;
}

/** The constant of this name. Throws where the graph has none: a defect. */
export function constantOf({ constants }: Pick<Graph, 'constants'>, name: string): Tensor {
  const constant = constants.get(name);
  if (constant === undefined) throw new Error(`the graph has no constant "${name}"`);
  return constant;
}

/** The name of a node's input. Throws where the node has none at this position: a defect. */
export function inputAt({ op, name, inputs }: Pick<GraphNode, 'op' | 'name' | 'inputs'>, position: number): string {
  const input = inputs[position];
  if (input === undefined) throw new Error(`${op} "${name}" has no input ${position}`);
  return input;
}

/** The values that depend on the image or on another `source`. */
export function activeValues(graph: Graph, source = graph.input.name): Set<string> {
  const active = new Set([source]);
  for (const node of graph.nodes) if (node.inputs.some((name) => active.has(name))) active.add(node.output);
  return active;
}

/**
 * The values that depend on the image, or on another `source`, otherwise than through operators that are constant in pieces. Only these have
 * a cotangent.
 */
export function differentiableValues(graph: Graph, source = graph.input.name): Set<string> {
  const differentiable = new Set([source]);
  for (const { op, inputs, output } of graph.nodes) {
    if (!operators[op].flat && inputs.some((name) => differentiable.has(name))) differentiable.add(output);
  }
  return differentiable;
}
