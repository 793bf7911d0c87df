import { type OpType, operators } from '../../../ops/index.js';
import { type Graph, type GraphNode, inputAt } from '../../graph.js';
import { exponentOf, numberOf, type Producers, scaledValue, searchBack } from './values.js';

const NOT_NEGATIVE: ReadonlySet<OpType> = new Set<OpType>([
  'Abs',
  'Equal',
  'Exp',
  'Greater',
  'GreaterOrEqual',
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
  'Reciprocal',
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
  if (node.op === 'Sigmoid' || node.op === 'HardSigmoid' || exponentOf(graph, producers, node) !== undefined) return 1;
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
