import { type OpType, operators } from '../../ops/index.js';
import { type Shape, sizeOf } from '../../tensor/tensor.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../graph.js';

/** The node that makes each value. */
export type Producers = ReadonlyMap<string, GraphNode>;

export function producersOf({ nodes }: Pick<Graph, 'nodes'>): Producers {
  return new Map(nodes.map((node) => [node.output, node]));
}

/** Elements that are 0 or above, as [outer][length][inner]: over `length`, they sum to `total`. */
export interface Distribution {
  readonly length: number;
  readonly inner: number;
  readonly total: number;
}

/** How far back a search goes. Exports spell a mean of softmaxes out in fewer nodes, and a file may chain any number. */
const DEPTH = 24;

/**
 * A search back from a value, with an answer for each value that it meets. Each is looked at once: in a file made for it, a few Adds of a
 * value to itself reach a value in millions of ways.
 *
 * @param unknown the answer beyond DEPTH.
 */
function searchBack<T>(unknown: T, visit: (name: string, again: (name: string) => T) => T): (name: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  let depth = DEPTH;
  const search = (name: string): T => {
    const found = known.get(name);
    if (found !== undefined) return found.answer;
    if (depth === 0) return unknown;
    depth--;
    const answer = visit(name, search);
    depth++;
    known.set(name, { answer });
    return answer;
  };
  return search;
}

/** A bound below this cuts nothing off a probability, and a sum this small is only there against a division by 0. */
const NEGLIGIBLE = 1e-3;

/**
 * Whether the elements of a value are known to be probabilities, whatever the image: a softmax, numbers divided by their sum, and weighted
 * sums and means of such values.
 */
export function distributionAt(graph: Graph, producers: Producers, name: string): Distribution | undefined {
  return searchBack<Distribution | undefined>(undefined, (value, again) => {
    const node = producers.get(value);
    return node && distributionOf(graph, producers, node, again);
  })(name);
}

function distributionOf(
  graph: Graph,
  producers: Producers,
  node: GraphNode,
  again: (name: string) => Distribution | undefined,
): Distribution | undefined {
  const of = (position: number) => again(inputAt(node, position));
  if (node.op === 'Softmax') return { ...node.attributes, total: 1 };
  if (operators[node.op].view) return of(0);
  switch (node.op) {
    case 'Exp': {
      const log = producers.get(inputAt(node, 0));
      return log?.op === 'LogSoftmax' ? { ...log.attributes, total: 1 } : undefined;
    }
    case 'Transpose': {
      const found = of(0);
      return found && coversAll(found, shapeOf(graph, node.output)) ? found : undefined;
    }
    case 'Clip': {
      const { min, max } = node.attributes;
      const found = of(0);
      return found && min <= NEGLIGIBLE * found.total && max >= (1 - NEGLIGIBLE) * found.total ? found : undefined;
    }
    case 'Mul':
    case 'Div': {
      const whole = whollyDivided(graph, producers, node);
      if (whole !== undefined) return whole;
      const scaled = scaledValue(graph, node);
      const found = scaled && again(scaled.of);
      return found && { ...found, total: found.total * scaled.factor };
    }
    case 'Add':
    case 'Sum':
    case 'Mean': {
      const parts = node.inputs.map((_, position) => of(position));
      const sum = sameSize(graph, node) ? joined(parts) : undefined;
      return sum && { ...sum, total: node.op === 'Mean' ? sum.total / parts.length : sum.total };
    }
    case 'Concat': {
      const parts = node.inputs.map((_, position) => of(position));
      return (
        withComplement(graph, producers, node) ?? stacked(parts, shapeOf(graph, node.output), node.attributes.axis, node.inputs.length)
      );
    }
    case 'GlobalAveragePool':
    case 'ReduceMean':
    case 'ReduceSum': {
      const found = of(0);
      return found && reduced(found, shapeOf(graph, inputAt(node, 0)), node.attributes.axes, node.op === 'ReduceSum');
    }
    default:
      return undefined;
  }
}

/** Whether all elements of a shape are one distribution. */
export function coversAll({ length }: Pick<Distribution, 'length'>, shape: Shape): boolean {
  return length > 1 && length === sizeOf(shape);
}

/** The numbers, 0 or above, that a Div divides by their own sum. */
export function dividedBySum(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  if (node.op !== 'Div') return undefined;
  const dividend = inputAt(node, 0);
  const sum = withoutGuard(graph, producers, inputAt(node, 1));
  if (sum === undefined || (sum.op !== 'ReduceSum' && sum.op !== 'ReduceL1') || inputAt(sum, 0) !== dividend) return undefined;
  if (sizeOf(shapeOf(graph, sum.output)) !== 1) return undefined;
  return isNotNegative(graph, producers, dividend) ? dividend : undefined;
}

/** Probabilities that a Div divides by their sum, which they have already, as sklearn's converter does after a softmax. */
export function dividedAgain(
  graph: Graph,
  producers: Producers,
  node: GraphNode,
): { readonly of: string; readonly factor: number } | undefined {
  const of = dividedBySum(graph, producers, node);
  const found = of === undefined ? undefined : distributionAt(graph, producers, of);
  return of !== undefined && found && coversAll(found, shapeOf(graph, of)) ? { of, factor: 1 / found.total } : undefined;
}

function whollyDivided(graph: Graph, producers: Producers, node: GraphNode): Distribution | undefined {
  const dividend = dividedBySum(graph, producers, node);
  return dividend === undefined ? undefined : { length: sizeOf(shapeOf(graph, dividend)), inner: 1, total: 1 };
}

/** The node that makes a divisor, without what keeps it from being 0 and what stretches it. */
function withoutGuard(graph: Graph, producers: Producers, name: string): GraphNode | undefined {
  for (let node = producers.get(name), depth = DEPTH; node !== undefined && depth > 0; depth--) {
    if (node.op === 'Add') {
      const guard = node.inputs.findIndex((input) => (numberOf(graph, input) ?? Infinity) <= NEGLIGIBLE);
      if (guard < 0) return node;
      node = producers.get(inputAt(node, 1 - guard));
    } else if (operators[node.op].view || node.op === 'Expand' || (node.op === 'Clip' && node.attributes.min <= NEGLIGIBLE)) {
      node = producers.get(inputAt(node, 0));
    } else return node;
  }
  return undefined;
}

/** A value that a Mul or Div with a positive constant of one element scales. */
export function scaledValue(graph: Graph, node: GraphNode): { readonly of: string; readonly factor: number } | undefined {
  if (node.op !== 'Mul' && node.op !== 'Div') return undefined;
  const position = node.op === 'Div' ? 1 : node.inputs.findIndex((name) => numberOf(graph, name) !== undefined);
  const number = numberOf(graph, node.inputs[position] ?? '');
  const of = node.inputs[1 - position];
  if (number === undefined || !(number > 0) || of === undefined || !graph.shapes.has(of)) return undefined;
  return { of, factor: node.op === 'Div' ? 1 / number : number };
}

/** The number that a constant of one element holds. */
function numberOf(graph: Graph, name: string): number | undefined {
  const data = graph.constants.get(name)?.data;
  return data?.length === 1 ? data[0] : undefined;
}

const NOT_NEGATIVE: ReadonlySet<OpType> = new Set<OpType>([
  'Abs',
  'Exp',
  'HardSigmoid',
  'ReduceL1',
  'ReduceL2',
  'ReduceSumSquare',
  'Relu',
  'Sigmoid',
  'Softmax',
  'Softplus',
  'Sqrt',
]);
/** Operators whose outputs are not negative where none of their inputs is. */
const KEEPS_SIGN: ReadonlySet<OpType> = new Set<OpType>([
  'Add',
  'Mul',
  'Div',
  'Sum',
  'Mean',
  'Concat',
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'Transpose',
]);

/** Whether all elements of a value are known to be 0 or above. */
export function isNotNegative(graph: Graph, producers: Producers, name: string): boolean {
  return searchBack(false, (value, again) => {
    const constant = graph.constants.get(value);
    if (constant !== undefined) return constant.data.every((each) => each >= 0);
    const node = producers.get(value);
    if (node === undefined) return false;
    if (NOT_NEGATIVE.has(node.op)) return true;
    if (node.op === 'Clip') return node.attributes.min >= 0;
    if (node.op === 'Pow') return node.attributes.exponent !== undefined && node.attributes.exponent % 2 === 0;
    if (node.op === 'Mul' && node.inputs.length === 2 && node.inputs[0] === node.inputs[1]) return true;
    return (operators[node.op].view === true || KEEPS_SIGN.has(node.op)) && node.inputs.every(again);
  })(name);
}

function sameSize(graph: Graph, node: GraphNode): boolean {
  const size = sizeOf(shapeOf(graph, node.output));
  return node.inputs.every((name) => sizeOf(shapeOf(graph, name)) === size);
}

/** The sum of distributions over the same elements. */
function joined(parts: readonly (Distribution | undefined)[]): Distribution | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  let total = 0;
  for (const part of parts) {
    if (part === undefined || part.length !== first.length || part.inner !== first.inner) return undefined;
    total += part.total;
  }
  return { ...first, total };
}

/** Distributions of the same kind, one beside the other along another axis than theirs. */
function stacked(parts: readonly (Distribution | undefined)[], shape: Shape, axis: number, count: number): Distribution | undefined {
  const sum = joined(parts);
  if (sum === undefined || sum.total !== count * (parts[0]?.total ?? 0)) return undefined;
  const total = sum.total / count;
  const inside = sizeOf(shape.slice(axis + 1));
  const along = shape[axis] ?? 1;
  if (inside >= sum.length * sum.inner) return { ...sum, total };
  // Before they were stacked, `along / count` elements lay along the axis.
  return inside * (along / count) <= sum.inner ? { ...sum, inner: sum.inner * count, total } : undefined;
}

function withComplement(graph: Graph, producers: Producers, node: GraphNode): Distribution | undefined {
  return besideComplement(graph, producers, node) && { length: 2, inner: 1, total: 1 };
}

/** The sigmoid p of a Concat of p and 1 - p, in any order, and the position of p. */
export function besideComplement(
  graph: Graph,
  producers: Producers,
  { op, inputs, output }: GraphNode,
): { readonly sigmoid: GraphNode<'Sigmoid'>; readonly position: number } | undefined {
  if (op !== 'Concat' || inputs.length !== 2 || sizeOf(shapeOf(graph, output)) !== 2) return undefined;
  for (const [position, name] of inputs.entries()) {
    const [sigmoid, sub] = [producers.get(name), producers.get(inputs[1 - position] ?? '')];
    const isComplement = sub?.op === 'Sub' && numberOf(graph, inputAt(sub, 0)) === 1 && inputAt(sub, 1) === name;
    if (sigmoid?.op === 'Sigmoid' && isComplement) return { sigmoid, position };
  }
  return undefined;
}

/**
 * The most that the elements of a value can be, where they are known to be probabilities, one by one: from 0 on, and at most 1 (or a sum or
 * multiple of such numbers).
 */
export function mostAt(graph: Graph, producers: Producers, name: string): number | undefined {
  return searchBack<number | undefined>(undefined, (value, again) => {
    const node = producers.get(value);
    return node && mostOf(graph, producers, node, again);
  })(name);
}

function mostOf(graph: Graph, producers: Producers, node: GraphNode, of: (name: string) => number | undefined): number | undefined {
  if (node.op === 'Sigmoid' || node.op === 'HardSigmoid' || spelledSigmoid(graph, producers, node)) return 1;
  if (operators[node.op].view || KEEPS_BOUND.has(node.op)) return of(inputAt(node, 0));
  switch (node.op) {
    case 'Mul':
    case 'Div': {
      const scaled = scaledValue(graph, node);
      const most = scaled && of(scaled.of);
      return most === undefined ? undefined : most * (scaled?.factor ?? 1);
    }
    case 'Clip': {
      const { min, max } = node.attributes;
      const most = of(inputAt(node, 0));
      return most !== undefined && min <= most && max >= 0 ? Math.min(most, max) : undefined;
    }
    case 'Sub': {
      // 1 - p is a probability, too.
      const whole = numberOf(graph, inputAt(node, 0));
      return whole !== undefined && of(inputAt(node, 1)) === whole ? whole : undefined;
    }
    case 'Add':
    case 'Sum':
    case 'Mean':
    case 'Concat': {
      const parts = node.inputs.map(of);
      if (parts.some((part) => part === undefined)) return undefined;
      const known = parts.flatMap((part) => (part === undefined ? [] : [part]));
      const sum = known.reduce((total, part) => total + part, 0);
      return node.op === 'Concat' ? Math.max(...known) : node.op === 'Mean' ? sum / known.length : sum;
    }
    default:
      return undefined;
  }
}

/** Operators whose outputs lie between elements of their first input. */
const KEEPS_BOUND: ReadonlySet<OpType> = new Set<OpType>(['Transpose', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'Slice', 'Gather', 'Split']);

/** The x of 1 / (1 + exp(-x)), written as a Div or a Reciprocal. */
export function spelledSigmoid(graph: Graph, producers: Producers, node: GraphNode): string | undefined {
  const divisor =
    node.op === 'Reciprocal' ? inputAt(node, 0) : node.op === 'Div' && numberOf(graph, inputAt(node, 0)) === 1 ? inputAt(node, 1) : '';
  const sum = producers.get(divisor);
  if (sum?.op !== 'Add') return undefined;
  const one = sum.inputs.findIndex((name) => numberOf(graph, name) === 1);
  const exp = one < 0 ? undefined : producers.get(inputAt(sum, 1 - one));
  const negative = exp?.op === 'Exp' ? producers.get(inputAt(exp, 0)) : undefined;
  return negative?.op === 'Neg' ? inputAt(negative, 0) : undefined;
}

/** A distribution after a sum or mean over axes that are not its own. */
function reduced(found: Distribution, shape: Shape, axes: readonly number[], sums: boolean): Distribution | undefined {
  let { inner, total } = found;
  for (const axis of axes) {
    const size = shape[axis] ?? 1;
    const inside = sizeOf(shape.slice(axis + 1));
    if (inside * size <= found.inner) inner /= size;
    else if (size > 1 && inside < found.length * found.inner) return undefined;
    if (sums) total *= size;
  }
  return { ...found, inner, total };
}
