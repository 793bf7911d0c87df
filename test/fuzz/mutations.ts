import { clone } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from '../../src/onnx/onnx_pb.js';

/** A small change of an input. Numbers are fractions from 0 to 1, so that every change fits every input. */
export interface Mutation {
  /** Which kind of change. */
  readonly kind: number;
  /** Where. */
  readonly place: number;
  /** What is put there. */
  readonly value: number;
}

/** The item at a fraction of a list, which is not empty. */
export function pick<T>(list: readonly T[], fraction: number): T | undefined {
  return list[Math.min(list.length - 1, Math.floor(fraction * list.length))];
}

/** Integers at which arithmetic changes. */
const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  4n,
  5n,
  7n,
  8n,
  13n,
  21n,
  64n,
  255n,
  256n,
  1000n,
  65_536n,
  2n ** 20n,
  2n ** 24n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  -(2n ** 31n),
  2n ** 62n,
  -(2n ** 63n),
];
const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  1e-7,
  1e-38,
  1e-45,
  255,
  1e7,
  3e38,
  -3e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];
const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x0a, 0x22];
const WORDS = ['', 'x', 'y', 'Softmax', 'constructor', '__proto__', 'SAME_UPPER', 'linear', 'abc,cd->abd', '\u001b[31m', 'é\n', '../x'];

/** Bytes with changes: flipped, replaced, removed, repeated, cut off. */
export function mutateBytes(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce((current, mutation) => mutateOnce(current, mutation), bytes);
}

function mutateOnce(bytes: Uint8Array, { kind, place, value }: Mutation): Uint8Array {
  if (bytes.length < 8) return Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]);
  const at = Math.floor(place * bytes.length);
  const length = 1 + Math.floor(value ** 4 * Math.min(64, bytes.length - at));
  const copy = new Uint8Array(bytes);
  switch (Math.floor(kind * 6)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(value * 8));
      return copy;
    case 1:
      copy[at] = pick(BYTES, value) ?? 0;
      return copy;
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    case 3:
      return Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
    case 4:
      return bytes.slice(0, at);
    default:
      new DataView(copy.buffer).setBigUint64(Math.min(at, Math.max(0, copy.length - 8)), BigInt.asUintN(64, pick(INTEGERS, value) ?? 0n));
      return copy;
  }
}

/** A JSON value with changes somewhere in it. */
export function mutateJson(json: unknown, mutations: readonly Mutation[]): unknown {
  return mutations.reduce((current, { kind, place, value }) => replaceInside(current, place, (old) => changed(old, kind, value)), json);
}

function replaceInside(json: unknown, place: number, change: (old: unknown) => unknown): unknown {
  if (typeof json !== 'object' || json === null || place > 0.95) return change(json);
  const keys = Object.keys(json);
  const key = pick(keys, place / 0.95);
  if (key === undefined) return change(json);
  const rest = ((place / 0.95) * keys.length) % 1;
  if (Array.isArray(json)) return json.map((item: unknown, index) => (String(index) === key ? replaceInside(item, rest, change) : item));
  return Object.fromEntries(Object.entries(json).map(([name, item]) => [name, name === key ? replaceInside(item, rest, change) : item]));
}

function changed(old: unknown, kind: number, value: number): unknown {
  const others: readonly unknown[] = [
    null,
    true,
    [],
    {},
    [old],
    { 0: old },
    Number(pick(INTEGERS, value) ?? 0n),
    pick(FLOATS.filter(Number.isFinite), value),
    pick(WORDS, value),
    typeof old === 'number' ? -old : undefined,
    Array.isArray(old) ? [...old, ...old] : old,
    Array.isArray(old) ? old.slice(1) : old,
  ];
  return pick(others, kind);
}

/** A model with changes to its nodes, shapes, weights and names. */
export function mutateModel(model: ModelProto, mutations: readonly Mutation[]): ModelProto {
  const copy = clone(ModelProtoSchema, model);
  const { graph } = copy;
  if (graph === undefined) return copy;
  for (const mutation of mutations) {
    const change = pick(CHANGES, mutation.kind);
    change?.(graph, mutation, copy);
  }
  return copy;
}

type Change = (graph: GraphProto, mutation: Mutation, model: ModelProto) => void;

const CHANGES: readonly Change[] = [
  // Attributes come more often than others, since operators read them all.
  changeAttribute,
  changeAttribute,
  changeAttribute,
  changeTensor,
  changeTensor,
  (graph, { place, value }) => {
    const node = pick(graph.node, place);
    const other = pick(graph.node, value);
    if (node && other) node.opType = other.opType;
  },
  (graph, { place, value }) => {
    const node = pick(graph.node, place);
    const at = Math.floor(value * (node?.input.length ?? 0));
    const name = pick(namesOf(graph), (value * 7919) % 1);
    if (node && name !== undefined) node.input[at] = name;
  },
  (graph, { place, value }) => {
    const node = pick(graph.node, place);
    if (node && value < 0.5) node.input.splice(Math.floor(value * 2 * node.input.length), 1);
    else node?.input.push(pick(namesOf(graph), 2 * value - 1) ?? '');
  },
  (graph, { place }) => {
    // The node is skipped: what read its output reads its input.
    const node = pick(graph.node, place);
    const [output] = node?.output ?? [];
    const [input] = node?.input ?? [];
    if (node === undefined || output === undefined || input === undefined) return;
    graph.node.splice(graph.node.indexOf(node), 1);
    for (const each of graph.node) each.input = each.input.map((name) => (name === output ? input : name));
    for (const each of graph.output) if (each.name === output) each.name = input;
  },
  (graph, { place, value }) => {
    const dims = graph.input[0]?.type?.tensorType?.shape?.dim ?? [];
    const dim = pick(dims, place);
    if (dim) dim.value = { case: 'dimValue', value: pick(INTEGERS, value) ?? 0n };
  },
  (graph, { place, value }) => {
    const output = pick(graph.output, place);
    if (output) output.name = pick(namesOf(graph), value) ?? '';
  },
  (_, { value }, model) => {
    const [opset] = model.opsetImport;
    if (opset) opset.version = BigInt(Math.floor(6 + value * 18));
  },
  (_, { place, value }, model) => {
    const key = pick(['names', 'mean', 'std', 'range', 'task', 'imgsz', 'labels', 'scale', 'stride', 'constructor'], place) ?? '';
    const text =
      pick(['{0: "a", 1: "b"}', '[]', '[0.5]', '0,255', 'detect', '{', '[1e400]', '-', "{'0': 'a\u001b'}", 'constructor'], value) ?? '';
    model.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key, value: text });
  },
  (graph, { place, value }) => {
    const node = pick(graph.node, place);
    if (node) node.name = pick(WORDS, value) ?? '';
  },
];

/** All names that a node may read. */
function namesOf(graph: GraphProto): string[] {
  return [
    '',
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }: NodeProto) => output),
  ];
}

function changeAttribute(graph: GraphProto, { place, value }: Mutation): void {
  const attributes = graph.node.flatMap((node) => node.attribute);
  const attribute = pick(attributes, place);
  if (attribute === undefined) return;
  const rest = (place * attributes.length) % 1;
  switch (attribute.type) {
    case AttributeType.INT:
      attribute.i = pick(INTEGERS, value) ?? 0n;
      break;
    case AttributeType.FLOAT:
      attribute.f = pick(FLOATS, value) ?? 0;
      break;
    case AttributeType.STRING:
      attribute.s = new Uint8Array(new TextEncoder().encode(pick(WORDS, value)));
      break;
    case AttributeType.TENSOR:
      if (attribute.t) damageTensor(attribute.t, rest, value);
      break;
    default: {
      const at = Math.floor(rest * (attribute.ints.length + 1));
      if (value < 0.1) attribute.ints.splice(at, 1);
      else attribute.ints[at] = pick(INTEGERS, value) ?? 0n;
    }
  }
}

function changeTensor(graph: GraphProto, { place, value }: Mutation): void {
  const tensor = pick(graph.initializer, place);
  if (tensor) damageTensor(tensor, (place * graph.initializer.length) % 1, value);
}

function damageTensor(tensor: TensorProto, place: number, value: number): void {
  const { dims, floatData, int64Data, rawData } = tensor;
  if (place < 0.3 && dims.length > 0) dims[Math.floor((place / 0.3) * dims.length)] = pick(INTEGERS, value) ?? 0n;
  else if (place < 0.35) tensor.dataType = Math.floor(value * 24);
  else if (int64Data.length > 0) int64Data[Math.floor(place * int64Data.length)] = pick(INTEGERS, value) ?? 0n;
  else if (floatData.length > 0) floatData[Math.floor(place * floatData.length)] = pick(FLOATS, value) ?? 0;
  else if (rawData.length >= 4) tensor.rawData = withFloat(rawData, place, pick(FLOATS, value) ?? 0);
}

function withFloat(bytes: Uint8Array, place: number, value: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  new DataView(copy.buffer).setFloat32(4 * Math.floor(place * (Math.floor(copy.length / 4) - 1)), value, true);
  return copy;
}
