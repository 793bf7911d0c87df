import { PathlightError } from '../../errors.js';
import { type OpType, operatorOf, operators } from '../../ops/index.js';
import { itemAt } from '../../tensor/items.js';
import { sizeOf } from '../../tensor/tensor.js';
import { besideComplement } from '../analysis/head/distributions.js';
import { type Head, headOf, walkBack } from '../analysis/head/head.js';
import { type Producers, producersOf, scaledValue } from '../analysis/head/values.js';
import type { GraphBuilder } from '../builder.js';
import { type Graph, inputAt, shapeOf } from '../graph.js';
import { copyOf, LEAST, logitsOf, withOutput } from './head.js';

/**
 * Gives a network of one class X two classes. Binary classifiers end in one number: a logit z, its sigmoid p, or the column p of a softmax.
 * Class 0 of the result is "not X", and class 1 is X. Their logits are -z and z, and their probabilities 1 - p and p, which are the sigmoids
 * of these logits. `raw`, the model's own output, is p of class 1 and 1 - p of class 0, or z and -z where the network ends in z.
 *
 * A network that gives 1 - p beside p, where p is a sigmoid, gets the same logits. Every other network stays as it is.
 *
 * @throws PathlightError for a softmax of one number, which is always 1.
 */
export function twoClasses(graph: Graph): Graph {
  const producers = producersOf(graph);
  const { node } = walkBack(graph, producers, graph.output.name);
  const pair = node && besideComplement(graph, producers, node);
  if (pair) {
    const builder = copyOf(graph);
    const signs = pair.position === 1 ? [-1, 1] : [1, -1];
    return built(graph, builder, sigmoidOf(builder, product(builder, inputAt(pair.sigmoid, 0), signs), 1));
  }
  if (sizeOf(graph.output.shape) !== 1) return graph;
  const column = columnOf(graph, producers);
  if (column) return ofColumn(graph, column);
  const head = headOf(graph);
  switch (head.kind) {
    case 'softmax':
    case 'log-softmax':
      throw new PathlightError('model.always-one', { output: graph.output.name });
    case 'sigmoid': {
      const logits = logitsOf(graph, head);
      const builder = copyOf(logits);
      return built(graph, builder, sigmoidOf(builder, product(builder, logits.output.name, [-1, 1]), head.scale));
    }
    case 'logits': {
      const builder = copyOf(graph);
      return built(graph, builder, product(builder, graph.output.name, [-1, 1]));
    }
    default: {
      // Analyses of the head find probabilities again in s - p and p, where s is what stands for 1.
      const builder = copyOf(graph);
      const { name } = graph.output;
      const p = builder.add(name, [1, 1], { op: 'Reshape', inputs: [name], attributes: {} });
      const whole = builder.addConstant(name, [1, 1], Float64Array.of(head.scale));
      const rest = builder.add(name, [1, 1], { op: 'Sub', inputs: [whole, p], attributes: {} });
      return built(graph, builder, builder.add(name, [1, 2], { op: 'Concat', inputs: [rest, p], attributes: { axis: 1 } }));
    }
  }
}

/** One element of the probabilities of several classes. */
interface Column {
  /** The network that ends in all of them. */
  readonly all: Graph;
  readonly index: number;
  readonly head: Head;
}

/** The element of a softmax or of sigmoids that a network gives, if nodes that choose elements lead from one to the other. */
function columnOf(graph: Graph, producers: Producers): Column | undefined {
  let index = 0;
  let node = producers.get(graph.output.name);
  while (node !== undefined) {
    const scaled = scaledValue(graph, node);
    if (scaled === undefined && !operators[node.op].view && !CHOOSES.has(node.op)) return undefined;
    const name = scaled?.of ?? inputAt(node, 0);
    const shape = shapeOf(graph, name);
    if (CHOOSES.has(node.op)) {
      // The positions of elements, moved as the elements are.
      const positions = { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, position) => position) };
      const moved = operatorOf(node).forward({ attributes: node.attributes, inputs: [positions], shape: shapeOf(graph, node.output) });
      index = itemAt(moved, index);
    }
    const all: Graph = { ...graph, output: { name, shape } };
    const head = headOf(all);
    if (sizeOf(shape) > 1 && head.kind !== 'logits' && head.kind !== 'independent') return { all, index, head };
    node = producers.get(name);
  }
  return undefined;
}

const CHOOSES: ReadonlySet<OpType> = new Set<OpType>(['Gather', 'Slice', 'Split', 'Transpose']);

/**
 * The logit of a sigmoid is its own. Of a softmax of two classes it is the difference of their logits. In all other cases it is
 * log(p / (1 - p)), where 1 - p is the sum of the other probabilities.
 */
function ofColumn(graph: Graph, { all, index, head }: Column): Graph {
  const classes = sizeOf(all.output.shape);
  const isSoftmax = head.kind === 'softmax' || head.kind === 'log-softmax';
  if (head.kind === 'sigmoid' || (isSoftmax && classes === 2)) {
    const others = isSoftmax ? [1, -1] : [0, 0];
    const logits = logitsOf(all, head);
    const builder = copyOf(logits);
    const differences = Array.from({ length: classes }, (_, each) => (each === index ? [-1, 1] : others)).flat();
    return built(graph, builder, sigmoidOf(builder, product(builder, logits.output.name, differences), 1));
  }
  const probabilities = withOutput(all, 'probability');
  const builder = copyOf(probabilities);
  const sums = Array.from({ length: classes }, (_, each) => (each === index ? [0, 1] : [1, 0])).flat();
  const both = product(builder, probabilities.output.name, sums);
  const kept = builder.add(both, [1, 2], { op: 'Clip', inputs: [both], attributes: { min: LEAST, max: Number.POSITIVE_INFINITY } });
  const logarithms = builder.add(both, [1, 2], { op: 'Log', inputs: [kept], attributes: {} });
  return built(graph, builder, sigmoidOf(builder, product(builder, logarithms, [1, -1, -1, 1]), 1));
}

/** The elements of a value as a row, times a matrix of two columns. */
function product(builder: GraphBuilder, name: string, matrix: readonly number[]): string {
  const rows = matrix.length / 2;
  const row = builder.add(name, [1, rows], { op: 'Reshape', inputs: [name], attributes: {} });
  const weights = builder.addConstant(name, [rows, 2], Float64Array.from(matrix));
  return builder.add(name, [1, 2], { op: 'MatMul', inputs: [row, weights], attributes: {} });
}

function sigmoidOf(builder: GraphBuilder, logits: string, scale: number): string {
  const p = builder.add(logits, [1, 2], { op: 'Sigmoid', inputs: [logits], attributes: {} });
  if (scale === 1) return p;
  return builder.add(p, [1, 2], { op: 'Mul', inputs: [p, builder.addConstant(p, [1], Float64Array.of(scale))], attributes: {} });
}

function built({ output }: Graph, builder: GraphBuilder, name: string): Graph {
  return { ...builder.build(name), binary: output };
}
