import type { Operation } from '../graph/builder.js';
import { type Graph, type GraphNode, makeNode } from '../graph/graph.js';
import { itemAt } from '../tensor/items.js';
import { Xoshiro128 } from '../tensor/random.js';
import { type Shape, sizeOf, type Tensor } from '../tensor/tensor.js';
import { DEFAULT_RANGE, type OperatorCase } from './cases/operator_case.js';

/** Nodes around the operator of a case, which put it into other parts of a plan. */
export interface Surroundings {
  /** `LeakyRelu` keeps the operator out of the linear prefix. `gates` makes it read the output of a Dense that has a Relu in its kernel. */
  readonly before?: 'LeakyRelu' | 'gates';
  /** Adds a Relu, which the operator's kernel may include, and a LeakyRelu, which reads the Relu's gates. */
  readonly after?: 'Relu';
}

/**
 * An operator case as a graph. The image holds all variable inputs in one row, and Pads with negative widths cut them out. Constants are
 * random. `images` are random inputs, [count][elements].
 */
export function graphOfCase(
  operatorCase: OperatorCase,
  count: number,
  seed = 7,
  { before, after }: Surroundings = {},
): { graph: Graph; images: Float32Array } {
  const { op, attributes, inputShapes, constants: constantPositions = [], outputShape, range = DEFAULT_RANGE } = operatorCase;
  const random = Xoshiro128.fromSeed(seed);
  const [low, high] = range;
  const draw = (size: number) => Float32Array.from({ length: size }, () => low + (high - low) * random.uniform());
  const nodes: GraphNode[] = [];
  const shapes = new Map<string, Shape>();
  const constants = new Map<string, Tensor>();
  const variable = inputShapes.filter((_, position) => !constantPositions.includes(position));
  const total = variable.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const add = (node: GraphNode, shape: Shape): string => {
    nodes.push(node);
    shapes.set(node.output, shape);
    return node.output;
  };
  shapes.set('image', [1, total]);
  let source = 'image';
  const apply = (operation: Operation, name: string, shape: Shape) => add({ ...operation, name, output: name }, shape);
  const leakyRelu = (x: string): Operation => ({ op: 'LeakyRelu', inputs: [x], attributes: { alpha: 0.5 } });
  if (before !== undefined) source = apply(leakyRelu(source), 'before', [1, total]);
  if (before === 'gates') {
    const identity = Float32Array.from({ length: total * total }, (_, i) => (i % (total + 1) === 0 ? 1 : 0));
    constants.set('identity', { shape: [total, total], type: 'float', data: identity });
    source = apply({ op: 'Dense', inputs: [source, 'identity'], attributes: {} }, 'product', [1, total]);
    source = apply({ op: 'Relu', inputs: [source], attributes: {} }, 'gated', [1, total]);
  }
  let start = 0;
  const inputs = inputShapes.map((shape, position) => {
    if (constantPositions.includes(position)) {
      constants.set(`constant ${position}`, { shape, type: 'float', data: draw(sizeOf(shape)) });
      return `constant ${position}`;
    }
    const size = sizeOf(shape);
    const cut = size === total ? source : add(cropOf(source, position, start), [1, size]);
    start += size;
    return add({ op: 'Reshape', name: `shape ${position}`, inputs: [cut], output: `input ${position}`, attributes: {} }, shape);
  });
  let output = add(makeNode(op, { name: 'case', inputs, output: 'case', attributes }), outputShape);
  if (after !== undefined) {
    output = apply({ op: 'Relu', inputs: [output], attributes: {} }, 'after', outputShape);
    output = apply(leakyRelu(output), 'output', outputShape);
  }
  const graph: Graph = {
    name: operatorCase.name,
    opset: 21,
    input: { name: 'image', shape: [1, total] },
    output: { name: output, shape: outputShape },
    nodes,
    shapes,
    constants,
  };
  return { graph, images: draw(count * total) };
}

function cropOf(source: string, position: number, start: number): GraphNode {
  return {
    op: 'Pad',
    name: `cut ${position}`,
    inputs: [source],
    output: `cut ${position}`,
    attributes: { begin: [0, -start], value: 0 },
  };
}

/** ||a - b|| / ||b||, or ||a|| where b is 0. Infinite where a has fewer numbers. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length < b.length) return Infinity;
  let distance = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    distance += (itemAt(a, i) - itemAt(b, i)) ** 2;
    norm += itemAt(b, i) ** 2;
  }
  return Math.sqrt(norm === 0 ? distance : distance / norm);
}
