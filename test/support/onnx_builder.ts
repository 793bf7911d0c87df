import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from '../../src/onnx/onnx_pb.js';

/**
 * ONNX files for tests, written as they read:
 *
 *     buildModel({
 *       opset: 13,
 *       inputs: { image: ['N', 1, 28, 28] },
 *       initializers: { w: floatTensor([8, 1, 5, 5], weights) },
 *       nodes: [
 *         { op: 'Conv', inputs: ['image', 'w'], output: 'c', attributes: { strides: [2, 2], auto_pad: 'SAME_UPPER' } },
 *         { op: 'LeakyRelu', inputs: ['c'], output: 'y', attributes: { alpha: float(0.1) } },
 *       ],
 *       outputs: ['y'],
 *     })
 */
export interface ModelDescription {
  /** Opset of the standard operators; 13 by default. */
  readonly opset?: number;
  /** Versions of other domains of operators. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly name?: string;
  readonly producer?: string;
  readonly inputs: Readonly<Record<string, ValueDescription>>;
  /** Names only: the importer does not need the shapes of outputs that files give. */
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeDescription[];
  readonly initializers?: Readonly<Record<string, TensorInit>>;
  readonly functions?: readonly FunctionDescription[];
}

/** A function of the file's own. Its domain, "local", must be among the file's. */
export interface FunctionDescription {
  readonly name: string;
  readonly overload?: string;
  /** Attributes that every node must give. */
  readonly required?: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeDescription[];
  /** Attributes with the values that they have where a node gives none. */
  readonly attributes?: Readonly<Record<string, AttributeDescription>>;
}

/** The axes of a float tensor, symbolic ones by name, or those with another element type; `any`: a float tensor of which no shape is said. */
export type ValueDescription = 'any' | readonly Dimension[] | { readonly shape: readonly Dimension[]; readonly type: DataType };

export type Dimension = number | string;

export interface NodeDescription {
  readonly op: string;
  readonly name?: string;
  readonly domain?: string;
  readonly overload?: string;
  /** Names of inputs; empty for optional inputs that are absent. */
  readonly inputs?: readonly string[];
  /** One output, or several. */
  readonly output: string | readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeDescription>>;
}

/** Plain numbers are integers, as most attributes are; `float(...)` marks the others. */
export type AttributeDescription =
  | ReferenceAttribute
  | number
  | readonly number[]
  | string
  | readonly string[]
  | FloatAttribute
  | GraphAttribute
  | TensorInit;

/** Within a function: an attribute with the value of the function's attribute of this name. */
export interface ReferenceAttribute {
  readonly from: string;
  readonly type: AttributeType;
}

/** A branch or a body. */
export interface GraphAttribute {
  readonly graph: GraphDescription;
}

export interface GraphDescription extends Pick<ModelDescription, 'outputs' | 'nodes' | 'initializers'> {
  readonly inputs?: ModelDescription['inputs'];
}

export interface FloatAttribute {
  readonly float: number | readonly number[];
}

export type TensorInit = MessageInitShape<typeof TensorProtoSchema> & { dataType: DataType };

/** A FLOAT or FLOATS attribute. */
export function float(value: number | readonly number[]): FloatAttribute {
  return { float: value };
}

/** A float32 tensor in float_data. */
export function floatTensor(shape: readonly number[], values: ArrayLike<number>): TensorInit {
  return { dims: shape.map(BigInt), dataType: DataType.FLOAT, floatData: Array.from(values) };
}

/** An int64 tensor in int64_data; a vector unless a shape is given. */
export function intTensor(values: readonly number[], shape: readonly number[] = [values.length]): TensorInit {
  return { dims: shape.map(BigInt), dataType: DataType.INT64, int64Data: values.map(BigInt) };
}

/** A vector of strings. */
export function stringTensor(values: readonly string[]): TensorInit {
  return {
    dims: [BigInt(values.length)],
    dataType: DataType.STRING,
    stringData: values.map((value) => new Uint8Array(new TextEncoder().encode(value))),
  };
}

/** A tensor of any type in raw_data. */
export function rawTensor(dataType: DataType, shape: readonly number[], elements: ArrayBufferView): TensorInit {
  const bytes = new Uint8Array(elements.byteLength);
  bytes.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
  return { dims: shape.map(BigInt), dataType, rawData: bytes };
}

/** The bytes of the file. */
export function buildModel(description: ModelDescription): Uint8Array {
  return encodeModel(buildModelProto(description));
}

export function encodeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

/** The decoded file, for tests that damage it before they encode it. */
export function buildModelProto({
  opset = 13,
  domains = {},
  functions = [],
  name = 'test',
  producer = '',
  ...graph
}: ModelDescription): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: producer,
    opsetImport: Object.entries({ '': opset, ...domains }).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: graphProto(name, graph),
    functions: functions.map((each) => ({
      name: each.name,
      overload: each.overload ?? '',
      domain: 'local',
      input: [...each.inputs],
      output: [...each.outputs],
      node: each.nodes.map(nodeProto),
      attributeProto: attributesProto(each.attributes),
      attribute: [...(each.required ?? [])],
      opsetImport: [
        { domain: '', version: BigInt(opset) },
        { domain: 'local', version: 1n },
      ],
    })),
  });
}

function graphProto(
  name: string,
  { inputs = {}, outputs, initializers = {}, nodes }: GraphDescription,
): MessageInitShape<typeof GraphProtoSchema> {
  return {
    name,
    input: Object.entries(inputs).map(([input, value]) => valueInfo(input, value)),
    output: outputs.map((output) => ({ name: output })),
    initializer: Object.entries(initializers).map(([constant, tensor]) => ({ ...tensor, name: constant })),
    node: nodes.map(nodeProto),
  };
}

function valueInfo(name: string, value: ValueDescription): MessageInitShape<typeof ValueInfoProtoSchema> {
  if (value === 'any') return { name, type: { tensorType: { elemType: DataType.FLOAT } } };
  const { shape, type } = 'shape' in value ? value : { shape: value, type: DataType.FLOAT };
  const dim = shape.map((size) =>
    typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } },
  );
  return { name, type: { tensorType: { elemType: type, shape: { dim } } } };
}

function nodeProto(node: NodeDescription): MessageInitShape<typeof NodeProtoSchema> {
  return {
    opType: node.op,
    name: node.name ?? '',
    domain: node.domain ?? '',
    input: [...(node.inputs ?? [])],
    output: typeof node.output === 'string' ? [node.output] : [...node.output],
    ...(node.overload !== undefined && { overload: node.overload }),
    attribute: attributesProto(node.attributes),
  };
}

function attributesProto(attributes: NodeDescription['attributes'] = {}): MessageInitShape<typeof AttributeProtoSchema>[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, ...attributeProto(value) }));
}

function attributeProto(value: AttributeDescription): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') {
    return { type: AttributeType.INT, i: BigInt(value) };
  }
  if (typeof value === 'string') {
    return { type: AttributeType.STRING, s: new Uint8Array(new TextEncoder().encode(value)) };
  }
  if (isWords(value)) {
    return { type: AttributeType.STRINGS, strings: value.map((word) => new Uint8Array(new TextEncoder().encode(word))) };
  }
  if (isList(value)) {
    return { type: AttributeType.INTS, ints: value.map(BigInt) };
  }
  if ('graph' in value) {
    return { type: AttributeType.GRAPH, g: graphProto('branch', value.graph) };
  }
  if ('from' in value) {
    return { type: value.type, refAttrName: value.from };
  }
  if ('float' in value) {
    return isList(value.float)
      ? { type: AttributeType.FLOATS, floats: [...value.float] }
      : { type: AttributeType.FLOAT, f: value.float as number };
  }
  return { type: AttributeType.TENSOR, t: value as TensorInit };
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && typeof value[0] === 'string';
}

function isList(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
