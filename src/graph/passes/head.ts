import { sizeOf } from '../../tensor/tensor.js';
import { type Head, headOf } from '../analysis/head/head.js';
import { GraphBuilder } from '../builder.js';
import type { Graph, GraphValue } from '../graph.js';

/**
 * Which output is explained: the model's own (`raw`); its logits, without a final Softmax, LogSoftmax or Sigmoid (`logit`); or the
 * probabilities of the classes (`probability`). Where a model ends in probabilities of which no logits are at hand, as an averaged ensemble
 * does, `logit` is their logarithm, and for classes that do not exclude each other log(p / (1 - p)).
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

/** The graph that computes this output of the model. */
export function withOutput(graph: Graph, mode: OutputMode): Graph {
  if (mode === 'raw') return graph;
  const head = headOf(graph);
  if (mode === 'probability') return probabilitiesOf(graph, head);
  const logits = logitsOf(graph, head);
  return head.bySigmoid ? { ...logits, bySigmoid: true } : logits;
}

/** The graph without its head. */
export function logitsOf(graph: Graph, { kind, scale, copies }: Head): Graph {
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) {
    const copied = copies.get(node);
    builder.append(copied === undefined ? node : { ...node, op: 'Identity', inputs: [copied], attributes: {} });
  }
  if (kind !== 'probabilities' && kind !== 'independent') return builder.build();
  const own = scaled(builder, graph.output, scale);
  const { name, shape } = graph.output;
  const clip = (min: number, max: number) => builder.add(name, shape, { op: 'Clip', inputs: [own], attributes: { min, max } });
  const logarithm = (of: string) => builder.add(name, shape, { op: 'Log', inputs: [of], attributes: {} });
  if (kind === 'probabilities') return builder.build(logarithm(clip(LEAST, Number.POSITIVE_INFINITY)));
  const inside = clip(MARGIN, 1 - MARGIN);
  const one = builder.addConstant(name, [1], Float64Array.of(1));
  const rest = builder.add(name, shape, { op: 'Sub', inputs: [one, inside], attributes: {} });
  return builder.build(builder.add(name, shape, { op: 'Sub', inputs: [logarithm(inside), logarithm(rest)], attributes: {} }));
}

function probabilitiesOf(graph: Graph, head: Head): Graph {
  const { kind, scale, bySigmoid } = head;
  if (kind === 'logits' || kind === 'log-softmax') {
    const logits = logitsOf(graph, head);
    const builder = copyOf(logits);
    const { name, shape } = logits.output;
    return builder.build(
      bySigmoid
        ? builder.add(name, shape, { op: 'Sigmoid', inputs: [name], attributes: {} })
        : builder.add(name, shape, { op: 'Softmax', inputs: [name], attributes: { length: sizeOf(shape), inner: 1 } }),
    );
  }
  if (scale === 1) return graph;
  const builder = copyOf(graph);
  return builder.build(scaled(builder, graph.output, scale));
}

/** A builder that has all nodes of a graph. */
export function copyOf(graph: Graph): GraphBuilder {
  const builder = new GraphBuilder(graph);
  for (const node of graph.nodes) builder.append(node);
  return builder;
}

/** The output, divided by its scale. */
function scaled(builder: GraphBuilder, { name, shape }: GraphValue, scale: number): string {
  if (scale === 1) return name;
  const divisor = builder.addConstant(name, [1], Float64Array.of(scale));
  return builder.add(name, shape, { op: 'Div', inputs: [name, divisor], attributes: {} });
}

/** The least probability that has a logarithm of its own: float32 holds it with all its digits. */
export const LEAST = 1e-37;
/** How far probabilities are kept from 0 and 1 before log(p / (1 - p)). In float32, 1 - p has four digits left there. */
const MARGIN = 2 ** -20;
