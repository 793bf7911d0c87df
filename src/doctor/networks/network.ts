import type { Graph, GraphNode } from '../../graph/graph.js';
import { makeNode } from '../../graph/graph.js';
import { type OpType, operatorOf } from '../../ops/index.js';
import { Xoshiro128 } from '../../tensor/random.js';
import { type Shape, sizeOf, type Tensor } from '../../tensor/tensor.js';
import { type PlainAttribute, plainNode } from '../cases/plain_node.js';

/** A node as a file of opset 19 says it. */
export interface Step {
  readonly op: OpType;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, PlainAttribute>>;
}

/** A network from the image `x` to the output of its last step. */
export interface Network {
  /** The image, without the batch axis. */
  readonly image: Shape;
  /** Constants by name. A shape stands for seeded weights. */
  readonly constants: Readonly<Record<string, Shape | Tensor>>;
  readonly steps: readonly Step[];
}

const SEED = 41;

/** The network as a graph. Weights are uniform in [-1, 1], divided by the square root of how many a sum has, so that values stay of the size of the image's. */
export function graphOfNetwork(name: string, { image, constants: given, steps }: Network): Graph {
  const random = Xoshiro128.fromSeed(SEED);
  const draw = (shape: Shape): Tensor => {
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    return { shape, type: 'float', data: Float32Array.from({ length: sizeOf(shape) }, () => bound * (2 * random.uniform() - 1)) };
  };
  const constants = new Map(Object.entries(given).map(([key, constant]) => [key, 'data' in constant ? constant : draw(constant)]));
  const input = { name: 'x', shape: [1, ...image] };
  const shapes = new Map<string, Shape>([[input.name, input.shape]]);
  const nodes = steps.map(({ op, inputs, output, attributes }): GraphNode => {
    const operands = inputs.map((from) => constants.get(from) ?? shapes.get(from) ?? missing(from));
    const reading = operatorOf({ op }).read(plainNode({ op, opset: 19, inputs: operands, ...(attributes && { attributes }) }));
    shapes.set(output, reading.shape);
    const kept = reading.inputs === undefined ? inputs : inputs.filter((_, position) => reading.inputs?.includes(position));
    return makeNode(op, { name: output, inputs: kept, output, attributes: reading.attributes });
  });
  const last = steps.at(-1)?.output ?? input.name;
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return {
    name,
    opset: 19,
    input,
    output: { name: last, shape: shapes.get(last) ?? input.shape },
    nodes,
    shapes,
    constants: new Map([...constants].filter(([key]) => read.has(key))),
  };
}

function missing(name: string): never {
  throw new Error(`the network has no value "${name}"`);
}
