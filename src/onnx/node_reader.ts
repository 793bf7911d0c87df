import { nodeError } from '../errors.js';
import { isOpType, operators } from '../ops/index.js';
import type { NodeInput, NodeReader } from '../ops/node_reader.js';
import type { OperatorFacts } from '../ops/operator.js';
import { type AttributeProto, AttributeProto_AttributeType as AttributeType, type NodeProto } from './onnx_pb.js';
import { readTensor } from './tensors.js';

/** What a reader must know besides the node itself. */
export interface NodeContext {
  /** The name in the file, or one made from operator and position where the file gives none. */
  readonly name: string;
  readonly opset: number;
  /** The batch size that the file fixes, or 1. */
  readonly batch: number;
  /** The position of the output that is read. */
  readonly output: number;
  readonly inputs: readonly (NodeInput | undefined)[];
}

/**
 * A NodeReader for a node of the file. Integers become numbers. Those beyond 2^53, with which exporters mean "to the end", are rounded.
 */
export function readNode(node: NodeProto, { name, opset, batch, output, inputs }: NodeContext): NodeReader {
  const error: NodeReader['error'] = (code, ...values) => nodeError({ operator: node.opType, node: name, opset }, code, ...values);
  const attributes = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));

  /** The attribute, if it is there with this type. Some old writers leave the type out, so 0 passes. */
  function find(attributeName: string, type: AttributeType): AttributeProto | undefined {
    const attribute = attributes.get(attributeName);
    if (attribute !== undefined && attribute.type !== type && attribute.type !== AttributeType.UNDEFINED) {
      throw error('node.attribute-type', { attribute: attributeName, type: AttributeType[attribute.type], wanted: AttributeType[type] });
    }
    return attribute;
  }

  function required<T>(attributeName: string, value: T | undefined): T {
    if (value === undefined) {
      throw error('node.attribute-missing', { attribute: attributeName });
    }
    return value;
  }

  const reader: NodeReader = {
    op: node.opType,
    name,
    opset,
    batch,
    outputs: node.output.length,
    output,
    inputs,
    error,
    has: (attributeName) => attributes.has(attributeName),
    int(attributeName, fallback) {
      const attribute = find(attributeName, AttributeType.INT);
      return attribute === undefined ? required(attributeName, fallback) : Number(attribute.i);
    },
    float(attributeName, fallback) {
      const value = required(attributeName, find(attributeName, AttributeType.FLOAT)?.f ?? fallback);
      if (Number.isNaN(value)) {
        throw error('node.attribute-nan', { attribute: attributeName });
      }
      return value;
    },
    number: (attributeName) => required(attributeName, find(attributeName, AttributeType.FLOAT)?.f),
    string(attributeName, fallback) {
      const attribute = find(attributeName, AttributeType.STRING);
      return attribute === undefined ? required(attributeName, fallback) : new TextDecoder().decode(attribute.s);
    },
    ints: (attributeName) => find(attributeName, AttributeType.INTS)?.ints.map(Number),
    strings: (attributeName) => find(attributeName, AttributeType.STRINGS)?.strings.map((bytes) => new TextDecoder().decode(bytes)),
    floats: (attributeName) => find(attributeName, AttributeType.FLOATS)?.floats.slice(),
    tensor(attributeName) {
      const attribute = find(attributeName, AttributeType.TENSOR);
      if (attribute === undefined) {
        return undefined;
      }
      return readTensor(required(attributeName, attribute.t));
    },
    input(position) {
      const input = inputs[position];
      if (input === undefined) {
        throw error('node.input-missing', { position });
      }
      return input;
    },
    constant(position) {
      const { name: inputName, constant } = reader.input(position);
      if (constant === undefined) {
        throw error('node.input-computed', { position, input: inputName });
      }
      return constant;
    },
  };
  return reader;
}

/** How many inputs and outputs a node may have. */
type Counts = Pick<OperatorFacts, 'inputs' | 'outputs'>;

/**
 * Refuses a node with fewer or more inputs or outputs than its operator has in any opset, before the operator reads it. An empty name stands
 * for an optional input that is absent; at the end of the list it counts for nothing.
 */
export function checkCounts(node: NodeReader, facts: Counts | undefined = isOpType(node.op) ? operators[node.op] : undefined): void {
  if (facts === undefined) return;
  const { inputs: [least, most] = [1, 1], outputs: mostOutputs = 1 } = facts;
  const given = node.inputs.reduce((count, input, position) => (input === undefined ? count : position + 1), 0);
  if (given > most) {
    throw node.error('node.input-count', { inputs: given, least, most: Number.isFinite(most) ? most : null });
  }
  const required = most === Number.POSITIVE_INFINITY ? Math.max(least, given) : least;
  for (let position = 0; position < required; position++) node.input(position);
  if (node.outputs > mostOutputs) throw node.error('node.output-count', { outputs: node.outputs, most: mostOutputs });
}
