import { type OpType, operators } from '../../../ops/index.js';
import type { Graph } from '../../graph.js';

/** Whose values are never below 0. */
const ALWAYS: readonly OpType[] = ['Abs', 'Relu', 'Sigmoid', 'HardSigmoid', 'Softmax', 'Softplus', 'Exp'];
/** Whose values are not below 0 where no operand is. */
const KEEPING: readonly OpType[] = [
  'Add',
  'AveragePool',
  'Concat',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'MaxPool',
  'ReduceMean',
  'ReduceSum',
  'Transpose',
];

/** The values of a graph that are certainly never below 0, whatever the image: terms of rules for what is below 0 are not computed there. */
export function nonNegativeValues(graph: Graph): Set<string> {
  const found = new Set<string>();
  for (const node of graph.nodes) {
    const bounded = node.op === 'Clip' && node.attributes.min >= 0;
    const keeps = (operators[node.op].view || KEEPING.includes(node.op)) && node.inputs.every((name) => found.has(name));
    if (bounded || keeps || ALWAYS.includes(node.op)) found.add(node.output);
  }
  return found;
}
