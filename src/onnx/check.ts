import { PathlightError } from '../errors.js';
import { formatShape, sizeOf } from '../tensor/tensor.js';
import type { DecodedModel } from './decode.js';
import type { GraphProto, ValueInfoProto } from './onnx_pb.js';
import { dataTypeName, elementTypeOf, MAX_ELEMENTS } from './tensors.js';

export const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 21;

/** The name of the first output, the class scores. Throws PathlightError where the graph has none. */
export function firstOutput({ output: [first] }: GraphProto): string {
  if (first === undefined) throw new PathlightError('the graph has no output', 'one, the class scores');
  return first.name;
}

/** Whether a domain is that of the standard operators, under either of its names. */
export function isStandardDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** The version of the standard operators that the file uses. */
export function readOpset(model: DecodedModel): number {
  const opset = model.opsetImport.find(({ domain }) => isStandardDomain(domain));
  const range = `${OLDEST_OPSET} to ${NEWEST_OPSET}`;
  if (opset === undefined) {
    throw new PathlightError('the ONNX file names no opset: it is truncated, or not an ONNX file', `an opset from ${range}`);
  }
  const version = Number(opset.version);
  if (version < OLDEST_OPSET || version > NEWEST_OPSET) {
    throw new PathlightError(`opset ${version} is not supported`, `${range}; convert the model with onnx.version_converter`);
  }
  return version;
}

/** The image as the file describes it. */
export interface InputDescription {
  readonly name: string;
  /** With 1 in place of the batch axis, axis 0. */
  readonly shape: readonly number[];
  /** The batch size that the file fixes; 1 where it is symbolic. */
  readonly batch: number;
}

/** The one input of the graph. Initialisers that old files list among the inputs are none. */
export function readInput(graph: GraphProto): InputDescription {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw new PathlightError(
      `the model has ${inputs.length === 0 ? 'no input' : `${inputs.length} inputs: ${names}`}`,
      'one input, the image',
    );
  }
  return describeInput(input);
}

function describeInput({ name, type }: ValueInfoProto): InputDescription {
  const tensor = type?.tensorType;
  if (tensor === undefined) {
    throw new PathlightError(`input "${name}" is no tensor`, 'a float tensor');
  }
  if (elementTypeOf(tensor.elemType) !== 'float') {
    throw new PathlightError(`input "${name}" has elements of type ${dataTypeName(tensor.elemType)}`, 'a float tensor');
  }
  if (tensor.shape === undefined) {
    throw new PathlightError(`input "${name}" has no shape`, 'fixed sizes of all axes but the first, the batch');
  }
  const axes = tensor.shape.dim.map(({ value }) => value);
  if (axes.length < 2 || axes.length > 4) {
    throw new PathlightError(`input "${name}" has ${axes.length} axes`, '2 to 4, the first of them the batch, as in 1x3x224x224');
  }
  const shape = axes.map((axis, position) => {
    if (position === 0) {
      return 1;
    }
    if (axis.case !== 'dimValue' || axis.value <= 0n) {
      const size = axis.case === 'dimParam' ? `symbolic, "${axis.value}"` : `of size ${axis.value ?? 'unknown'}`;
      throw new PathlightError(`axis ${position} of input "${name}" is ${size}`, 'a fixed size; only axis 0, the batch, may vary');
    }
    return Number(axis.value);
  });
  checkSize(`input "${name}"`, shape);
  const [first] = axes;
  const batch = first?.case === 'dimValue' && first.value > 0n ? Number(first.value) : 1;
  return { name, shape, batch };
}

/** Refuses shapes of no elements, and of more than a 32-bit index can reach. */
export function checkSize(title: string, shape: readonly number[]): void {
  const elements = sizeOf(shape);
  if (!(elements >= 1 && elements <= MAX_ELEMENTS)) {
    throw new PathlightError(`${title} has shape ${formatShape(shape)}: ${elements} elements`, `1 to ${MAX_ELEMENTS}`);
  }
}

/** Refuses what would make a name ambiguous or a graph unusable. */
export function checkNames(graph: GraphProto): void {
  firstOutput(graph);
  const sparse = graph.sparseInitializer[0];
  if (sparse !== undefined) {
    throw new PathlightError(`initializer "${sparse.values?.name ?? ''}" is sparse`, 'dense initializers');
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

function claim(names: Set<string>, name: string, kind: string): void {
  if (names.has(name)) {
    throw new PathlightError(`two ${kind} are named "${name}"`, 'names that are used once');
  }
  names.add(name);
}
