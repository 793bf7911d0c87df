import { itemAt } from '../../tensor/items.js';
import { isStandardDomain } from '../check.js';
import { TensorProto_DataType as DataType, type GraphProto, type NodeProto, type TensorProto } from '../onnx_pb.js';
import { type NamedNode, namedNodes } from '../order.js';
import { readTensor } from '../tensors.js';

/** What lies behind an output that a file computes from class scores. */
export interface Tail {
  /** The value that holds the scores. */
  readonly scores: string;
  /** Whether the output says a class, or which classes are above a threshold, and so is no row of scores itself. */
  readonly isClass: boolean;
  /** The ArgMax by which the output says a class, if it does. */
  readonly argMax?: NamedNode;
  /** The names that the file has for the classes, in the order of the scores. */
  readonly names?: readonly string[];
}

/** The nodes and constants of a file, by the values that they make. */
export interface FileValues {
  readonly producers: ReadonlyMap<string, { readonly node: NamedNode; readonly position: number }>;
  readonly constants: ReadonlyMap<string, TensorProto>;
}

/** Finds the nodes and constants of a file. */
export function valuesOf(graph: GraphProto): FileValues {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const producers = new Map<string, { readonly node: NamedNode; readonly position: number }>();
  for (const node of namedNodes(graph)) {
    for (const [position, name] of node.proto.output.entries()) producers.set(name, { node, position });
    const tensor = node.proto.opType === 'Constant' ? node.proto.attribute.find(({ name }) => name === 'value')?.t : undefined;
    if (tensor !== undefined) constants.set(node.proto.output[0] ?? '', tensor);
  }
  return { producers, constants };
}

/** Operators that may follow the choice of a class, since they do not change which class it names. */
const PASSING: ReadonlySet<string> = new Set(['Cast', 'CastLike', 'Flatten', 'Identity', 'OneHot', 'Reshape', 'Squeeze', 'Unsqueeze']);
/** Operators that choose by an index, their second input, from their first. */
const LOOKING_UP: ReadonlySet<string> = new Set(['ArrayFeatureExtractor', 'Gather', 'GatherElements', 'GatherND']);
/** What may turn the scores of the best few into probabilities. */
const NORMALISING: ReadonlySet<string> = new Set(['LogSoftmax', 'Sigmoid', 'Softmax']);
const THRESHOLDS: ReadonlySet<string> = new Set(['Binarizer', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Round']);

/**
 * Goes back from an output to the scores of which it says the largest (ArgMax, TopK), those above a threshold, or pairs of names and scores
 * (ZipMap). Where it says none of these, the output holds the scores itself.
 */
export function tailOf(output: string, { producers, constants }: FileValues): Tail {
  const lookups: Lookup[] = [];
  const seen = new Set<string>();
  let name = output;
  while (!seen.has(name)) {
    seen.add(name);
    const made = producers.get(name);
    if (made === undefined) break;
    const { proto } = made.node;
    const [first = '', second = ''] = proto.input;
    const op = isStandardDomain(proto.domain) || proto.domain === 'ai.onnx.ml' ? proto.opType : '';
    if (op === 'ArgMax') return { scores: first, isClass: true, argMax: made.node, ...named(lookups) };
    if (op === 'TopK' || op === 'Hardmax') return { scores: first, isClass: true, ...named(lookups) };
    const best = NORMALISING.has(op) ? producers.get(first) : undefined;
    if (best?.node.proto.opType === 'TopK' && best.position === 0) return { scores: best.node.proto.input[0] ?? '', isClass: true };
    if (op === 'ZipMap') return { scores: first, isClass: false, ...named([listOf(proto, 'classlabels')]) };
    if (op === 'LinearClassifier') {
      const scores = proto.output[1] ?? '';
      const isClass = made.position === 0;
      if (scores === '') break;
      return { scores: isClass ? scores : output, isClass, ...named([listOf(proto, 'classlabels'), ...lookups]) };
    }
    if (THRESHOLDS.has(op)) {
      const scores = constants.has(first) ? second : first;
      return { scores, isClass: true };
    }
    const table = constants.get(first);
    if (LOOKING_UP.has(op) && table !== undefined) {
      lookups.unshift(tableOf(table));
      name = second;
    } else if (op === 'LabelEncoder') {
      lookups.unshift(encoderOf(proto));
      name = first;
    } else if (PASSING.has(op)) name = first;
    else break;
  }
  return { scores: output, isClass: false };
}

/** Names by number, or names by other names and numbers. Undefined for a table in a form that is not read. */
type Lookup = readonly string[] | ReadonlyMap<string, string> | undefined;

/** The names that lookups, one after the other, give to 0, 1, ...; none where they are the numbers themselves. */
function named(lookups: readonly Lookup[]): Pick<Tail, 'names'> {
  const [first] = lookups;
  if (first === undefined || lookups.includes(undefined)) return {};
  let names: (string | undefined)[] = Array.from({ length: 'size' in first ? first.size : first.length }, (_, index) => String(index));
  for (const lookup of lookups) {
    if (lookup === undefined) continue;
    names = names.map((name) => (name === undefined ? undefined : 'size' in lookup ? lookup.get(name) : lookup[Number(name)]));
  }
  const known = names.flatMap((name) => (name === undefined ? [] : [name]));
  const adds = known.length === names.length && known.some((name, index) => name !== String(index));
  return adds ? { names: known } : {};
}

/** The elements of a constant, as text. */
function tableOf(tensor: TensorProto): readonly string[] | undefined {
  if (tensor.dataType === DataType.STRING) return tensor.stringData.map((bytes) => new TextDecoder().decode(bytes));
  return tensor.externalData.length > 0 ? undefined : Array.from(readTensor(tensor).data, String);
}

/** What a LabelEncoder makes of what: up to version 1 of its domain a list of names, later keys and values. */
function encoderOf(proto: NodeProto): Lookup {
  const list = listOf(proto, 'classes');
  if (list !== undefined) return list;
  const [keys, values] = [listOf(proto, 'keys'), listOf(proto, 'values')];
  return keys?.length === values?.length && values ? new Map(keys?.map((key, position) => [key, itemAt(values, position)])) : undefined;
}

/** A list of names or numbers in the attributes `<name>_strings`, `<name>_int64s`, `<name>_ints` or `<name>_floats`. */
function listOf({ attribute }: NodeProto, name: string): readonly string[] | undefined {
  for (const { name: own, strings, ints, floats } of attribute) {
    if (!own.startsWith(`${name}_`)) continue;
    if (strings.length > 0) return strings.map((bytes) => new TextDecoder().decode(bytes));
    if (ints.length > 0) return ints.map(String);
    if (floats.length > 0) return floats.map(String);
  }
  return undefined;
}
