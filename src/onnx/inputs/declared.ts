import { PathlightError } from '../../errors.js';
import type { GraphProto, ValueInfoProto } from '../onnx_pb.js';
import { dataTypeName, elementTypeOf } from '../tensors.js';

/** An input as the file declares it. */
export interface DeclaredInput {
  readonly name: string;
  /** The axes, the first of them the batch. Absent where the file says nothing of its shape. */
  readonly axes?: readonly DeclaredAxis[];
}

/** An axis: a size, or a symbol that stands for one, which is empty where the file has none. */
export type DeclaredAxis = number | string;

/** The only input of the graph. Initialisers, which old files list among the inputs, do not count. */
export function declaredInput(graph: GraphProto): DeclaredInput {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !constants.has(name));
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    throw new PathlightError('onnx.inputs', { names: inputs.map(({ name }) => name) });
  }
  return describe(input);
}

function describe({ name, type }: ValueInfoProto): DeclaredInput {
  const tensor = type?.tensorType;
  if (tensor === undefined) {
    throw new PathlightError('onnx.input-no-tensor', { input: name });
  }
  if (elementTypeOf(tensor.elemType) !== 'float') {
    throw new PathlightError('onnx.input-type', { input: name, type: dataTypeName(tensor.elemType) });
  }
  if (tensor.shape === undefined) return { name };
  const axes = tensor.shape.dim.map(({ value }) => {
    if (value.case === 'dimParam') return value.value;
    // Some writers say by -1 or by 0 that a size is open.
    return value.case === 'dimValue' && value.value > 0n ? Number(value.value) : '';
  });
  return { name, axes };
}
