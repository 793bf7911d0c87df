import { PathlightError } from '../errors.js';
import { sizeOf } from '../tensor/tensor.js';
import type { DecodedModel } from './decode.js';
import type { GraphProto, ValueInfoProto } from './onnx_pb.js';
import { dataTypeName, elementTypeOf, MAX_ELEMENTS } from './tensors.js';

export const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 21;

/** The name of the first output, the class scores. Throws PathlightError where the graph has none. */
export function firstOutput({ output: [first] }: GraphProto): string {
  if (first === undefined) throw new PathlightError('onnx.no-output');
  return first.name;
}

/** Whether this is the domain of the standard operators, which has two names. */
export function isStandardDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** The version of the standard operators that the file uses. */
export function readOpset(model: DecodedModel): number {
  const opset = model.opsetImport.find(({ domain }) => isStandardDomain(domain));
  if (opset === undefined) {
    throw new PathlightError('onnx.no-opset', { oldest: OLDEST_OPSET, newest: NEWEST_OPSET });
  }
  const version = Number(opset.version);
  if (version < OLDEST_OPSET || version > NEWEST_OPSET) {
    throw new PathlightError('onnx.opset', { opset: version, oldest: OLDEST_OPSET, newest: NEWEST_OPSET });
  }
  return version;
}

/** The image as the file describes it. */
export interface InputDescription {
  readonly name: string;
  /** With a 1 for the batch axis, axis 0. */
  readonly shape: readonly number[];
  /** The batch size that the file fixes, or 1 where it is symbolic. */
  readonly batch: number;
}

/** The only input of the graph. Initialisers, which old files list among the inputs, do not count. */
export function readInput(graph: GraphProto): InputDescription {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    throw new PathlightError('onnx.inputs', { names: inputs.map(({ name }) => name) });
  }
  return describeInput(input);
}

function describeInput({ name, type }: ValueInfoProto): InputDescription {
  const tensor = type?.tensorType;
  if (tensor === undefined) {
    throw new PathlightError('onnx.input-no-tensor', { input: name });
  }
  if (elementTypeOf(tensor.elemType) !== 'float') {
    throw new PathlightError('onnx.input-type', { input: name, type: dataTypeName(tensor.elemType) });
  }
  if (tensor.shape === undefined) {
    throw new PathlightError('onnx.input-no-shape', { input: name });
  }
  const axes = tensor.shape.dim.map(({ value }) => value);
  if (axes.length < 2 || axes.length > 4) {
    throw new PathlightError('onnx.input-axes', { input: name, axes: axes.length });
  }
  const shape = axes.map((axis, position) => {
    if (position === 0) {
      return 1;
    }
    if (axis.case !== 'dimValue' || axis.value <= 0n) {
      if (axis.case === 'dimParam') throw new PathlightError('onnx.input-symbolic', { input: name, axis: position, symbol: axis.value });
      throw new PathlightError('onnx.input-size', { input: name, axis: position, size: String(axis.value ?? 'unknown') });
    }
    return Number(axis.value);
  });
  checkSize('input', name, shape);
  const [first] = axes;
  const batch = first?.case === 'dimValue' && first.value > 0n ? Number(first.value) : 1;
  return { name, shape, batch };
}

/** Refuses shapes with no elements, or with more than a 32-bit index can reach. `owner` has the shape: `input`, or an operator. */
export function checkSize(owner: string, name: string, shape: readonly number[]): void {
  const elements = sizeOf(shape);
  if (!(elements >= 1 && elements <= MAX_ELEMENTS)) {
    throw new PathlightError('onnx.elements', { owner, name, shape, elements, most: MAX_ELEMENTS });
  }
}

/** Refuses graphs with ambiguous or missing names. */
export function checkNames(graph: GraphProto): void {
  firstOutput(graph);
  const sparse = graph.sparseInitializer[0];
  if (sparse !== undefined) {
    throw new PathlightError('onnx.sparse', { name: sparse.values?.name ?? '' });
  }
  const constants = new Set<string>();
  for (const { name } of graph.initializer) {
    claim(constants, name, 'initializers');
  }
  const inputs = new Set<string>();
  for (const { name } of graph.input) {
    claim(inputs, name, 'inputs');
  }
  const made = new Set([...constants, ...inputs]);
  for (const name of graph.node.flatMap(({ output }) => output)) {
    if (name !== '') {
      claim(made, name, 'values');
    }
  }
}

function claim(names: Set<string>, name: string, kind: 'initializers' | 'inputs' | 'values'): void {
  if (names.has(name)) {
    throw new PathlightError('onnx.twice', { kind, name });
  }
  names.add(name);
}
