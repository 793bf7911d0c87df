import type { Shape, Tensor } from '../tensor/tensor.js';

/**
 * A network as both executors run it.
 *
 * Every shape is that of ONE sample, as the ONNX graph has it when its batch axis has size 1, wherever that axis lies.
 * Executors run the graph once for every sample of a batch; since an axis of size 1 does not change the order of the elements, a
 * batch size written into a Reshape constant cannot matter, and no operator ever mixes samples.
 */
export interface Graph {
  /** The name in the file, or an empty string. */
  readonly name: string;
  readonly opset: number;
  /** The image: shape 1 x ..., float32. */
  readonly input: GraphValue;
  /** The class scores: `sizeOf(shape)` classes. */
  readonly output: GraphValue;
  /** In an order in which every node comes after those it reads from. */
  readonly nodes: readonly GraphNode[];
  /** Shape of the input and of every node's output, by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Float constants that nodes read (weights), by name. */
  readonly constants: ReadonlyMap<string, Tensor>;
}

export interface GraphValue {
  readonly name: string;
  readonly shape: Shape;
}

/** One operator application with one output. */
export interface GraphNode {
  /** A key of the operator table (`src/ops/index.ts`). */
  readonly op: string;
  /** The name in the file; made from operator and position where the file gives none. */
  readonly name: string;
  /** Names of values or constants; what was optional and absent is not listed. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** What the operator's `read` made of the attributes of all opsets. */
  readonly attributes: unknown;
}

/** The values that depend on the image, or on another value: the only ones that have a cotangent. */
export function activeValues(graph: Graph, source = graph.input.name): Set<string> {
  const active = new Set([source]);
  for (const node of graph.nodes) if (node.inputs.some((name) => active.has(name))) active.add(node.output);
  return active;
}
