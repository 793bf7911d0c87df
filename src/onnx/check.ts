import { PathlightError } from '../errors.js';
import { sizeOf } from '../tensor/tensor.js';
import type { DecodedModel } from './decode.js';
import type { GraphProto } from './onnx_pb.js';
import { MAX_ELEMENTS } from './tensors.js';

export const OLDEST_OPSET = 7;
/** The newest whose changes are known. Files that say a newer one are read as this one, with a note (src/api/notes.ts). */
export const NEWEST_OPSET = 28;

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
    const domains = model.opsetImport.map(({ domain, version }) => `${domain} ${version}`);
    // A pipeline may have operators of another domain alone. What rewrites make of them is of the newest opset.
    if (domains.length > 0 && !model.graph.node.some(({ domain }) => isStandardDomain(domain))) return NEWEST_OPSET;
    throw new PathlightError('onnx.no-opset', { oldest: OLDEST_OPSET, newest: NEWEST_OPSET, domains });
  }
  const version = Number(opset.version);
  if (version < OLDEST_OPSET) {
    throw new PathlightError('onnx.opset', { opset: version, oldest: OLDEST_OPSET, newest: NEWEST_OPSET });
  }
  return version;
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
