import { operators } from '../../../ops/index.js';
import { sizeOf } from '../../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../../graph.js';
import { mostAt } from './bounds.js';
import { coversAll, distributionAt, dividedAgain } from './distributions.js';
import { dividedBySum } from './sums.js';
import { logSoftmaxOf, type Producers, producersOf, scaledValue, spelledSigmoid } from './values.js';

/**
 * What the numbers of a network's output are:
 *
 * - `logits`: scores whose softmax are the probabilities; also anything that nothing is known of;
 * - `softmax`, `log-softmax`: the softmax of logits, or its logarithm, as one node or spelled out. The logits are in the graph;
 * - `sigmoid`: a sigmoid for each class. Classes do not exclude each other (multi-label), unless there are two that are opposites;
 * - `probabilities`: numbers from 0 on with a fixed sum, such as the mean of two softmaxes. No logits of theirs are in the graph;
 * - `independent`: a probability for each class, as with `sigmoid`, such as the mean of two sigmoids. No logits of theirs are in the graph.
 */
export type HeadKind = 'logits' | 'softmax' | 'log-softmax' | 'sigmoid' | 'probabilities' | 'independent';

/** How a network ends. */
export interface Head {
  readonly kind: HeadKind;
  /** What the output is for a probability of 1: 100 for percentages. */
  readonly scale: number;
  /**
   * Whether each class has a probability of its own, the sigmoid of its logit: where classes do not exclude each other, and where one is the
   * opposite of the other.
   */
  readonly bySigmoid: boolean;
  /** What takes the head off: nodes, each with the value that its output then copies. Empty where no logits of it are in the graph. */
  readonly copies: ReadonlyMap<GraphNode, string>;
}

/** Finds out from its last nodes how a graph ends. */
export function headOf(graph: Graph): Head {
  const found = headIn(graph);
  const { kind } = found;
  const bySigmoid = graph.bySigmoid === true || graph.binary !== undefined;
  return { ...found, bySigmoid: bySigmoid || kind === 'sigmoid' || kind === 'independent' };
}

/**
 * Whether one number is added to all scores at the end. A softmax does not see it, so who learned it compared each score with 0, as SigLIP
 * does.
 */
export function addsToAll(graph: Graph): boolean {
  const producers = producersOf(graph);
  const { node } = walkBack(graph, producers, graph.output.name);
  return node?.op === 'Add' && node.inputs.some((name) => graph.constants.get(name)?.data.length === 1);
}

function headIn(graph: Graph): Omit<Head, 'bySigmoid'> {
  const producers = producersOf(graph);
  const { node, scale, factors } = walkBack(graph, producers, graph.output.name);
  const found = node && kindOf(graph, producers, node);
  if (found !== undefined && (found.kind !== 'log-softmax' || scale === 1)) {
    return { kind: found.kind, scale, copies: new Map([...factors, ...found.copies]) };
  }
  const distribution = distributionAt(graph, producers, graph.output.name);
  const none = { scale: 1, copies: new Map<GraphNode, string>() };
  if (distribution && coversAll(distribution, graph.output.shape)) return { ...none, kind: 'probabilities', scale: distribution.total };
  const most = mostAt(graph, producers, graph.output.name);
  return most === undefined ? { ...none, kind: 'logits' } : { ...none, kind: 'independent', scale: most };
}

/** The Softmax or LogSoftmax over all classes with which a graph ends, if it does. */
export function finalSoftmax(graph: Graph): GraphNode<'Softmax' | 'LogSoftmax'> | undefined {
  for (const node of headOf(graph).copies.keys()) if (node.op === 'Softmax' || node.op === 'LogSoftmax') return node;
  return undefined;
}

interface Walk {
  /** The node at which the walk ended. */
  readonly node: GraphNode | undefined;
  /** By what its output is multiplied on the way to the end. */
  readonly scale: number;
  /** The multiplications on the way, with what they multiply. */
  readonly factors: ReadonlyMap<GraphNode, string>;
  /** All nodes on the way. */
  readonly passed: readonly GraphNode[];
}

/**
 * Goes back over nodes that keep all elements in order, or multiply all by one positive number. Transpositions count as well: exports up to
 * opset 12 turn the axis of the classes to the end and back.
 */
export function walkBack(graph: Graph, producers: Producers, from: string): Walk {
  let scale = 1;
  const factors = new Map<GraphNode, string>();
  const passed: GraphNode[] = [];
  let node = producers.get(from);
  while (node !== undefined) {
    const scaled = scaledValue(graph, node) ?? dividedAgain(graph, producers, node);
    if (scaled !== undefined) {
      scale *= scaled.factor;
      factors.set(node, scaled.of);
    } else if (!operators[node.op].view && node.op !== 'Transpose') break;
    passed.push(node);
    node = producers.get(scaled?.of ?? inputAt(node, 0));
  }
  return { node, scale, factors, passed };
}

/** What a node makes of logits, and how it is taken off. */
function kindOf(graph: Graph, producers: Producers, node: GraphNode): Pick<Head, 'kind' | 'copies'> | undefined {
  const whole = sizeOf(shapeOf(graph, node.output));
  if (node.op === 'Softmax' && node.attributes.length === whole) return { kind: 'softmax', copies: new Map([[node, inputAt(node, 0)]]) };
  const logits = logSoftmaxOf(graph, producers, node);
  if (logits !== undefined) return { kind: 'log-softmax', copies: new Map([[node, logits]]) };
  if (node.op === 'Exp') {
    const { node: log, scale } = walkBack(graph, producers, inputAt(node, 0));
    const taken = log && scale === 1 ? logSoftmaxOf(graph, producers, log) : undefined;
    if (taken !== undefined) return { kind: 'softmax', copies: new Map([[node, taken]]) };
  }
  const divided = dividedBySum(graph, producers, node);
  const powers = divided === undefined ? undefined : producers.get(divided);
  if (powers?.op === 'Exp') return { kind: 'softmax', copies: new Map([[node, unshifted(graph, producers, inputAt(powers, 0))]]) };
  const sigmoids = sigmoidsOf(graph, producers, node);
  return sigmoids && { kind: 'sigmoid', copies: sigmoids };
}

/** The logits themselves, where the largest of them was subtracted. Exports do so before the exponential; it changes no probability. */
function unshifted(graph: Graph, producers: Producers, name: string): string {
  const sub = producers.get(name);
  if (sub?.op !== 'Sub') return name;
  const logits = inputAt(sub, 0);
  const { node: largest, scale } = walkBack(graph, producers, inputAt(sub, 1));
  return largest?.op === 'ReduceMax' && scale === 1 && inputAt(largest, 0) === logits ? logits : name;
}

function sigmoidOf(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  return node.op === 'Sigmoid' ? inputAt(node, 0) : spelledSigmoid(graph, producers, node);
}

/** The sigmoids of all classes: one node, or one for each part of a Concat. */
function sigmoidsOf(graph: Graph, producers: Producers, node: GraphNode): Map<GraphNode, string> | undefined {
  const own = sigmoidOf(graph, producers, node);
  if (own !== undefined) return new Map([[node, own]]);
  if (node.op !== 'Concat') return undefined;
  const copies = new Map<GraphNode, string>();
  const way = new Set<GraphNode>([node]);
  for (const name of node.inputs) {
    const { node: part, scale, passed } = walkBack(graph, producers, name);
    const logits = part && sigmoidOf(graph, producers, part);
    if (part === undefined || logits === undefined || scale !== 1) return undefined;
    copies.set(part, logits);
    for (const each of [part, ...passed]) way.add(each);
  }
  // A sigmoid that another class is computed from must stay.
  const made = new Set([...way].filter((each) => each !== node).map(({ output }) => output));
  return graph.nodes.every((reader) => way.has(reader) || !reader.inputs.some((name) => made.has(name))) ? copies : undefined;
}
