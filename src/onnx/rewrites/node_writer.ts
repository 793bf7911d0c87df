import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { PathlightError } from '../../errors.js';
import type { GraphNode } from '../../graph/graph.js';
import type { NodeInput } from '../../ops/node_reader.js';
import { itemAt } from '../../tensor/items.js';
import type { ElementType, Shape, Tensor } from '../../tensor/tensor.js';
import { type AttributeProtoSchema, AttributeProto_AttributeType as AttributeType, NodeProtoSchema, type TensorProto } from '../onnx_pb.js';
import { type NamedNode, nodesLeadingTo } from '../order.js';
import { namesMadeIn, namesReadFromOutside, renameNode } from '../subgraphs/scope.js';
import type { QuantisedValues } from './quantised/values.js';
import type { Attributes, NodeWriter } from './rewrite.js';

/** Where written nodes go: the importer. */
export interface Writing {
  /** Folds a node or appends it to the graph. All of its outputs are read. */
  visit(node: NamedNode): void;
  addInitializer(name: string, tensor: TensorProto): void;
  addConstant(name: string, constant: Tensor): void;
  input(name: string): NodeInput;
  /** A name that no value has, made from this one. */
  unused(wish: string): string;
  makerOf(name: string): GraphNode | undefined;
  readonly quantised: QuantisedValues;
}

/** A writer of the nodes that take the place of `origin`. */
export function writeInPlaceOf(origin: NamedNode, wanted: readonly boolean[], writing: Writing): NodeWriter {
  function addSeveral(op: string, inputs: readonly (string | undefined)[], outputs: number, attributes: Attributes = {}): string[] {
    const first = writing.unused(`${origin.name}.${op.toLowerCase()}`);
    const names = [first, ...Array.from({ length: outputs - 1 }, () => writing.unused(first))];
    const proto = create(NodeProtoSchema, {
      opType: op,
      input: inputs.map((name) => name ?? ''),
      output: names,
      attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeOf(value) })),
    });
    writing.visit({ proto, name: first, written: true });
    return names;
  }

  return {
    wanted,
    add(op, inputs, attributes) {
      const [output = ''] = addSeveral(op, inputs, 1, attributes);
      return output;
    },
    addSeveral,
    addConstant(shape: Shape, data: Tensor['data'], type: ElementType = 'float') {
      const name = writing.unused(`${origin.name}.constant`);
      writing.addConstant(name, { shape, type, data });
      return name;
    },
    inline(attribute, inputs) {
      const graph = origin.proto.attribute.find(({ name }) => name === attribute)?.g;
      if (graph === undefined || graph.input.length !== inputs.length) {
        throw new PathlightError('onnx.subgraph', { operator: origin.proto.opType, node: origin.name, attribute, inputs: inputs.length });
      }
      const given = new Map(graph.input.map(({ name }, position) => [name, itemAt(inputs, position)]));
      for (const name of namesMadeIn(graph)) {
        if (name !== '' && !given.has(name)) given.set(name, writing.unused(`${origin.name}/${name}`));
      }
      const rename = (name: string) => given.get(name) ?? name;
      for (const tensor of graph.initializer) writing.addInitializer(rename(tensor.name), tensor);
      const outside = [...graph.input.map(({ name }) => name), ...namesReadFromOutside(graph)];
      const visited = new Set<NamedNode['proto']>();
      for (const { name } of graph.output) {
        for (const node of nodesLeadingTo(name, graph, outside)) {
          if (visited.has(node.proto)) continue;
          visited.add(node.proto);
          writing.visit({ ...node, proto: renameNode(node.proto, { name: rename }) });
        }
      }
      return graph.output.map(({ name }) => rename(name));
    },
    shape: (name) => writing.input(name).shape,
    constant: (name) => writing.input(name).constant,
    makerOf: (name) => writing.makerOf(name),
    quantised: writing.quantised,
  };
}

function attributeOf(value: Attributes[string]): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') return { type: AttributeType.STRING, s: new Uint8Array(new TextEncoder().encode(value)) };
  if ('float' in value) return { type: AttributeType.FLOAT, f: value.float };
  return { type: AttributeType.INTS, ints: value.map(BigInt) };
}
