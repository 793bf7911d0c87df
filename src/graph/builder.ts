import type { OpType } from '../ops/index.js';
import { type Shape, sizeOf, type Tensor } from '../tensor/tensor.js';
import { constantOf, type Graph, type GraphNode, shapeOf } from './graph.js';

/** A node without a name: what it computes from which inputs. */
export type Operation = { readonly [Op in OpType]: Pick<GraphNode<Op>, 'op' | 'inputs' | 'attributes'> }[OpType];

/** A graph under construction by a pass. Nodes are appended in order. In the end those that nothing reads are dropped. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #shapes: Map<string, Shape>;
  readonly #constants: Map<string, Tensor>;
  readonly #names: Set<string>;

  constructor(private readonly source: Graph) {
    this.#shapes = new Map(source.shapes);
    this.#constants = new Map(source.constants);
    this.#names = new Set([...source.shapes.keys(), ...source.constants.keys()]);
  }

  /** The constant of this name, if it is one. */
  constant(name: string): Tensor | undefined {
    return this.#constants.get(name);
  }

  /** The constant of this name. Throws where there is none: a defect. */
  constantOf(name: string): Tensor {
    return constantOf({ constants: this.#constants }, name);
  }

  /** The shape of a value or constant. */
  shape(name: string): Shape {
    return shapeOf({ shapes: this.#shapes, constants: this.#constants }, name);
  }

  append(node: GraphNode): void {
    this.#nodes.push(node);
  }

  /** Appends an operation that computes a node's output in the node's place. */
  replace({ name, output }: GraphNode, operation: Operation): void {
    this.append({ ...operation, name, output });
  }

  /** Appends a node with a new name for its output, and returns that name. */
  add(origin: string, shape: Shape, operation: Operation): string {
    const output = this.#unused(`${origin}.${operation.op.toLowerCase()}`);
    this.#shapes.set(output, shape);
    this.append({ ...operation, name: output, output });
    return output;
  }

  /** Adds a float constant and returns its name. */
  addConstant(origin: string, shape: Shape, data: Float32Array | Float64Array): string {
    const name = this.#unused(`${origin}.constant`);
    this.#constants.set(name, { shape, type: 'float', data });
    return name;
  }

  /** The graph with the nodes that lead to `output`, the source's or another value. */
  build(output = this.source.output.name): Graph {
    const needed = new Set([output]);
    const nodes = this.#nodes
      .reverse()
      .filter((node) => {
        if (!needed.has(node.output)) return false;
        for (const input of node.inputs) needed.add(input);
        return true;
      })
      .reverse();
    needed.add(this.source.input.name);
    const pick = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].filter(([name]) => needed.has(name)));
    return {
      ...this.source,
      nodes,
      output: { name: output, shape: this.shape(output) },
      shapes: pick(this.#shapes),
      constants: pick(this.#constants),
    };
  }

  #unused(wish: string): string {
    let name = wish;
    for (let count = 2; this.#names.has(name); count++) name = `${wish}.${count}`;
    this.#names.add(name);
    return name;
  }
}

/** A float64 array with the same number for every element of a shape. */
export function filled(shape: Shape, value: number): Float64Array {
  return new Float64Array(sizeOf(shape)).fill(value);
}
