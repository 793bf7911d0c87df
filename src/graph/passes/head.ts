import { operators } from '../../ops/index.js';
import { sizeOf } from '../../tensor/tensor.js';
import { GraphBuilder } from '../builder.js';
import { type Graph, type GraphNode, inputAt, shapeOf } from '../graph.js';

/**
 * Which output is explained: the model's own (`raw`); its logits, without a final Softmax or LogSoftmax (`logit`); or the softmax of
 * the logits (`probability`).
 *
 * @example for (const output of OUTPUTS) await integratedGradients(session, image, { output });
 */
export const OUTPUTS = ['logit', 'raw', 'probability'] as const;
/**
 * One of OUTPUTS.
 *
 * @example const output: OutputMode = 'probability';
 */
export type OutputMode = (typeof OUTPUTS)[number];

type FinalSoftmax = GraphNode<'Softmax' | 'LogSoftmax'>;

/**
 * The final Softmax or LogSoftmax of a graph, if the graph ends with one over all its classes. Views and transpositions may follow it:
 * exports up to opset 12 turn the axis of the classes to the end and back.
 */
export function finalSoftmax(graph: Graph): FinalSoftmax | undefined {
  let name = graph.output.name;
  for (const node of [...graph.nodes].reverse()) {
    if (node.output !== name) continue;
    if (operators[node.op].view || node.op === 'Transpose') name = inputAt(node, 0);
    else return (node.op === 'Softmax' || node.op === 'LogSoftmax') && coversAllClasses(node, graph) ? node : undefined;
  }
  return undefined;
}

/** The graph that computes this output of the model. */
export function withOutput(graph: Graph, mode: OutputMode): Graph {
  const softmax = finalSoftmax(graph);
  if (mode === 'raw' || (mode === 'probability' && softmax?.op === 'Softmax')) return graph;
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) builder.append(node === softmax ? { ...node, op: 'Identity', attributes: {} } : node);
  if (mode === 'logit') return builder.build();
  const { shape } = graph.output;
  const attributes = { length: sizeOf(shape), inner: 1 };
  return builder.build(builder.add(graph.output.name, shape, { op: 'Softmax', inputs: [graph.output.name], attributes }));
}

function coversAllClasses({ attributes, output }: FinalSoftmax, graph: Graph): boolean {
  return attributes.length === sizeOf(shapeOf(graph, output));
}
