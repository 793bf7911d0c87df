import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProtoSchema,
} from '../onnx_pb.js';

/** The graphs within a node: branches of an If, the body of a Loop. */
function graphsOf({ attribute }: NodeProto): GraphProto[] {
  return attribute.flatMap(({ g }) => (g === undefined ? [] : [g]));
}

/** The names that a graph makes: its inputs, initialisers, and the outputs of its nodes. */
export function namesMadeIn({ input, initializer, node }: GraphProto): Set<string> {
  return new Set([...input.map(({ name }) => name), ...initializer.map(({ name }) => name), ...node.flatMap(({ output }) => output)]);
}

/** The names outside a graph that it reads. */
export function namesReadFromOutside(graph: GraphProto): string[] {
  const made = namesMadeIn(graph);
  const read = [...graph.node.flatMap(namesRead), ...graph.output.map(({ name }) => name)];
  return [...new Set(read)].filter((name) => name !== '' && !made.has(name));
}

/** The names that a node reads: its inputs, and what graphs within it read from outside. */
export function namesRead(node: NodeProto): readonly string[] {
  const inner = graphsOf(node);
  return inner.length === 0 ? node.input : [...node.input, ...inner.flatMap(namesReadFromOutside)];
}

/** How nodes of a graph or function are called where they are put. */
export interface Renaming {
  /** The new name of a value. */
  name(old: string): string;
  /** The attribute that stands where a function's node has this one. Undefined where it has none. Absent outside functions. */
  attribute?(old: AttributeProto): AttributeProto | undefined;
}

/** A copy of a node with other names. Weights are not copied. */
export function renameNode({ opType, domain, overload, name, input, output, attribute }: NodeProto, renaming: Renaming): NodeProto {
  const rename = (old: string) => (old === '' ? '' : renaming.name(old));
  const attributes = attribute.flatMap((own) => {
    const given = renaming.attribute ? renaming.attribute(own) : own;
    if (given === undefined) return [];
    return [given.g === undefined ? given : withGraph(given, renameGraph(given.g, renaming))];
  });
  const names = { input: input.map(rename), output: output.map(rename) };
  return create(NodeProtoSchema, { opType, domain, overload, name, ...names, attribute: attributes });
}

function withGraph({ name, type }: AttributeProto, g: GraphProto): AttributeProto {
  return create(AttributeProtoSchema, { name, type, g });
}

/** A graph within a renamed node. Names that it makes itself are renamed as well. */
function renameGraph(graph: GraphProto, renaming: Renaming): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: graph.node.map((node) => renameNode(node, renaming)),
    initializer: graph.initializer.map((tensor) => create(TensorProtoSchema, { ...fieldsOf(tensor), name: renaming.name(tensor.name) })),
    input: graph.input.map(({ name }) => ({ name: renaming.name(name) })),
    output: graph.output.map(({ name }) => ({ name: renaming.name(name) })),
  });
}

/** The attribute with another name. */
export function renameAttribute(attribute: AttributeProto, name: string): AttributeProto {
  return create(AttributeProtoSchema, { ...fieldsOf(attribute), name });
}

/** What a message holds, without its type, with which `create` would take it for a message that is complete. */
function fieldsOf<T extends { readonly $typeName: string }>(message: T): Omit<T, '$typeName'> {
  const { $typeName: _type, ...fields } = message;
  return fields;
}
