import { PathlightError } from '../errors.js';
import { type Shape, sizeOf } from '../tensor/tensor.js';
import { firstOutput } from './check.js';
import type { GraphProto } from './onnx_pb.js';
import { type NamedNode, namedNodes } from './order.js';

/** Operators that may follow an ArgMax, since they do not change which class it names. */
const PASSING = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** The ArgMax with which a graph ends, if it does. It reads the scores, and its output is the number of a class. */
export function finalArgMax(graph: GraphProto): NamedNode | undefined {
  let name = firstOutput(graph);
  for (const node of namedNodes(graph).reverse()) {
    const { opType, output, input } = node.proto;
    if (output[0] !== name) continue;
    if (opType === 'ArgMax') return node;
    if (!PASSING.has(opType) || input[0] === undefined) return undefined;
    name = input[0];
  }
  return undefined;
}

/** Refuses an ArgMax that does not run over all scores of an image. */
export function checkArgMax({ proto, name }: NamedNode, scores: Shape): void {
  const axis = Number(proto.attribute.find((attribute) => attribute.name === 'axis')?.i ?? 0);
  if (scores.at(axis) !== sizeOf(scores)) {
    throw new PathlightError('onnx.arg-max-axis', { node: name, axis, scores });
  }
}
